"""Layouts nobody has agreed on: each form is written as a real file, read back, and nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.candidates import Candidates
from pipeline.headings import Mapping, SheetMapping
from tests.forms import CANDIDATES, ONE_CANDIDATE, Page, said, take_in, write_book, write_csv

ASK = "所有者調査の画面を分けてほしい。"
UNIT = "備蓄の単位を統一されたい。"
WHY = "年間120件の調査で混乱したため。"
KANE, ORITO = "鐘ヶ峰村", "折戸市"
D1, D2 = "空家等情報管理システム", "災害備蓄物資管理システム"
BOTH = [(KANE, "D1", ASK, WHY), (ORITO, "D2", UNIT, "")]


@dataclass
class Case:
    """One form, and what was said in it."""

    pages: list[Page]
    said: list[tuple[str, ...]] = field(default_factory=lambda: BOTH)
    file: str = "意見.xlsx"
    candidates: Candidates = CANDIDATES
    rejected: int = 0
    kinds: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


CASES = {
    "columns in any order, numbered headings, marks and notes in brackets": Case(
        [
            Page(
                [
                    ["意見照会"],
                    [],
                    [
                        "①対象候補\n（必須）",
                        "②御意見＊",
                        "③御意見の理由\n（具体的に）",
                        "④貴団体名",
                        "団体コード",
                        "担当者氏名",
                    ],
                    [D1, ASK, WHY, KANE, "012345", "山田"],
                    [D2, UNIT, None, ORITO, "012346", "川"],
                ]
            )
        ],
        kinds=("note",),
    ),
    "a form of one municipality: labels above, a table below, numbered rows left empty": Case(
        [
            Page(
                [
                    ["様式２　意見提出票"],
                    ["都道府県", "北嶺県", None, "団体名", KANE],
                    ["担当課", "住民課", None, "電話", "0999-00-1111"],
                    [],
                    ["No", "候補名", "ページ", "意見", "理由"],
                    [1, D1, "P3", ASK, WHY],
                    [2, D2, "P4", UNIT, None],
                    [3],
                    [4],
                ]
            )
        ],
        said=[(KANE, "D1", ASK, WHY), (KANE, "D2", UNIT, "")],
        kinds=("note",) * 5,
    ),
    "labels and values in one cell": Case(
        [
            Page(
                [
                    [f"団体名：{KANE}　　担当課：住民課　電話：0999-00-1111"],
                    ["No", "候補名", "意見"],
                    [1, D1, ASK],
                ]
            )
        ],
        said=[(KANE, "D1", ASK, "")],
        kinds=("note",),
    ),
    "opinions side by side, each with its reason": Case(
        [
            Page(
                [
                    ["団体名", "対象候補", "意見１", "理由１", "意見２", "理由２"],
                    [KANE, "D1", ASK, WHY, UNIT, None],
                    [ORITO, "D2", UNIT, None, None, None],
                    ["湊市", "D2", "特になし", None, None, None],
                ]
            )
        ],
        said=[(KANE, "D1", ASK, WHY), (KANE, "D1", UNIT, ""), (ORITO, "D2", UNIT, "")],
        rejected=1,
    ),
    "a column per candidate": Case(
        [Page([["番号", "団体名", D1, D2], [1, KANE, ASK, UNIT], [2, ORITO, None, "なし"]])],
        said=[(KANE, "D1", ASK, ""), (KANE, "D2", UNIT, "")],
        rejected=1,
    ),
    "labels and values from top to bottom": Case(
        [
            Page(
                [
                    ["意見提出様式"],
                    ["団体名：", KANE],
                    ["対象候補", D1],
                    ["意見１", ASK],
                    ["理由１", WHY],
                    ["意見２", UNIT],
                ]
            )
        ],
        said=[(KANE, "D1", ASK, WHY), (KANE, "D1", UNIT, "")],
    ),
    "a table on its side": Case(
        [Page([["団体名", KANE], ["対象候補", D1, D2], ["意見", ASK, UNIT], ["理由", WHY, None]])],
        said=[(KANE, "D1", ASK, WHY), (KANE, "D2", UNIT, "")],
    ),
    "two tables in a sheet, each below the name of its candidate": Case(
        [
            Page(
                [
                    [f"業務・システム名：{D1}"],
                    ["番号", "団体名", "意見", "理由"],
                    [1, KANE, ASK, WHY],
                    [],
                    [f"業務・システム名：{D2}"],
                    ["番号", "団体名", "意見", "理由"],
                    [1, ORITO, UNIT],
                ]
            )
        ],
        kinds=("note", "note"),
    ),
    "the candidate on a merged line between the rows": Case(
        [
            Page(
                [
                    ["番号", "団体名", "意見", "理由"],
                    [f"【{D1}】"],
                    [1, KANE, ASK, WHY],
                    [f"【{D2}】"],
                    [2, ORITO, UNIT],
                ],
                merged=["A2:D2", "A4:D4"],
            )
        ],
        kinds=("note", "note"),
    ),
    "the candidate alone on a line between the rows": Case(
        [
            Page(
                [
                    ["番号", "団体名", "意見", "理由"],
                    [f"１．{D1}"],
                    [1, KANE, ASK, WHY],
                    [f"２．{D2}"],
                    [2, ORITO, UNIT],
                ]
            )
        ],
        kinds=("note", "note"),
    ),
    "senders merged downwards": Case(
        [
            Page(
                [
                    ["都道府県", "団体名", "候補", "意見", "理由"],
                    ["北嶺県", KANE, "D1", ASK, WHY],
                    [None, None, "D2", UNIT, None],
                    [None, ORITO, "D2", "なし", None],
                ],
                merged=["A2:A4", "B2:B3"],
            )
        ],
        said=[(KANE, "D1", ASK, WHY), (KANE, "D2", UNIT, "")],
        rejected=1,
    ),
    "an opinion merged over two rows of reasons": Case(
        [
            Page(
                [
                    ["番号", "団体名", "候補", "意見", "理由"],
                    [1, KANE, "D1", ASK, WHY],
                    [None, None, None, None, "現場も混乱した。"],
                    [2, ORITO, "D2", UNIT, None],
                ],
                merged=["A2:A3", "B2:B3", "C2:C3", "D2:D3"],
            )
        ],
        said=[(KANE, "D1", ASK, f"{WHY}\n現場も混乱した。"), (ORITO, "D2", UNIT, "")],
    ),
    "one number merged over two opinions": Case(
        [
            Page(
                [["番号", "団体名", "候補", "意見"], [1, KANE, "D1", ASK], [None, None, None, UNIT]],
                merged=["A2:A3", "B2:B3", "C2:C3"],
            )
        ],
        said=[(KANE, "D1", ASK, ""), (KANE, "D1", UNIT, "")],
    ),
    "cells merged across columns": Case(
        [
            Page(
                [
                    ["番号", "団体名", None, "候補", "意見", None],
                    [1, "北嶺県", KANE, "D1", ASK, None],
                    [2, "北嶺県", ORITO, "D2", UNIT, None],
                ],
                merged=["B1:C1", "E1:F1", "E2:F2", "E3:F3"],
            )
        ],
        said=[(KANE, "D1", ASK, ""), (ORITO, "D2", UNIT, "")],
    ),
    "a sheet per municipality, named after it": Case(
        [
            Page([["番号", "候補", "意見", "理由"], [1, "D1", ASK, WHY]], name=KANE),
            Page([["番号", "候補", "意見", "理由"], [1, "D2", UNIT]], name=ORITO),
        ]
    ),
    "the sender only in the name of the file": Case(
        [Page([["番号", "候補", "意見"], [1, "D1", ASK]])],
        [(KANE, "D1", ASK, "")],
        file=f"02_【{KANE}】意見様式.xlsx",
    ),
    "the sender only in a title": Case(
        [Page([[f"北嶺県　{KANE}"], ["番号", "候補", "意見"], [1, "D1", ASK]])],
        [(KANE, "D1", ASK, "")],
        kinds=("note",),
    ),
    "the candidate only in a long title": Case(
        [Page([[f"共通化推進方針案（{D1}）に対する意見等"], ["番号", "団体名", "意見"], [1, KANE, ASK]])],
        [(KANE, "D1", ASK, "")],
        kinds=("note",),
    ),
    "the candidate only in the name of the sheet": Case(
        [
            Page([["番号", "団体名", "意見", "理由"], [1, KANE, ASK, WHY]], name="D1"),
            Page([["番号", "団体名", "意見", "理由"], [1, ORITO, UNIT]], name=D2),
        ]
    ),
    "one candidate and no column for it": Case(
        [Page([["番号", "団体名", "意見"], [1, KANE, ASK]])],
        [(KANE, "D1", ASK, "")],
        candidates=ONE_CANDIDATE,
    ),
    "a row of column numbers, a row of guidance, an example": Case(
        [
            Page(
                [
                    ["番号", "団体名", "区分", "候補名", "意見", "理由"],
                    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
                    [
                        "自動入力",
                        "プルダウンから選択",
                        "選択してください",
                        "選択",
                        "500字以内で記入してください",
                        "記入",
                    ],
                    ["例", "○○市", "市", "○○システム", "（記入例）△△されたい。", "□□のため"],
                    [1, KANE, "村", "D1", ASK, WHY],
                    [2, ORITO, "市", "D2", UNIT, None],
                ]
            )
        ],
        kinds=("note", "note", "example"),
    ),
    "an example between two lines": Case(
        [
            Page(
                [
                    ["番号", "団体名", "候補", "意見", "理由"],
                    ["【記入例】"],
                    [1, "北海市", "D1", UNIT],
                    ["ここから記入してください"],
                    [1, KANE, "D1", ASK, WHY],
                    [2, ORITO, "D2", UNIT],
                ],
                merged=["A2:E2", "A4:E4"],
            )
        ],
        kinds=("note", "example", "note"),
    ),
    "a column for whether there is an opinion": Case(
        [
            Page(
                [
                    ["団体名", "候補", "意見の有無", "意見の内容", "理由"],
                    [KANE, "D1", "有", ASK, WHY],
                    ["湊市", "D2", "無", None, None],
                    [ORITO, "D2", "有", UNIT, None],
                ]
            )
        ],
        rejected=1,
    ),
    "headings in three rows": Case(
        [
            Page(
                [
                    ["回答団体", None, None, "回答", None, None],
                    ["団体情報", None, "番号", "候補", "意見等", None],
                    ["都道府県", "名称", None, None, "内容", "理由"],
                    ["北嶺県", KANE, 1, "D1", ASK, WHY],
                    ["湊県", ORITO, 2, "D2", UNIT, None],
                ],
                merged=["A1:C1", "D1:F1", "A2:B2", "E2:F2", "C2:C3", "D2:D3"],
            )
        ]
    ),
    "headings repeated on every page, totals and notes below": Case(
        [
            Page(
                [
                    ["番号", "団体名", "候補", "意見", "理由"],
                    [1, KANE, "D1", ASK, WHY],
                    ["番号", "団体名", "候補", "意見", "理由"],
                    [2, ORITO, "D2", UNIT, None],
                    ["北嶺県　計", None, None, "2件", None],
                    ["合計", None, None, 2, None],
                    ["※　区分は令和8年4月時点のもの。"],
                    ["以上"],
                ]
            )
        ],
        kinds=("total", "total", "note", "note"),
    ),
    "counts, an example sheet and a hidden list beside the opinions": Case(
        [
            Page([["候補", "件数"], [D1, 3]], name="集計"),
            Page([["番号", "団体名", "候補", "意見"], [1, "北海市", "D1", ASK]], name="記入例"),
            Page([["コード", "名称"], [1, "市"], [2, "町"]], name="リスト", state="hidden"),
            Page(
                [["項目", "説明"], ["団体名", "貴団体の名称です"], ["意見", "1行に1つお書きください"]],
                name="Sheet4",
            ),
            Page(
                [
                    ["番号", "団体名", "候補", "意見", "理由"],
                    [1, KANE, "D1", ASK, WHY],
                    [2, ORITO, "D2", UNIT],
                ]
            ),
        ],
        kinds=("note", "example", "note", "note"),
    ),
    "the questions of a web form": Case(
        [
            Page(
                [
                    [
                        "タイムスタンプ",
                        "団体名を教えてください",
                        "どの候補に関する意見ですか",
                        "意見をお書きください",
                        "意見の理由をお書きください",
                    ],
                    ["2026/4/1 10:00", KANE, D1, ASK, WHY],
                    ["2026/4/1 11:00", ORITO, D2, UNIT, None],
                ]
            )
        ]
    ),
    "several topics, a column each": Case(
        [
            Page(
                [
                    ["団体名", "候補", "機能に関する御意見", "費用に関する御意見"],
                    [KANE, "D1", ASK, UNIT],
                    [ORITO, "D2", None, UNIT],
                ]
            )
        ],
        [(KANE, "D1", ASK, ""), (KANE, "D1", UNIT, ""), (ORITO, "D2", UNIT, "")],
    ),
    "the same mark for the same as above": Case(
        [
            Page(
                [
                    ["都道府県", "団体名", "候補", "意見", "理由"],
                    ["北嶺県", KANE, D1, ASK, WHY],
                    ["〃", "〃", "同上", UNIT, None],
                ]
            )
        ],
        [(KANE, "D1", ASK, WHY), (KANE, "D1", UNIT, "")],
    ),
    "names of candidates written freely": Case(
        [
            Page(
                [
                    ["団体名", "案件", "意見"],
                    [KANE, "１０　空家等情報管理システム（国土所管省）", ASK],
                    [ORITO, "災害備蓄物資管理", UNIT],
                    ["湊市", "D3：情報公開", UNIT],
                ]
            )
        ],
        [(KANE, "D1", ASK, ""), (ORITO, "D2", UNIT, ""), ("湊市", "D3", UNIT, "")],
    ),
    "an anonymous file is no file of examples": Case(
        [Page([["団体名", "候補", "意見"], *[["○○市", "D1", f"{ASK}{i}"] for i in range(6)]])],
        [("○○市", "D1", f"{ASK}{i}", "") for i in range(6)],
    ),
    "a label right above the headings is none of them": Case(
        [
            Page(
                [
                    ["件名", "共通化推進方針案に対する意見照会について"],
                    ["対象", "全市区町村"],
                    ["団体名", KANE, "担当", "住民課"],
                    ["No", "対象候補", "意見"],
                    [1, "D1", ASK],
                ]
            )
        ],
        [(KANE, "D1", ASK, "")],
        kinds=("note", "note", "note"),
    ),
    "opinions alone": Case(
        [Page([["意見"], [ASK], ["特になし"]])],
        [("", "D1", ASK, "")],
        candidates=ONE_CANDIDATE,
        rejected=1,
        problems=("no_organization",),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_form_is_understood(case: Case, tmp_path: Path):
    _, _, intake = take_in([write_book(tmp_path / case.file, *case.pages)], case.candidates)
    assert said(intake) == case.said
    assert len(intake.rejected) == case.rejected
    assert tuple(intake.furniture["kind"]) == case.kinds
    assert tuple(problem.code for problem in intake.problems) == case.problems


ROWS = [
    ["意見照会の結果"],
    [],
    ["番号", "団体", "", "候補", "意見"],
    ["", "都道府県", "団体名", "", ""],
    ["00012", "北嶺県", KANE, "D1", '一行目\n二行目、「引用」と"引用"'],
    ["00013", "湊県", ORITO, "D2", UNIT],
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "euc_jp", "iso2022_jp"])
def test_a_csv_is_read_in_its_own_encoding(tmp_path: Path, encoding: str):
    _, _, intake = take_in([write_csv(tmp_path / "意見.csv", ROWS, encoding)])
    assert said(intake) == [(KANE, "D1", ROWS[4][4], ""), (ORITO, "D2", UNIT, "")]
    assert intake.opinions["opinion_id"].tolist() == ["00012", "00013"]
    assert intake.opinions["prefecture"].tolist() == ["北嶺県", "湊県"]
    assert intake.opinions["row"].tolist() == [5, 6]


def test_a_mapping_file_settles_an_unknown_heading(tmp_path: Path):
    page = Page([["団体名", "候補", "ひとこと"], [KANE, "D1", ASK]])
    path = write_book(tmp_path / "意見.xlsx", page)
    _, _, before = take_in([path])
    assert [problem.code for problem in before.problems] == ["no_opinion_column"]
    assert 'headings = { "ひとこと" = "意見" }' in str(before.problems[0])
    assert "「団体名」、「候補」、「ひとこと」" in str(before.problems[0])
    _, _, after = take_in([path], mapping=Mapping(headings={"ひとこと": "意見"}))
    assert said(after) == [(KANE, "D1", ASK, "")]
    assert after.problems == ()


def test_a_mapping_file_can_name_the_row_and_skip_a_sheet(tmp_path: Path):
    page = Page([["団体名", "候補", "意見"], ["団体名", "候補", "ひとこと"], [KANE, "D1", ASK]])
    path = write_book(
        tmp_path / "意見.xlsx", page, Page([["団体名", "候補", "意見"], [ORITO, "D1", UNIT]], name="旧")
    )
    own = {"様式1": SheetMapping(header_row=2, headings={"ひとこと": "意見"}), "旧": SheetMapping(skip=True)}
    _, _, intake = take_in([path], mapping=Mapping(sheets=own))
    assert said(intake) == [(KANE, "D1", ASK, "")]


def test_ids_and_dates_are_read_as_a_person_sees_them(tmp_path: Path):
    page = Page(
        [
            ["番号", "団体名", "候補", "該当箇所", "意見"],
            [12, KANE, "D1", 46082, ASK],
            ["00013", KANE, "D1", 3.1, UNIT],
        ],
        formats={"A2": "00000", "D2": 'm"月"d"日"'},
    )
    _, _, intake = take_in([write_book(tmp_path / "意見.xlsx", page)])
    assert intake.opinions["opinion_id"].tolist() == ["00012", "00013"]
    assert intake.opinions["section"].tolist() == ["3月1日", "3.1"]


def test_the_day_of_receipt_is_read_from_a_column_from_above_or_not_at_all(tmp_path: Path):
    table = Page(
        [
            ["提出日", "受付日", "団体名", "候補", "意見"],
            ["2026/11/1", 46331, KANE, "D1", ASK],
            ["2026/11/2", "令和8年11月6日", ORITO, "D2", UNIT],
            ["2026/11/3", "近日中", ORITO, "D1", ASK],
        ],
        formats={"B2": "yyyy/m/d"},
    )
    above = Page(
        [["団体名：" + KANE], ["回答日：令和８年１１月７日"], [], ["候補", "意見"], ["D1", UNIT]],
        name="様式2",
    )
    without = Page([["団体名", "候補", "意見"], [KANE, "D2", UNIT]], name="様式3")
    _, _, intake = take_in([write_book(tmp_path / "意見.xlsx", table, above, without)])
    assert intake.opinions["received_on"].tolist() == ["2026-11-05", "2026-11-06", "", "2026-11-07", ""]
    assert len(intake.rejected) == 0
