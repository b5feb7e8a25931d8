from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.outlook import Point, outlook


def _points(scores: list[float], n: float = 300) -> list[Point]:
    return [
        Point(n * k / 3, score, {"share": n * k / 6}, {"share": score})
        for k, score in enumerate(scores, start=1)
    ]


def test_a_rising_curve_promises_more_and_a_flat_one_nothing() -> None:
    rising, flat = outlook(_points([0.6, 0.7, 0.76])), outlook(_points([0.8, 0.8, 0.8]))
    assert rising["macro_f1"].later > 0.77
    assert rising["share"].n == 150
    assert math.isclose(flat["macro_f1"].later, 0.8, abs_tol=1e-3)


def test_two_points_say_nothing_of_the_future() -> None:
    found = outlook(_points([0.6, 0.7]))["macro_f1"]
    assert found.now == 0.7
    assert math.isnan(found.later)


def test_a_label_that_never_occurred_says_nothing() -> None:
    assert math.isnan(outlook(_points([math.nan, math.nan, math.nan]))["share"].later)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(30, 5000))
def test_more_labels_never_promise_a_loss_nor_more_than_everything(scores: list[float], n: float) -> None:
    found = outlook(_points(scores, n))["macro_f1"]
    assert math.isnan(found.later) or found.now <= found.later <= 1
