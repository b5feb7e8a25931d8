"""What to label next: smallest margin, one per near-duplicate group, one in five at random; or all at random.

The past is window0. Labels are asked of window1 in batches, then of window2, with the gold as the reviewer.
While window1 is asked, all of window2 is the test; while window2 is asked, the finished window2 is: people's
labels where they were asked, the model's elsewhere.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.replay import Ground, read_ground
from pipeline.learning.material import Index
from pipeline.measures import macro_f1

_RANDOM_EVERY = 5


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


def replay(ground: Ground, way: str, seed: int, batch: int, batches: int) -> list[Point]:
    """Ask ``batches`` batches of either inquiry, fitting anew after each."""
    rng = np.random.default_rng(seed)
    test = np.flatnonzero(ground.windows == "window2")
    known = np.flatnonzero(ground.windows == "window0")
    start = len(known)
    points = [_measure(ground, known, test, Point(way, seed, "", 0, 0, 0, 0))]
    for window in ("window1", "window2"):
        pool = np.flatnonzero(ground.windows == window)
        for _ in range(batches):
            waiting = np.setdiff1d(pool, known)
            p = ground.probabilities(known, waiting) if way == "margin" else None
            known = np.union1d(known, choose(ground.copies[waiting], waiting, p, batch, rng))
            point = Point(way, seed, window, len(known) - start, 0, 0, 0)
            points.append(_measure(ground, known, test, point))
    return points


def choose(
    copies: NDArray[np.str_],
    waiting: Index,
    p: NDArray[np.float64] | None,
    batch: int,
    rng: np.random.Generator,
) -> Index:
    """Whom to ask: without probabilities anyone, with them the least sure and every fifth anyone."""
    shuffled = rng.permutation(len(waiting))
    if p is None:
        return waiting[shuffled[:batch]]
    ranked = np.sort(p, axis=1)[:, ::-1]
    by_margin = np.argsort(ranked[:, 0] - ranked[:, 1], kind="stable").tolist()
    at_random = shuffled.tolist()
    chosen: list[int] = []
    seen: set[str] = set()
    while len(chosen) < batch and (by_margin or at_random):
        turn = at_random if at_random and len(chosen) % _RANDOM_EVERY == _RANDOM_EVERY - 1 else by_margin
        if not turn:
            break
        one = turn.pop(0)
        if copies[one] not in seen:
            seen.add(copies[one])
            chosen.append(one)
    return waiting[chosen]


def _measure(ground: Ground, known: Index, test: Index, point: Point) -> Point:
    said = ground.probabilities(known, test).argmax(axis=1)
    truth = ground.truth[test]
    final = np.where(np.isin(test, known), truth, said)
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
    """Replay both ways and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=2, help="repetitions of random asking")
    chosen = parser.parse_args()
    ground = read_ground()
    points = replay(ground, "margin", 0, chosen.batch, chosen.batches)
    for seed in range(chosen.seeds):
        points += replay(ground, "random", seed, chosen.batch, chosen.batches)
    table = pd.DataFrame([asdict(one) for one in points])
    keys = ["way", "asked_of", "n_labels"]
    print(table.groupby(keys, sort=False).mean(numeric_only=True).drop(columns="seed").round(3).to_string())


if __name__ == "__main__":
    main()
