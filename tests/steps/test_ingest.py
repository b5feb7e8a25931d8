"""Rows in = opinions + rejected: what becomes of every row, and what staff are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.candidates import Candidates
from pipeline.errors import CountError
from pipeline.layout import Headings
from pipeline.results import Intake
from pipeline.sheets import Sheet
from pipeline.steps.headings import find_headings
from pipeline.steps.ingest import ingest
from tests.edges.hostile import opinions, pack
from tests.forms import CANDIDATES, TAXONOMY, WORDS, Page, said, take_in, write_book, write_csv

HEADINGS = ["番号", "都道府県", "団体名", "候補", "意見", "理由"]
ASK = "所有者調査の画面を分けてほしい。"


def read(*rows: list[str], file: str = "意見.xlsx", candidates: Candidates = CANDIDATES) -> Intake:
    """The intake of one sheet with the usual headings."""
    cells = (tuple(HEADINGS), *(tuple([*row, *[""] * 6][:6]) for row in rows))
    sheet = Sheet(file, "様式1", cells, tuple(range(1, len(cells) + 1)))
    return ingest([sheet], find_headings([sheet], candidates, WORDS), candidates, TAXONOMY, "w")


def kane(number: str, text: str, reason: str = "", candidate: str = "D1") -> list[str]:
    """A row of 鐘ヶ峰村."""
    return [number, "北嶺県", "鐘ヶ峰村", candidate, text, reason]


def messages(intake: Intake) -> list[str]:
    """Problems as staff read them."""
    return [str(problem) for problem in intake.problems]


def test_a_cell_too_long_for_excel_is_refused_and_the_other_rows_are_read(tmp_path: Path):
    path = pack(tmp_path / "意見.xlsx", opinions(ASK, "あ" * 60_000, ASK))
    _, _, intake = take_in([path])
    assert intake.opinions["row"].tolist() == [2, 4]
    assert intake.rejected[["row", "opinion_id", "reason"]].values.tolist() == [[3, "3", "too_long"]]
    assert intake.rejected["text"][0].endswith("…（以下略、全60,000文字）")
    assert messages(intake) == [
        "意見.xlsx、シート「様式1」、3行目: 意見か理由の欄が60,000文字あり、"
        "Excelの1マスの上限（32,767文字）を超えます（3行目）。この行は受け付けていません。行を分けてください。"
    ]


def test_an_unknown_candidate_is_kept_and_told_once_for_all_its_rows():
    intake = read(kane("1", ASK, candidate="農業台帳"), kane("2", f"{ASK}２", candidate="農業台帳"))
    assert intake.opinions["candidate_id"].tolist() == ["", ""]
    assert intake.opinions["candidate"].tolist() == ["農業台帳", "農業台帳"]
    (message,) = messages(intake)
    assert message.startswith(
        "意見.xlsx、シート「様式1」、2行目: 「農業台帳」は候補台帳にありません（2、3行目）。"
    )


def test_rows_with_the_same_number_are_both_kept_and_told():
    intake = read(kane("1", ASK), kane("2", "二"), kane("2", "三"))
    assert intake.opinions["opinion_id"].tolist() == ["1", "2", "2"]
    assert [problem.code for problem in intake.problems] == ["duplicate_number"]
    assert "番号「2」が重複しています（3、4行目）" in messages(intake)[0]


def test_where_every_sender_counts_from_one_nothing_is_duplicate():
    rows = [
        [str(n), "北嶺県", town, "D1", f"{town}{n}"] for town in ("鐘ヶ峰村", "折戸市") for n in (1, 2, 3)
    ]
    assert read(*rows).problems == ()


def test_control_characters_are_taken_out_and_told_once_a_row():
    intake = read(kane("1\x00", "画\x0b面を\x01分けて\u200bほしい\u202e。", "理\x02由"))
    assert said(intake) == [("鐘ヶ峰村", "D1", "画面を分けて\u200bほしい\u202e。", "理由")]
    assert [problem.code for problem in intake.problems] == ["control_characters"]


def test_lone_surrogates_never_get_in():
    intake = read(kane("1", "画面\ud800を分けてほしい。"))
    assert said(intake) == [("鐘ヶ峰村", "D1", "画面を分けてほしい。", "")]


def test_formula_text_is_only_text():
    intake = read(kane("=1+1", '=HYPERLINK("http://x","y")', "+1"))
    assert said(intake) == [("鐘ヶ峰村", "D1", '=HYPERLINK("http://x","y")', "+1")]
    assert intake.opinions["opinion_id"].tolist() == ["行2"]


def test_an_opinion_in_the_wrong_column_is_kept_and_told():
    intake = read(kane("1", "", "費用を国で負担されたい。"), kane("2", "特になし", "住民から苦情がある。"))
    assert said(intake) == [
        ("鐘ヶ峰村", "D1", "費用を国で負担されたい。", ""),
        ("鐘ヶ峰村", "D1", "住民から苦情がある。", "特になし"),
    ]
    assert [problem.code for problem in intake.problems] == ["opinion_in_reason"]


def test_a_reply_without_an_opinion_is_rejected_quietly_with_all_it_says():
    intake = read(kane("1", "特になし", "所管課に確認済み"), kane("2", "－"))
    assert intake.rejected[["reason", "text"]].values.tolist() == [
        ["no_opinion", "特になし（理由: 所管課に確認済み）"],
        ["no_opinion", "－"],
    ]
    assert intake.problems == ()


def test_an_empty_opinion_is_rejected_and_told_once_a_sheet():
    intake = read(kane("1", ""), kane("2", ASK), kane("3", ""))
    assert intake.rejected["reason"].tolist() == ["empty_opinion", "empty_opinion"]
    assert [problem.code for problem in intake.problems] == ["empty_opinion"]
    assert "（2、4行目）" in messages(intake)[0]


def test_a_missing_sender_is_told_and_the_opinion_kept():
    intake = read(["1", "北嶺県", "", "D1", ASK])
    assert said(intake) == [("", "D1", ASK, "")]
    assert [problem.code for problem in intake.problems] == ["no_organization"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("共通化推進方針案への意見照会", "policy_inquiry"),
        ("対象候補案に対する意見照会", "candidate_inquiry"),
        ("中間報告での指摘等", "interim_report"),
        ("関係府省庁ﾋｱﾘﾝｸﾞ", "ministry_hearing"),
        ("選定及び作業依頼", "selection_request"),
        ("電話での聞き取り", "電話での聞き取り"),
        ("", ""),
    ],
)
def test_a_source_is_known_by_its_words(written: str, code: str):
    cells = (("団体名", "出所", "候補", "意見"), ("鐘ヶ峰村", written, "D1", ASK))
    sheet = Sheet("意見.csv", "", cells, (1, 2))
    intake = ingest([sheet], find_headings([sheet], CANDIDATES, WORDS), CANDIDATES, TAXONOMY, "w")
    assert intake.opinions["source"].tolist() == [code]


def test_a_key_depends_on_what_was_sent_not_on_where_it_stood():
    one = read(kane("1", ASK), kane("2", "二"), kane("3", "三"))
    other = read(kane("3", "三"), kane("1", ASK), kane("2", "二"), file="別名.xlsx")
    assert set(one.opinions["opinion_key"]) == set(other.opinions["opinion_key"])
    assert all(re.fullmatch("[0-9a-f]{12}", key) for key in one.opinions["opinion_key"])


def test_a_key_changes_with_the_text_the_sender_and_the_candidate():
    rows = [kane("1", ASK), kane("1", f"{ASK}！"), kane("1", ASK, candidate="D2"), [*kane("1", ASK)]]
    rows[3][2] = "折戸市"
    assert len({read(row).opinions["opinion_key"][0] for row in rows}) == 4


def test_equal_rows_have_keys_of_their_own():
    intake = read(kane("", ASK), kane("", ASK))
    assert intake.opinions["opinion_key"].is_unique
    assert len(intake.opinions) == 2


def test_an_opinion_that_a_summary_sheet_repeats_counts_once_and_nothing_is_lost(tmp_path: Path):
    one, two, own = kane("1", ASK, "実務"), kane("2", "二"), ["1", "北嶺県", "折戸市", "D1", ASK, "実務"]
    summary = [
        HEADINGS,
        ["11", "", "鐘ヶ峰村", "D1", f" {ASK}", "実務"],
        ["12", "", "折戸市", "D1", ASK, "実務"],
        ["13", "", "鐘ヶ峰村", "D1", "集約だけにある意見", ""],
    ]
    pages = [Page([HEADINGS, one, two], name="鐘ヶ峰村"), Page([HEADINGS, own], name="折戸市")]
    _, _, intake = take_in([write_book(tmp_path / "意見.xlsx", *pages, Page(summary, name="集約"))])
    assert intake.opinions[["sheet", "opinion_id"]].values.tolist() == [
        ["鐘ヶ峰村", "1"],
        ["鐘ヶ峰村", "2"],
        ["折戸市", "1"],
        ["集約", "13"],
    ]
    assert intake.rejected[["sheet", "row", "opinion_id", "reason", "message"]].values.tolist() == [
        [
            "集約",
            2,
            "11",
            "repeated",
            "シート「鐘ヶ峰村」の2行目と同じ意見です。一件と数え、そちらの行で判断します。",
        ],
        [
            "集約",
            3,
            "12",
            "repeated",
            "シート「折戸市」の2行目と同じ意見です。一件と数え、そちらの行で判断します。",
        ],
    ]
    assert [(problem.code, problem.row) for problem in intake.problems] == [("repeated", 2), ("repeated", 3)]


@pytest.mark.parametrize(
    "other",
    [
        ["1", "北嶺県", "鐘ヶ峰村", "D2", ASK, "実務"],
        ["1", "北嶺県", "折戸市", "D1", ASK, "実務"],
        ["1", "南嶺県", "鐘ヶ峰村", "D1", ASK, "実務"],
        ["1", "北嶺県", "鐘ヶ峰村", "D1", f"{ASK}以上", "実務"],
        ["1", "北嶺県", "鐘ヶ峰村", "D1", ASK, "事例"],
    ],
)
def test_another_candidate_sender_text_or_reason_is_another_opinion(tmp_path: Path, other: list[str]):
    pages = [Page([HEADINGS, kane("1", ASK, "実務")], name="一"), Page([HEADINGS, other], name="二")]
    _, _, intake = take_in([write_book(tmp_path / "意見.xlsx", *pages)])
    assert (len(intake.opinions), intake.problems) == (2, ())


def test_what_a_sender_says_twice_in_one_sheet_is_two_opinions_and_matched_one_by_one(tmp_path: Path):
    twice = [kane("", ASK), kane("", ASK)]
    pages = [Page([HEADINGS, *twice], name="一"), Page([HEADINGS, *twice, kane("", ASK)], name="二")]
    _, _, intake = take_in([write_book(tmp_path / "意見.xlsx", *pages)])
    assert intake.opinions[["sheet", "row"]].values.tolist() == [["一", 2], ["一", 3], ["二", 4]]
    assert intake.rejected[["sheet", "row"]].values.tolist() == [["二", 2], ["二", 3]]


def test_a_file_that_repeats_another_file_is_named(tmp_path: Path):
    first = write_csv(tmp_path / "回答.csv", [HEADINGS, kane("1", ASK)])
    other = write_csv(tmp_path / "集約.csv", [HEADINGS, kane("9", ASK)])
    _, _, intake = take_in([first, other])
    assert messages(intake)[0].startswith(
        "集約.csv、2行目: 回答.csvと同じ意見が二重に入っています（2行目）。"
    )


def test_rows_without_a_number_are_named_by_their_row():
    assert read(kane("", ASK), kane("7", "二")).opinions["opinion_id"].tolist() == ["行2", "7"]


def test_a_bad_sheet_does_not_stop_the_others(tmp_path: Path):
    good = write_csv(tmp_path / "良.csv", [HEADINGS, kane("1", ASK)])
    bad = write_book(tmp_path / "悪.xlsx", Page([["団体名", "候補", "ひとこと"], ["折戸市", "D1", ASK]]))
    _, _, intake = take_in([bad, good])
    assert said(intake) == [("鐘ヶ峰村", "D1", ASK, "")]
    assert [(problem.file, problem.code) for problem in intake.problems] == [("悪.xlsx", "no_opinion_column")]


def test_a_hidden_sheet_with_opinions_is_read_and_told(tmp_path: Path):
    hidden = Page([HEADINGS, kane("1", ASK)], name="旧", state="hidden")
    shown = Page([HEADINGS, kane("1", "二")])
    _, _, intake = take_in([write_book(tmp_path / "意見.xlsx", shown, hidden)])
    assert intake.opinions["sheet"].tolist() == ["様式1", "旧"]
    assert [problem.code for problem in intake.problems] == ["hidden_sheet"]


def test_no_candidate_files_make_every_candidate_unknown():
    intake = read(kane("1", ASK), candidates=Candidates([]))
    assert intake.opinions["candidate_id"].tolist() == [""]
    assert [problem.code for problem in intake.problems] == ["unknown_candidate"]


def test_nothing_read_gives_empty_tables():
    intake = ingest([], Headings(()), CANDIDATES, TAXONOMY, "")
    assert (len(intake.opinions), len(intake.rejected), len(intake.furniture)) == (0, 0, 0)


def test_headings_of_other_sheets_are_a_fault_of_the_program():
    with pytest.raises((CountError, ValueError)):
        ingest([], Headings((object(),)), CANDIDATES, TAXONOMY, "")  # type: ignore[arg-type]


_CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20) | st.sampled_from(
    [
        "",
        "特になし",
        "－",
        "計",
        "例",
        "D1",
        "鐘ヶ峰村",
        "〃",
        "※注",
        "（記入例）あ",
        "１",
        "以上",
        "合計 3件",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.lists(_CELL, min_size=6, max_size=6), max_size=8))
def test_every_text_sent_is_found_again_somewhere(rows: list[list[str]]):
    rows = [row for row in rows if any(text.strip() for text in row)]
    intake = read(*rows)
    units = intake.n_rows + len(intake.furniture)
    assert units == len(rows)
    kept = " ".join(
        [
            *intake.opinions["text"],
            *intake.opinions["reason"],
            *intake.rejected["text"],
            *intake.furniture["text"],
        ]
    )
    for row in rows:
        assert row[4] in kept or not row[4].strip()
