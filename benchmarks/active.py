"""What to label next: smallest margin, one per near-duplicate group, one in five at random; or all at random.

The past is window0. Labels are asked of window1 in batches, then of window2, with the gold as the reviewer.
While window1 is asked, all of window2 is the test; while window2 is asked, the finished window2 is: people's
labels where they were asked, the model's elsewhere. As in the program, the random fifth serves the
certificate and is never trained on, so that margin learns from four of five answers; random from all.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.replay import Ground, read_ground
from pipeline.learning.material import Index
from pipeline.measures import macro_f1

_RANDOM_EVERY = 5
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """How good window2's labels are after so many answers."""

    way: str
    seed: int
    asked_of: str
    n_labels: int
    accuracy: float
    macro_f1: float
    false_exclusion: float


@dataclass(frozen=True)
class Chosen:
    """Rows to ask about: ``learn`` is trained on, ``stream`` only counts as answered."""

    learn: Index
    stream: Index


def replay(ground: Ground, way: str, seed: int, batch: int, batches: int) -> list[Point]:
    """Ask ``batches`` batches of either inquiry, fitting anew after each: 2 * ``batches`` fits."""
    rng = np.random.default_rng(seed)
    known = np.flatnonzero(ground.windows == "window0")
    answered, start = known, len(known)
    p = ground.first_guess
    points = [_measure(ground, answered, p, Point(way, seed, "", 0, 0, 0, 0))]
    for window in ("window1", "window2"):
        pool = np.flatnonzero(ground.windows == window)
        for _ in range(batches):
            waiting = np.setdiff1d(pool, answered)
            chosen = choose(ground.copies[waiting], p[waiting] if way == "margin" else None, batch, rng)
            known = np.union1d(known, waiting[chosen.learn])
            answered = np.union1d(answered, waiting[np.union1d(chosen.learn, chosen.stream)])
            p = ground.probabilities(known, ground.everything)
            point = Point(way, seed, window, len(answered) - start, 0, 0, 0)
            points.append(_measure(ground, answered, p, point))
    return points


def choose(copies: NDArray[np.str_], p: Array | None, batch: int, rng: np.random.Generator) -> Chosen:
    """Whom to ask: without probabilities anyone, with them the least sure and every fifth anyone."""
    shuffled = rng.permutation(len(copies))
    nobody = np.zeros(0, dtype=np.intp)
    if p is None:
        return Chosen(shuffled[:batch], nobody)
    ranked = np.sort(p, axis=1)[:, ::-1]
    by_margin = np.argsort(ranked[:, 0] - ranked[:, 1], kind="stable").tolist()
    at_random = shuffled.tolist()
    learn: list[int] = []
    stream: list[int] = []
    seen: set[str] = set()
    while len(seen) < batch and (by_margin or at_random):
        is_random = len(seen) % _RANDOM_EVERY == _RANDOM_EVERY - 1
        turn = at_random if at_random and (is_random or not by_margin) else by_margin
        one = turn.pop(0)
        if copies[one] not in seen:
            seen.add(copies[one])
            (stream if is_random else learn).append(one)
    return Chosen(np.array(learn, dtype=np.intp), np.array(stream, dtype=np.intp))


def _measure(ground: Ground, answered: Index, p: Array, point: Point) -> Point:
    test = np.flatnonzero(ground.windows == "window2")
    truth = ground.truth[test]
    final = np.where(np.isin(test, answered), truth, p[test].argmax(axis=1))
    shared = truth == ground.share
    return Point(
        point.way,
        point.seed,
        point.asked_of,
        point.n_labels,
        float((final == truth).mean()),
        macro_f1(truth, final, len(ground.taxonomy.label_ids)),
        float((final[shared] != ground.share).mean()),
    )


def main() -> None:
    """Replay both ways and print a table; with ``--out`` every point as a line of JSON, as soon as known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2], help="repetitions of either way")
    parser.add_argument("--ways", nargs="*", default=["margin", "random"])
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    ground = read_ground()
    points: list[Point] = []
    for seed in chosen.seeds:
        for way in chosen.ways:
            played = replay(ground, way, seed, chosen.batch, chosen.batches)
            points += played
            if chosen.out:
                with chosen.out.open("a", encoding="utf-8") as stream:
                    stream.writelines(json.dumps(asdict(one)) + "\n" for one in played)
    table = pd.DataFrame([asdict(one) for one in points]).drop(columns="seed")
    grouped = table.groupby(["way", "asked_of", "n_labels"], sort=False)
    print(grouped.agg(["mean", "std"]).round(3).to_string())


if __name__ == "__main__":
    main()
