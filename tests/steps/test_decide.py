from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.arrays import Scores
from pipeline.steps.decide import Grounds, decide

IDS = ("abstract", "share")


def _decide(p_share: float, coverage: str = "not_reflected", **changes: object) -> tuple[str, str]:
    settings: dict[str, object] = {
        "accepted": True,
        "has_candidate": True,
        "familiar": True,
        "contrary": False,
        "sure": 0.9,
        "certified": {True: True, False: True},
    } | changes
    scores = Scores(("s",), IDS, np.array([[1 - p_share, p_share]]), "m")
    table = pd.DataFrame(
        {"coverage": [coverage], "probability": [settings["sure"]], "contrary": [settings["contrary"]]}
    )
    grounds = Grounds(
        np.array([settings["accepted"]]),
        settings["certified"],  # type: ignore[arg-type]
        np.array([settings["has_candidate"]]),
        np.array([settings["familiar"]]),
    )
    row = decide(scores, table, grounds).iloc[0]
    return row["outcome"], row["review_reasons"]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (_decide(0.95), ("auto", "")),
        (_decide(0.05), ("auto", "")),
        (_decide(0.9, accepted=False), ("review", "low_confidence")),
        (_decide(0.55, accepted=False), ("review", "low_confidence;two_labels_compete")),
        (_decide(0.95, certified={True: True, False: False}), ("review", "not_certified")),
        (_decide(0.95, has_candidate=False), ("undetermined", "no_candidate_file")),
        (_decide(0.95, familiar=False), ("review", "unknown_topic")),
        (_decide(0.95, "stated", contrary=True), ("review", "possibly_contrary")),
        (_decide(0.95, "stated", sure=0.4), ("review", "coverage_unsure")),
        (_decide(0.95, "not_reflected", sure=0.4), ("auto", "")),
        (_decide(0.05, "stated", contrary=True, sure=0.4), ("auto", "")),
    ],
)
def test_why_a_person_is_asked(result: tuple[str, str], expected: tuple[str, str]) -> None:
    assert result == expected


def test_a_tie_goes_to_review_with_both_labels_named() -> None:
    scores = Scores(("s",), IDS, np.array([[0.5, 0.5]]), "m")
    table = pd.DataFrame({"coverage": ["empty"], "probability": [0.0], "contrary": [False]})
    no = np.array([False])
    yes = np.array([True])
    row = decide(scores, table, Grounds(no, {True: True, False: True}, yes, yes)).iloc[0]
    assert (row["outcome"], row["label"], row["secondary"]) == ("review", "abstract", "share")
