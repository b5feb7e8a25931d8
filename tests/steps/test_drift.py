from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.settings import Settings
from pipeline.steps.drift import HeldOut, Limits, Overturned, Signs, find_drift, usual_limits
from pipeline.taxonomy import load_taxonomy

NAMES = load_taxonomy(Settings().taxonomy_path).names
USUAL = Signs(
    labels={"share": 50, "abstract": 50},
    usual={"share": 480, "abstract": 520},
    unfamiliar=[False] * 99 + [True],
    unknown_words=[0.35] * 100,
    before={"abstract": Overturned(100, 5)},
    latest={"abstract": Overturned(100, 6)},
)


def test_an_inquiry_like_the_past_needs_no_warning() -> None:
    assert find_drift(USUAL, Limits(), NAMES) == ""


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"labels": {"share": 100}}, "区分の割合が学習時と52%ずれています"),
        ({"unknown_words": [0.5] * 100}, "学習時に無かった言い回しが50%あります"),
        ({"unfamiliar": [True] * 20 + [False] * 80}, "これまでに似た意見の無いものが20%あります"),
        (
            {"latest": {"abstract": Overturned(100, 30)}},
            "その前より増えています（抽象的なもの）",
        ),
    ],
)
def test_each_sign_is_told_in_words_with_what_to_do(changes: dict[str, object], told: str) -> None:
    said = find_drift(replace(USUAL, **changes), Limits(), NAMES)
    assert said.startswith("【注意】")
    assert told in said
    assert "抜取検査" in said


def test_a_handful_of_statements_says_nothing() -> None:
    few = replace(USUAL, labels={"share": 3}, unfamiliar=[True] * 3, unknown_words=[0.9] * 3)
    assert find_drift(few, Limits(), NAMES) == ""


def test_a_first_reviewed_inquiry_has_nothing_to_be_compared_with() -> None:
    assert find_drift(replace(USUAL, before={}, latest={"share": Overturned(9, 9)}), Limits(), NAMES) == ""


def held_out(n: int) -> HeldOut:
    """Two inquiries of four candidates, n statements each; the second has more unknown words."""
    candidates = np.repeat([f"C{k}" for k in range(8)], n)
    later = np.arange(8 * n) >= 4 * n
    labels = np.where(np.arange(8 * n) % 2, "share", "abstract")
    return HeldOut(
        np.where(later, "w", "v"), candidates, labels, np.arange(8 * n) % n > 0, np.where(later, 0.4, 0.3)
    )


def test_limits_are_as_far_as_past_inquiries_differ_from_one_another() -> None:
    limits = usual_limits(held_out(20), 0.01)
    found = (limits.label_shift, limits.unknown_words, limits.unfamiliar)
    assert found == pytest.approx((0.0, 0.4, 0.05))


def test_more_false_alarms_allowed_mean_narrower_limits() -> None:
    assert usual_limits(held_out(20), 0.75).unknown_words == pytest.approx(0.3)


def test_a_handful_of_statements_has_no_limits_of_its_own() -> None:
    assert usual_limits(held_out(5), 0.01) == Limits()
