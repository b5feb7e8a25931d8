from __future__ import annotations

import json

import numpy as np
import pytest

from pipeline.learning.supervision import Gold
from pipeline.steps.evaluate import Predicted, evaluate, kappa, risk_coverage

IDS = ("abstract", "share")
GOLD = [
    Gold("a", "X", "", "share", coverage="stated", passages=("p02",)),
    Gold("b", "X", "", "share", coverage="not_reflected"),
    Gold("c", "X", "", "abstract", secondary=("share",)),
    Gold("d", "X", "", "abstract"),
]


def _predicted() -> Predicted:
    return Predicted(
        label_ids=IDS,
        probabilities=np.array([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]]),
        coverage=np.array(["stated", "stated", "stated", "stated"]),
        passages=(("p01", "p02"), (), (), ()),
        accepted=np.array([True, True, False, False]),
        sureness=np.array([0.9, 0.8, 0.7, 0.6]),
    )


def test_counts_come_out_as_on_paper() -> None:
    metrics = evaluate(GOLD, _predicted())
    assert metrics["accuracy"]["value"] == 0.75
    assert metrics["false_exclusion"]["value"] == 0.5
    assert metrics["labels"]["abstract"] == {"precision": 0.6667, "recall": 1.0, "f1": 0.8, "support": 2}
    assert metrics["confusion"]["rows_gold"] == [[2, 0], [1, 1]]
    assert metrics["macro_f1"]["value"] == pytest.approx((0.8 + 2 / 3) / 2, abs=1e-4)
    assert metrics["secondary"] == {"n": 1, "precision": 0.3333, "recall": 1.0}
    assert metrics["coverage"]["accuracy"] == 0.5
    assert metrics["passages"] == {"n": 1, "hit_1": 0.0, "hit_3": 1.0, "hit_5": 1.0}
    assert metrics["automatic"] == {
        "share": 0.5,
        "n": 2,
        "wrong": 0.5,
        "n_excluded": 1,
        "wrongly_excluded": 1.0,
        "shared_lost": 0.5,
    }


def test_intervals_hold_the_value_and_are_the_same_every_time() -> None:
    first, second = evaluate(GOLD, _predicted()), evaluate(GOLD, _predicted())
    assert first == second
    assert first["accuracy"]["low"] <= 0.75 <= first["accuracy"]["high"]


def test_no_rows_are_no_error() -> None:
    empty = Predicted(IDS, np.zeros((0, 2)), np.zeros(0, dtype=str), (), np.zeros(0, bool), np.zeros(0))
    metrics = evaluate([], empty)
    assert metrics["n"] == 0
    assert metrics["accuracy"] == {"value": None, "low": None, "high": None}
    assert "NaN" not in json.dumps(metrics)


def test_kappa_of_one_constant_reading_is_one() -> None:
    assert kappa(["a", "a"], ["a", "a"]) == 1.0
    assert kappa(["a", "b"], ["b", "a"]) == -1.0


def test_the_risk_curve_ends_at_the_whole() -> None:
    curve = risk_coverage(np.array([0.9, 0.8, 0.7, 0.6]), np.array([False, False, False, True]))
    assert curve[-1] == {"coverage": 1.0, "risk": 0.25}
    assert curve[9]["risk"] == 0.0
