from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.audit import check_audit, plan_audit, sample_size

IDS = [f"s{i:03d}" for i in range(400)]


@pytest.mark.parametrize(
    ("n", "expected"), [(400, [52, 82, 107]), (200, [47, 72, 93]), (100, [39, 58, 73]), (1, [1, 1, 1])]
)
def test_sample_sizes_agree_with_the_hypergeometric_tables(n: int, expected: list[int]) -> None:
    assert [sample_size(n, allowed, 0.05, 0.95) for allowed in range(3)] == expected


def test_the_draw_depends_on_the_run_and_not_on_the_order_of_rows() -> None:
    plan = plan_audit(IDS, "run-1", 1, 0.05, 0.95)
    shuffled = IDS.copy()
    random.Random(3).shuffle(shuffled)
    assert plan == plan_audit(shuffled, "run-1", 1, 0.05, 0.95)
    assert plan.sample_ids != plan_audit(IDS, "run-2", 1, 0.05, 0.95).sample_ids
    assert len(plan.sample_ids) == 82


def test_the_verdict_is_one_sentence_with_its_numbers() -> None:
    plan = plan_audit(IDS, "run-1", 1, 0.05, 0.95)
    verdict = check_audit(plan, [])
    assert verdict.sentence == (
        "自動採用した400件から無作為に抜き取った82件を人が読み、誤りは0件でした。"
        f"全体の誤りは多くとも{verdict.max_wrong}件（{verdict.max_wrong / 400:.1%}）であると"
        "95%の確かさで言えます。合格です。"
    )
    assert verdict.max_wrong / 400 <= 0.05


def test_too_many_errors_fail_the_batch() -> None:
    plan = plan_audit(IDS, "run-1", 1, 0.05, 0.95)
    verdict = check_audit(plan, plan.sample_ids[:2])
    assert not verdict.passed
    assert verdict.max_wrong > 20


def test_a_statement_outside_the_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the sample"):
        check_audit(plan_audit(IDS, "run-1", 1, 0.05, 0.95), ["stranger"])


@given(st.integers(0, 60), st.integers(0, 5), st.integers(0, 60))
def test_the_bound_is_never_below_what_was_seen_nor_above_what_is_left(
    n: int, allowed: int, bad: int
) -> None:
    plan = plan_audit(IDS[:n], "seed", allowed, 0.05, 0.9)
    wrong = plan.sample_ids[:bad]
    verdict = check_audit(plan, wrong)
    assert len(wrong) <= verdict.max_wrong <= n - len(plan.sample_ids) + len(wrong)
