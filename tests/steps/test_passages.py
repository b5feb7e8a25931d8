from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.passages import Line, blank_lines, number_passages, table_lines

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
    (
        "第１章　総則\n（目的）\n第１条　予約を共通にする。\n（定義）\n第２条　用語は次による。\n"
        "(1)　施設　公の施設をいう。\nア　窓口\nイ　電子\n２　前項の用語は、条例による。\n"
        "第２章　費用\n（国の負担）\n第３条 第１条の施設は、国が負担する。",
        [
            ("p01", "第１章　総則第１条（目的）", "予約を共通にする。"),
            ("p02", "第１章　総則第２条（定義）", "用語は次による。"),
            ("p03", "第１章　総則第２条（定義）(1)　施設", "公の施設をいう。\nア　窓口\nイ　電子"),
            ("p04", "第１章　総則第２条（定義）", "２　前項の用語は、条例による。"),
            ("p05", "第２章　費用第３条（国の負担）", "第１条の施設は、国が負担する。"),
        ],
    ),
    (
        "第２章　進め方\n１　時期\n（１）移行\nア　準備\n令和８年度に行う。\nイ　切替え\n令和９年度に行う。",
        [
            ("p01", "第２章　進め方１　時期（１）移行ア　準備", "令和８年度に行う。"),
            ("p02", "第２章　進め方１　時期（１）移行イ　切替え", "令和９年度に行う。"),
        ],
    ),
    (
        "１　目的\n２　現状\n台帳は紙が多い。",
        [("p01", "", "１　目的"), ("p02", "２　現状", "台帳は紙が多い。")],
    ),
    ("１　目的", []),
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


def test_a_table_is_a_passage_of_its_own_and_says_no_heading() -> None:
    table = [*table_lines([["１　区分", "国"], ["改修", "補助"]])]
    draft = number_passages([Line("１　費用"), Line("次のとおり"), *table, Line("国が定める。")])
    assert [(p.heading, p.text) for p in draft.passages] == [
        ("１　費用", "次のとおり"),
        ("１　費用", "１　区分　国\n改修　補助"),
        ("１　費用", "国が定める。"),
    ]


def test_large_print_is_the_title_or_a_heading() -> None:
    large = [
        Line("台帳システムに係る共通", is_whole=False, size=18),
        Line("化推進方針（案）", is_whole=False, size=18),
    ]
    body = [Line("台帳を共通にする。", is_whole=False, size=10)] * 3
    draft = number_passages([*large, Line("１　目的", size=10), *body, Line("進め方", size=14), body[0]])
    assert draft.title == "台帳システムに係る共通化推進方針（案）"
    assert [p.heading for p in draft.passages] == ["１　目的"] * 3 + ["進め方"]


@given(st.lists(st.text(alphabet="あいう・、（）", min_size=1, max_size=50), max_size=12))
def test_every_sentence_is_in_a_passage_in_its_order(texts: list[str]) -> None:
    sentences = [f"本文{text}。" for text in texts]
    draft = number_passages([Line("１ 目的"), *map(Line, sentences)])
    assert [passage.text for passage in draft.passages] == sentences
    assert [passage.passage_id for passage in draft.passages] == [
        f"p{i:02d}" for i in range(1, len(texts) + 1)
    ]
