"""The whole loop, replayed: first inquiry, review with gold answers, retraining, second inquiry.

An order deals the candidates of labels/gold anew: 12 are the past a first model is trained on, 6 the first
inquiry, the rest the second. Order 0 is the one the inquiries really stand in. What people are asked is what
the program would ask: everything it does not accept automatically (the label is unsure, the draft may say the
contrary, or the coverage is unsure), one per near-duplicate group, and the random stream, which is never
trained on. Answers are the gold labels.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.replay import Answered, Ground, read_ground
from pipeline.fitting import Course, Fitted
from pipeline.learning.material import Index
from pipeline.learning.model import Model, sureness
from pipeline.steps.certify import Certificate, certify
from pipeline.steps.classify import ask, classify
from pipeline.steps.coverage import cover
from pipeline.steps.decide import Grounds, decide
from pipeline.steps.queue import draw_stream

PAST, FIRST = 12, 6


@dataclass(frozen=True)
class Round:
    """One inquiry, finished: what people did and how good the final labels are."""

    order: int
    way: str
    max_wrong: float
    """What the certificate was asked to hold."""
    n: int
    asked: int
    only_for_coverage: int
    """Of these: the label would have been accepted."""
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


@dataclass(frozen=True, eq=False)
class Judged:
    """What the program makes of one inquiry."""

    rows: Index
    labels: Index
    margins: NDArray[np.float64]
    accepted: NDArray[np.bool_]
    waits: NDArray[np.bool_]
    """Goes to people, for the label or for the coverage."""
    drawn: NDArray[np.bool_]
    """Of the random stream."""


def play(ground: Ground, order: int, budgets: list[int], folds: int, rates: list[float]) -> list[Round]:
    """One order: review everything, never retrain, and the loop at each budget (0: no limit)."""
    past, first, second = deal(ground, order)
    everything = len(set(ground.copies[second]))
    read_all = Round(
        order, "すべて人が読む", 0, len(second), everything, 0, 0, 0, 1, 0, _hours(ground, everything)
    )
    rounds = [read_all]
    known = {"past": Answered(past, past[:0], is_whole=True)}
    course, before = ground.fitted(known, folds)
    rounds += _rounds(ground, course, before, second, order, "学習し直さない", rates)
    judged = judge(ground, before.model, before.certificate, first)
    asked = to_ask(ground, judged)
    for budget in budgets:
        answers = asked[:budget] if budget else asked
        drawn = _drawn(judged, answers)
        known["first"] = Answered(answers[~drawn], answers[drawn], is_whole=False)
        course, after = ground.fitted(known, folds)
        way = f"第一の照会の{len(answers)}件で学習し直す"
        rounds += _rounds(ground, course, after, second, order, way, rates)
    return rounds


def _rounds(
    ground: Ground, course: Course, fitted: Fitted, rows: Index, order: int, way: str, rates: list[float]
) -> list[Round]:
    """The same model under certificates of different strictness."""
    rows_of = course.witnesses
    evidence = course.evidence(course.calm(fitted.crossed, fitted.model, rows_of), rows_of)
    found = []
    for rate in rates:
        policy = course.policy.automatic.model_copy(update={"max_wrong": rate})
        certificate = certify(evidence, policy, fitted.model.share_weight)
        found.append(finish(ground, judge(ground, fitted.model, certificate, rows), order, way, rate))
    return found


def judge(ground: Ground, model: Model, certificate: Certificate, rows: Index) -> Judged:
    """Put the statements of one inquiry through the program's own steps."""
    part = ground.material.part(rows)
    answers = ask(part, model)
    scores = classify(part, answers, ground.taxonomy, "replayed")
    sure = sureness(scores.probabilities, ground.share, certificate.share_weight)
    excluded = scores.best() != "share"
    accepted = certificate.accepts(sure, excluded) & answers.familiar
    certified = {True: certificate.excluded.threshold, False: certificate.shared.threshold}
    grounds = Grounds(
        certificate.accepts(sure, excluded),
        {group: limit is not None for group, limit in certified.items()},
        np.array([bool(one) for one in part.candidate_ids], dtype=bool),
        answers.familiar,
    )
    coverage = cover(scores, answers, part, ground.labelled.candidates)
    waits = (decide(scores, coverage, grounds)["outcome"] != "auto").to_numpy()
    ranked = np.sort(scores.probabilities, axis=1)[:, ::-1]
    stream = draw_stream(part.statement_ids, int(waits.sum()), ground.policy.review.random_share)
    drawn = np.array([one in stream for one in part.statement_ids], dtype=bool)
    labels = scores.probabilities.argmax(axis=1)
    return Judged(rows, labels, ranked[:, 0] - ranked[:, 1], accepted, waits, drawn)


def finish(ground: Ground, judged: Judged, order: int, way: str, max_wrong: float) -> Round:
    """People answer all that is asked of them; the rest keeps the model's label."""
    rows = judged.rows
    asked = to_ask(ground, judged)
    settled = np.isin(ground.copies[rows], ground.copies[asked])
    final = np.where(settled, ground.truth[rows], judged.labels)
    shared = ground.truth[rows] == ground.share
    wrong = judged.labels != ground.truth[rows]
    place = {int(row): k for k, row in enumerate(rows)}
    own = np.array([place[int(row)] for row in asked], dtype=np.intp)
    return Round(
        order,
        way,
        max_wrong,
        len(rows),
        len(asked),
        int((judged.accepted & ~judged.drawn)[own].sum()),
        float((~judged.waits).mean()),
        float(wrong[~judged.waits].mean()) if not judged.waits.all() else 0.0,
        float((final == ground.truth[rows]).mean()),
        float((final[shared] != ground.share).mean()),
        _hours(ground, len(asked)),
    )


def to_ask(ground: Ground, judged: Judged) -> Index:
    """What people are asked, the least sure first: one statement per near-duplicate group."""
    waits = judged.waits | judged.drawn
    order = np.argsort(judged.margins, kind="stable")
    queue = judged.rows[[i for i in order if waits[i]]]
    _, first = np.unique(ground.copies[queue], return_index=True)
    return queue[np.sort(first)]


def _drawn(judged: Judged, answers: Index) -> NDArray[np.bool_]:
    """Which of the answers are of the random stream."""
    return np.isin(answers, judged.rows[judged.drawn])


def _hours(ground: Ground, n: int) -> float:
    return n * ground.policy.review.seconds_per_item / 3600


def main() -> None:
    """Replay and print a table; with ``--out`` every round as a line of JSON, as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, nargs="*", default=[0, 1, 2])
    parser.add_argument("--budgets", type=int, nargs="*", default=[100, 0], help="0: all that is asked")
    parser.add_argument(
        "--folds", type=int, default=3, help="groups of candidates held out for the certificate"
    )
    parser.add_argument("--rates", type=float, nargs="*", default=[0.05, 0.03], help="at most so much wrong")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    ground = read_ground()
    rounds: list[Round] = []
    for order in chosen.orders:
        played = play(ground, order, chosen.budgets, chosen.folds, chosen.rates)
        rounds += played
        if chosen.out:
            with chosen.out.open("a", encoding="utf-8") as stream:
                stream.writelines(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in played)
    table = pd.DataFrame([asdict(one) for one in rounds])
    print(table.round(3).to_string(index=False))
    # The ways are told apart by their place in an order: how many were asked differs from order to order.
    table["place"] = table.groupby("order").cumcount()
    spread = table.drop(columns=["order", "way"]).groupby("place").agg(["mean", "min", "max"])
    print(spread.round(3).to_string())


if __name__ == "__main__":
    main()
