"""Decide: accept a label automatically only where the certificate allows it, and say in words why not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.arrays import Scores, named_beside
from pipeline.tables import Decisions, make_table

CLOSE = 0.2
"""First and second choice compete if they are this close."""
UNSURE_COVERAGE = 0.5
"""Below this probability of its coverage a statement is not closed as addressed without a person."""


@dataclass(frozen=True, eq=False)
class Grounds:
    """What speaks for or against leaving each of n statements to the machine."""

    accepted: NDArray[np.bool_]
    """The certificate accepts it."""
    certified: dict[bool, bool]
    """Whether anything is certified, by group: excluded or not."""
    has_candidate: NDArray[np.bool_]
    familiar: NDArray[np.bool_]
    """Like statements of past inquiries."""


def decide(scores: Scores, coverage: pd.DataFrame, grounds: Grounds) -> pd.DataFrame:
    """Accept, hand to a person, or call it undetermined.

    Never automatic: no candidate file, a text unlike any inquiry, a shared statement to which the draft may
    say the contrary, and one that would be closed as addressed although its coverage is unsure.

    Args:
        scores: Label probabilities, n rows.
        coverage: The ``Coverage`` table of the same statements.
        grounds: The same statements.

    Returns:
        A ``Decisions`` table in input order; n = 0 gives an empty one.

    Example:
        >>> scores = Scores(("a", "b"), ("abstract", "share"), np.array([[0.1, 0.9], [0.55, 0.45]]), "m")
        >>> cover = pd.DataFrame({"coverage": ["not_reflected", "not_reflected"], "probability": [0.9, 0.9],
        ...                       "contrary": [False, False]})
        >>> yes = np.array([True, True])
        >>> sure = Grounds(np.array([True, False]), {True: True, False: True}, yes, yes)
        >>> decide(scores, cover, sure)[["outcome", "review_reasons"]].values.tolist()
        [['auto', ''], ['review', 'low_confidence;two_labels_compete']]
    """
    beside = named_beside(scores.probabilities)
    order = np.argsort(-scores.probabilities, axis=1, kind="stable")
    rows = []
    for i, statement_id in enumerate(scores.statement_ids):
        ranked = [(scores.label_ids[j], float(scores.probabilities[i, j])) for j in order[i]]
        reasons = _reasons(i, ranked, coverage, grounds)
        outcome = "undetermined" if "no_candidate_file" in reasons else "review" if reasons else "auto"
        rows.append(
            {
                "statement_id": statement_id,
                "label": ranked[0][0],
                "secondary": ";".join(scores.label_ids[j] for j in order[i] if beside[i, j]),
                "probability": min(ranked[0][1], 1.0),
                "outcome": outcome,
                "review_reasons": ";".join(reasons),
            }
        )
    return make_table(Decisions, rows)


def _reasons(i: int, ranked: list[tuple[str, float]], coverage: pd.DataFrame, grounds: Grounds) -> list[str]:
    label, probability = ranked[0]
    excluded = label != "share"
    reasons = []
    if not grounds.has_candidate[i]:
        reasons.append("no_candidate_file")
    if not grounds.familiar[i]:
        reasons.append("unknown_topic")
    if not grounds.certified[excluded]:
        reasons.append("not_certified")
    elif not grounds.accepted[i]:
        reasons.append("low_confidence")
    if not grounds.accepted[i] and probability - ranked[1][1] < CLOSE:
        reasons.append("two_labels_compete")
    if not excluded:
        if coverage["contrary"].iloc[i]:
            reasons.append("possibly_contrary")
        closing = coverage["coverage"].iloc[i] in ("stated", "reflected")
        if closing and coverage["probability"].iloc[i] < UNSURE_COVERAGE:
            reasons.append("coverage_unsure")
    return reasons
