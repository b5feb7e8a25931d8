from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.steps.duplicates import difference, find_duplicates
from pipeline.text import normalize

TEMPLATE = (
    "占用台帳の多くが紙のまま保管されており、紙台帳の電子化に要する費用への財政支援を方針案に示されたい。"
)
OWN = (
    "また、入力の委託先が近くにない離島では、国が作業を請け負う窓口を設け、個別に探さずに済むようにすること。"
)


def table(*rows: tuple[str, str] | tuple[str, str, str]) -> pd.DataFrame:
    """Statements from (text, reason) or (text, reason, candidate)."""
    return pd.DataFrame(
        {
            "statement_id": [f"s{i}" for i in range(len(rows))],
            "candidate_id": [row[2] if len(row) == 3 else "T1" for row in rows],
            "norm": [normalize(row[0]) for row in rows],
            "norm_reason": [normalize(row[1]) for row in rows],
        }
    )


def found(*rows: tuple[str, str] | tuple[str, str, str]) -> list[tuple[str, bool]]:
    result = find_duplicates(table(*rows))
    return list(zip(result["duplicate_of"], result["is_partial_duplicate"], strict=True))


SAME = [
    ("システムの利用料を示していただきたい。", "ｼｽﾃﾑの利用料を示していただきたい"),
    ("利用料は１０％以内とされたい。", "利用料は10%以内と、されたい"),
    (
        "占用料を財務会計システムに取り込めるよう、項目と形式をそろえてください。",
        "占用料を財務会計システムに取り込める様、項目と形式を揃えてください。",
    ),
    (
        "一日も早い目安の提示を求める。各々の団体が困っている。",
        "一日も早い目安の提示を求める。各各の団体が困っている。",
    ),
    ("反対", "反対。"),
]
DIFFERENT = [
    ("この方針案に賛成である。早く進めてほしい。", "この方針案に反対である。早く進めてほしい。"),
    ("利用料を引き上げるよう検討されたい。", "利用料を引き下げるよう検討されたい。"),
    (
        "オプション機能とすることは認められる。国で整備すべきである。",
        "オプション機能とすることは認められない。国で整備すべきである。",
    ),
    ("占用料の減免", "使用料の減免"),
    ("①", "②"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_width_marks_and_a_changed_word_do_not_make_another_text(a: str, b: str) -> None:
    heads = [head for head, is_partial in found((a, ""), (b, "")) if not is_partial]
    assert sorted(heads) in (["", "s0"], ["", "s1"])


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_the_opposite_or_another_object_is_another_text(a: str, b: str) -> None:
    assert found((a, ""), (b, "")) == [("", False), ("", False)]


def test_the_text_sent_most_often_stands_for_the_group() -> None:
    changed = TEMPLATE.replace("示されたい", "お示しいただきたい")
    assert found((changed, ""), (TEMPLATE, ""), (TEMPLATE, "")) == [("s1", False), ("", False), ("s1", False)]


def test_a_template_with_a_paragraph_of_ones_own_is_a_partial_duplicate() -> None:
    assert found((TEMPLATE, ""), (TEMPLATE + OWN, "")) == [("", False), ("s0", True)]


def test_a_reason_of_ones_own_makes_a_partial_duplicate_and_none_at_all_does_not() -> None:
    reason = "当市の占用物件は約４千件あり、台帳のほとんどが紙である。"
    other = "豪雨で庁舎が浸水し、平成の途中から前の記録が残っていない。"
    assert found((TEMPLATE, reason), (TEMPLATE, other), (TEMPLATE, "")) == [
        ("", False),
        ("s0", True),
        ("s0", False),
    ]


def test_the_same_text_for_two_candidates_is_two_statements() -> None:
    assert found((TEMPLATE, "", "T1"), (TEMPLATE, "", "T2")) == [("", False), ("", False)]


def test_edge_cases_give_sensible_groups() -> None:
    assert found() == []
    assert found((TEMPLATE, "")) == [("", False)]
    assert found(("", ""), ("。", ""), ("あ", "")) == [("", False)] * 3
    assert found(*[(TEMPLATE, "")] * 4) == [("", False)] + [("s0", False)] * 3


@settings(deadline=None, derandomize=True)
@given(st.permutations(range(6)))
def test_groups_do_not_depend_on_the_order_of_rows(order: list[int]) -> None:
    texts = [
        TEMPLATE,
        TEMPLATE + OWN,
        TEMPLATE.replace("多く", "大半"),
        OWN,
        "別の意見である。",
        "別の意見である",
    ]
    rows = table(*[(text, "") for text in texts])

    def partition(frame: pd.DataFrame) -> set[frozenset[str]]:
        result = find_duplicates(frame)
        heads = result["duplicate_of"].where(result["duplicate_of"] != "", result["statement_id"])
        return {frozenset(ids) for ids in result.groupby(heads)["statement_id"].agg(list)}

    assert partition(rows.iloc[order]) == partition(rows)


def test_the_difference_shows_what_a_member_changed() -> None:
    runs = difference("少なくとも過去６年分は移行の対象とされたい", "過去５年分は移行の対象とされたい。")
    assert (
        "".join(text for mark, text in runs if mark in "=-") == "少なくとも過去６年分は移行の対象とされたい"
    )
    assert "".join(text for mark, text in runs if mark in "=+") == "過去５年分は移行の対象とされたい。"
    assert [run for run in runs if run[0] != "="] == [
        ("-", "少なくとも"),
        ("-", "６"),
        ("+", "５"),
        ("+", "。"),
    ]
    assert difference("同じ", "同じ") == (("=", "同じ"),)
    assert difference("", "") == ()
