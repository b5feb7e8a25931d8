"""Splitting: precision first. Invented cells; the labelled ones are measured by benchmarks/split.py."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.split import find_parts, split

WHOLE = [
    "様式を全国で統一していただきたい。",
    "次の点を要件として定めていただきたい。\n・表示の制限\n・住所の秘匿\n・通知先の切替え",
    "・表示の制限\n・住所の秘匿\n・通知先の切替え\nについて、要件として定めていただきたい。",
    "流れは次のとおり。\n①申請を受ける\n②紙に写す\n③押印する\nこの手間を無くしてほしい。",
    "①移行、②研修、③機器の更新に要する経費を補助の対象とされたい。",
    "利用料を示されたい。\n・来年度の予算要求に要るため\n・議会に説明するため",
    "照会は９月までに行っていただきたい。また、照会の期間は３週間を確保されたい。",
    "画面を分けてほしい。なお、印刷の様式は今のままでよい。",
    "１　戸数が多く、設定では足りない。\n２　経費はかえって膨らむ。\n３　ついては、改修を認められたい。",
    "３（２）の記載を改められたい。",
    "",
]
SPLIT = [
    (
        "①利用料の段階を示されたい。②研修を毎年行っていただきたい。",
        ["①利用料の段階を示されたい。", "②研修を毎年行っていただきたい。"],
    ),
    (
        "(1) 写真を圏外でも保存できるようにしてほしい。\n(2) 交付金の配り方を改めてください。",
        ["(1) 写真を圏外でも保存できるようにしてほしい。", "(2) 交付金の配り方を改めてください。"],
    ),
    (
        "・通知を二か国語で出せること。\n・手数料を電子納付できること。\n（担当：環境課　川）",
        [
            "・通知を二か国語で出せること。",
            "・手数料を電子納付できること。\n（担当：環境課　川）",
        ],
    ),
    (
        "１．台帳の項目を減らしてほしい。\n２．保守の窓口を土日も開けてほしい。",
        ["１．台帳の項目を減らしてほしい。", "２．保守の窓口を土日も開けてほしい。"],
    ),
    (
        "以下の２点の意見を申し上げる。\nア　費用の負担を明記されたい。\nイ　研修の動画を配られたい。",
        [
            "以下の２点の意見を申し上げる。\nア　費用の負担を明記されたい。",
            "イ　研修の動画を配られたい。",
        ],
    ),
    (
        "一点目は、費用を示していただきたい。二点目は、停電時の手順を定めていただきたい。",
        ["一点目は、費用を示していただきたい。", "二点目は、停電時の手順を定めていただきたい。"],
    ),
    (
        "督促状を自動で作れるようにしてほしい。もう一点、祭りの占用は代理で申請できるようにされたい。",
        ["督促状を自動で作れるようにしてほしい。", "もう一点、祭りの占用は代理で申請できるようにされたい。"],
    ),
    (
        "指定袋の在庫を管理できるようにされたい。また、苦情の電話を録音する機能を望む。",
        ["指定袋の在庫を管理できるようにされたい。", "また、苦情の電話を録音する機能を望む。"],
    ),
]


@pytest.mark.parametrize("text", WHOLE)
def test_one_request_stays_whole(text: str):
    assert [text[part.start : part.end] for part in find_parts(text)] == [text]


@pytest.mark.parametrize(("text", "expected"), SPLIT)
def test_independent_requests_become_statements(text: str, expected: list[str]):
    assert [text[part.start : part.end] for part in find_parts(text)] == expected


@given(st.text("①②③・１2(（)） 　\n。、また、ほしい。されたい。様式費用それと", max_size=80))
def test_spans_leave_out_nothing_but_blanks(text: str):
    parts = find_parts(text)
    rest = list(text)
    for part in parts:
        rest[part.start : part.end] = [""] * (part.end - part.start)
    assert "".join(rest).strip() == ""
    assert all(a.end <= b.start for a, b in pairwise(parts))
    assert parts


def test_no_opinions_give_no_spans():
    assert split(pd.DataFrame({"opinion_key": [], "text": []})).empty


def test_a_statement_id_depends_on_key_and_span_only():
    text = "①費用を示されたい。②様式を統一されたい。"
    one = split(pd.DataFrame({"opinion_key": ["a", "b"], "text": [text, text]}))
    other = split(pd.DataFrame({"opinion_key": ["b", "a"], "text": [text, text]}))
    assert set(one["statement_id"]) == set(other["statement_id"])
    assert one["statement_id"].is_unique


def test_no_labelled_cell_is_split_wrongly(root: Path):
    rows = [
        json.loads(line)
        for path in sorted((root / "labels" / "gold").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    wrong = [row["id"] for row in rows if row["label"] != "multi" and len(find_parts(row["opinion"])) > 1]
    found = [row["id"] for row in rows if row["label"] == "multi" and len(find_parts(row["opinion"])) > 1]
    assert wrong == []
    assert len(found) >= 33
