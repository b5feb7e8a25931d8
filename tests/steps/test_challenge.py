from __future__ import annotations

import math

import pandas as pd

from pipeline.learning.supervision import Gold
from pipeline.readings import Readings
from pipeline.steps.challenge import challenge
from pipeline.tables import make_table


def _gold(n: int) -> list[Gold]:
    return [Gold(str(k), "c", "", "share" if k % 2 else "abstract", coverage="stated") for k in range(n)]


def _said(labels: list[str], coverage: str = "stated") -> pd.DataFrame:
    rows: list[dict[str, object]] = [
        {
            "statement_id": str(k),
            "label": label,
            "coverage": coverage,
            "p_gold": 1,
            "margin": 1,
            "accepted": True,
        }
        for k, label in enumerate(labels)
    ]
    return make_table(Readings, rows)


GOOD = ["share" if k % 2 else "abstract" for k in range(60)]
BAD = ["abstract"] * 60


def test_losing_shared_statements_is_worse_and_winning_them_back_is_not() -> None:
    lost = challenge(_gold(60), _said(BAD), _said(GOOD))
    assert lost.worse == ("macro_f1", "accuracy", "false_exclusion")
    assert (lost.only_challenger_right, lost.only_champion_right) == (0, 30)
    assert lost.p_value == 2 / 2**30
    assert challenge(_gold(60), _said(GOOD), _said(BAD)).worse == ()


def test_coverage_counts_on_its_own() -> None:
    found = challenge(_gold(60), _said(GOOD, "reflected"), _said(GOOD))
    assert found.worse == ("coverage",)
    assert found.measures["coverage"].challenger == 0


def test_equals_are_not_worse_and_their_disagreements_are_none() -> None:
    found = challenge(_gold(60), _said(GOOD), _said(GOOD))
    assert (found.worse, found.p_value) == ((), 1.0)
    assert all((d.low, d.high) == (0, 0) for d in found.measures.values())


def test_only_statements_both_were_asked_about_are_compared() -> None:
    assert challenge(_gold(60), _said(GOOD), _said(GOOD[:7])).n == 7


def test_nothing_to_compare_says_nothing() -> None:
    found = challenge([], _said(GOOD), _said(GOOD))
    assert (found.n, found.worse) == (0, ())
    assert math.isnan(found.measures["accuracy"].low)


def test_the_same_call_gives_the_same_intervals() -> None:
    once, twice = (challenge(_gold(60), _said(BAD), _said(GOOD)) for _ in range(2))
    assert once == twice
