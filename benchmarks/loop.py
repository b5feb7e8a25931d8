"""The whole loop, replayed: first inquiry, review with gold answers, retraining, second inquiry.

An order deals the candidates of labels/gold anew: 12 are the past a first model is trained on, 6 the first
inquiry, the rest the second. Order 0 is the one the inquiries really stand in. What people are asked is what
the program would ask: everything not accepted automatically, one per near-duplicate group, and the random
stream, which is never trained on. Answers are the gold labels.
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
from pipeline.learning.model import sureness
from pipeline.reviews import draw
from pipeline.training import Trained

PAST, FIRST = 12, 6


@dataclass(frozen=True)
class Round:
    """One inquiry, finished: what people did and how good the final labels are."""

    order: int
    way: str
    n: int
    labels_asked: int
    auto_share: float
    auto_wrong: float
    """Of what was accepted automatically."""
    final_right: float
    """Of all final labels; what nobody was asked about keeps the model's label."""
    false_exclusions: float
    """Shared statements that end as excluded, of all shared ones."""
    hours: float


def deal(ground: Ground, order: int) -> tuple[Index, Index, Index]:
    """Rows of the past, of the first inquiry and of the second."""
    names = list(dict.fromkeys(ground.candidates))
    if order:
        np.random.default_rng(order).shuffle(names)
    parts = names[:PAST], names[PAST : PAST + FIRST], names[PAST + FIRST :]
    past, first, second = (np.flatnonzero(np.isin(ground.candidates, part)) for part in parts)
    return past, first, second


def play(ground: Ground, order: int, budgets: list[int], folds: int) -> list[Round]:
    """One order: review everything, never retrain, and the loop at each budget (0: no limit)."""
    past, first, second = deal(ground, order)
    everything = len(set(ground.copies[second]))
    rounds = [Round(order, "すべて人が読む", len(second), everything, 0, 0, 1, 0, _hours(ground, everything))]
    roles = np.full(len(ground.labelled), "second")
    roles[past], roles[first] = "past", "first"
    before = ground.trained(past, folds, roles)
    rounds.append(finish(ground, before, second, order, "学習し直さない"))
    asked = to_ask(ground, before, first)
    for budget in budgets:
        answered = asked[:budget] if budget else asked
        lessons = answered[~_in_stream(ground, answered)]
        after = ground.trained(np.union1d(past, lessons), folds, roles)
        way = f"第一の照会の{len(answered)}件で学習し直す"
        rounds.append(finish(ground, after, second, order, way))
    return rounds


def finish(ground: Ground, trained: Trained, rows: Index, order: int, way: str) -> Round:
    """People answer all that is asked of them; the rest keeps the model's label."""
    p, accepted = _judge(ground, trained, rows)
    asked = to_ask(ground, trained, rows)
    settled = np.isin(ground.copies[rows], ground.copies[asked])
    final = np.where(settled, ground.truth[rows], p.argmax(axis=1))
    shared = ground.truth[rows] == ground.share
    wrong = p.argmax(axis=1) != ground.truth[rows]
    return Round(
        order,
        way,
        len(rows),
        len(asked),
        float(accepted.mean()),
        float(wrong[accepted].mean()) if accepted.any() else 0.0,
        float((final == ground.truth[rows]).mean()),
        float((final[shared] != ground.share).mean()),
        _hours(ground, len(asked)),
    )


def to_ask(ground: Ground, trained: Trained, rows: Index) -> Index:
    """What people are asked, the least sure first: one statement per near-duplicate group."""
    p, accepted = _judge(ground, trained, rows)
    waits = ~accepted | _in_stream(ground, rows)
    ranked = np.sort(p, axis=1)[:, ::-1]
    order = np.argsort(ranked[:, 0] - ranked[:, 1], kind="stable")
    queue = rows[[i for i in order if waits[i]]]
    _, first = np.unique(ground.copies[queue], return_index=True)
    return queue[np.sort(first)]


def _judge(ground: Ground, trained: Trained, rows: Index) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    answers = trained.model.answer(ground.material, rows)
    p = answers.probabilities
    sure = sureness(p, ground.share)
    accepted = trained.certificate.accepts(sure, p.argmax(axis=1) != ground.share) & answers.familiar
    return p, accepted


def _in_stream(ground: Ground, rows: Index) -> NDArray[np.bool_]:
    ids = ground.material.statement_ids
    return np.array(
        [draw(ids[row], "random") < ground.policy.review.random_share for row in rows], dtype=bool
    )


def _hours(ground: Ground, n: int) -> float:
    return n * ground.policy.review.seconds_per_item / 3600


def main() -> None:
    """Replay and print a table; with ``--out`` every round as a line of JSON, as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=3)
    parser.add_argument("--budgets", type=int, nargs="*", default=[100, 0], help="0: all that is asked")
    parser.add_argument(
        "--folds", type=int, default=3, help="groups of candidates held out for the certificate"
    )
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    ground = read_ground()
    rounds: list[Round] = []
    for order in range(chosen.orders):
        played = play(ground, order, chosen.budgets, chosen.folds)
        rounds += played
        if chosen.out:
            with chosen.out.open("a", encoding="utf-8") as stream:
                stream.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in played)
    print(pd.DataFrame([asdict(one) for one in rounds]).round(3).to_string(index=False))


if __name__ == "__main__":
    main()
