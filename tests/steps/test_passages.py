from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.passages import Line, blank_lines, number_passages

TEXT = """農地台帳システムに係る共通化推進方針（案）
令和８年４月
農業所管省

１　目的
　農地の台帳を共通の仕組みで管理し、
職員の負担を減らす。

２　現状と課題
（１）台帳
台帳は紙が多い。

更新は年１回である。
（２）調査　調査は次のとおり行う。
・現地で確認する。
・写真を残す。
- 3 -
３．費用
①　国の負担
標準仕様書の作成は国が負担する。
"""


def found(text: str) -> list[tuple[str, str, str]]:
    passages = number_passages(list(blank_lines(text))).passages
    return [(p.passage_id, p.heading, p.text) for p in passages]


def test_a_plain_draft_becomes_numbered_passages_under_their_headings() -> None:
    assert found(TEXT) == [
        ("p01", "１　目的", "農地の台帳を共通の仕組みで管理し、職員の負担を減らす。"),
        ("p02", "２　現状と課題（１）台帳", "台帳は紙が多い。"),
        ("p03", "２　現状と課題（１）台帳", "更新は年１回である。"),
        ("p04", "２　現状と課題（２）調査", "調査は次のとおり行う。\n・現地で確認する。\n・写真を残す。"),
        ("p05", "３．費用①　国の負担", "標準仕様書の作成は国が負担する。"),
    ]


def test_title_and_left_out_lines_are_told_not_lost() -> None:
    draft = number_passages(list(blank_lines(TEXT)))
    assert draft.title == "農地台帳システムに係る共通化推進方針（案）"
    assert draft.left_out == ("- 3 -", "令和８年４月", "農業所管省")


HEADINGS = [
    ("# 方針案\n## １ 目的\n**共通**にする。", [("p01", "１ 目的", "共通にする。")]),
    ("第１章　総則\n本文である。", [("p01", "第１章　総則", "本文である。")]),
    (
        "１ 目的\n1.1 範囲\n全国とする。\n２ 時期\n令和９年度とする。",
        [
            ("p01", "１ 目的1.1 範囲", "全国とする。"),
            ("p02", "２ 時期", "令和９年度とする。"),
        ],
    ),
    (
        "１ 手順\n（１）申請を受け付けてから許可までの手順を標準とすることとし、令和９年度に行う。",
        [
            (
                "p01",
                "１ 手順",
                "（１）申請を受け付けてから許可までの手順を標準とすることとし、令和９年度に行う。",
            ),
        ],
    ),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), HEADINGS)
def test_headings_of_many_kinds(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text) == expected


def test_what_stands_on_every_page_is_left_out() -> None:
    pages = [
        line
        for n in range(1, 4)
        for line in (Line("方針案（抄）", page=n), Line(f"第{n}段の文である。", page=n))
    ]
    draft = number_passages([Line("１ 目的", page=1), *pages])
    assert draft.left_out == ("方針案（抄）",)
    assert len(draft.passages) == 3


def test_a_year_at_the_start_of_a_printed_line_is_no_chapter() -> None:
    text = "１ 時期\n令和11年度から令和\n13 年度までとする。\n２ 費用\n国が負担する。"
    assert found(text) == [
        ("p01", "１ 時期", "令和11年度から令和13 年度までとする。"),
        ("p02", "２ 費用", "国が負担する。"),
    ]


def test_known_headings_of_a_converter_need_no_numbers() -> None:
    lines = [Line("費用", 1), Line("国が負担する。"), Line("時期", 1), Line("令和９年度とする。")]
    draft = number_passages([Line("予約システム方針案"), *lines])
    assert [(p.heading, p.text) for p in draft.passages] == [
        ("費用", "国が負担する。"),
        ("時期", "令和９年度とする。"),
    ]


@given(st.lists(st.text(alphabet="あいう・、（）", min_size=1, max_size=50), max_size=12))
def test_every_sentence_is_in_a_passage_in_its_order(texts: list[str]) -> None:
    sentences = [f"本文{text}。" for text in texts]
    draft = number_passages([Line("１ 目的"), *map(Line, sentences)])
    assert [passage.text for passage in draft.passages] == sentences
    assert [passage.passage_id for passage in draft.passages] == [
        f"p{i:02d}" for i in range(1, len(texts) + 1)
    ]
