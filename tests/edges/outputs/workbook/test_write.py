from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook import write_workbook
from pipeline.results import Result
from pipeline.reviews import Event
from tests.factory import gold_rows, make_result, with_past

SHEETS = ["概要", "意見一覧", "要確認", "修正協議案", "除外一覧", "テーマ別", "受付記録", "凡例"]
HOSTILE = [
    "=1+1",
    "+A1",
    "-2+3",
    "@SUM(A1)",
    '=HYPERLINK("http://x","y")',
    "http://example.jp/",
    "1e5",
    "00012",
]


def book_of(result: Result, path: Path, history: list[Event] | None = None) -> Any:
    write_workbook(Material(result, history), path / "results.xlsx")
    return openpyxl.load_workbook(path / "results.xlsx")


def table(sheet: Any) -> list[dict[str, Any]]:
    heads = [cell.value for cell in sheet[3]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=4, values_only=True)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return book_of(make_result(), tmp_path_factory.mktemp("book"))


def test_the_sheets_stand_in_the_order_of_a_meeting(whole: Any) -> None:
    assert whole.sheetnames == SHEETS


def test_every_statement_is_listed_and_every_pending_one_asked_for(whole: Any) -> None:
    listed = table(whole["意見一覧"])
    assert len({row["論点ID"] for row in listed}) == 310
    waiting = {row["論点ID"] for row in listed if row["取扱い"] == "未了"}
    assert waiting == {row["論点ID"] for row in table(whole["要確認"])}


def test_a_theme_asked_for_before_says_so(tmp_path: Path) -> None:
    rows = table(book_of(with_past(make_result(gold_rows(4))), tmp_path)["テーマ別"])
    assert [row["前回照会"] for row in rows if row["前回照会"]] == [
        "前回照会（2025-policy）にも同旨: 台帳の電子化（3件、共有すべきもの・修正を求める協議）",
        "前回照会にも同旨: 台帳の電子化（3件、解決済）",
    ]


def test_excluded_statements_name_reason_and_decider(whole: Any) -> None:
    rows = table(whole["除外一覧"])
    assert len(rows) == 138
    assert {row["判断者"] for row in rows} == {"自動"}
    assert all(row["除外区分"] for row in rows)


def test_every_input_row_is_in_the_register_furniture_too(whole: Any) -> None:
    rows = table(whole["受付記録"])
    assert [row["行"] for row in rows] == list(range(6, 317))
    assert sum(row["扱い"] == "意見として受付" for row in rows) == 298


def test_wanted_revisions_quote_the_opinion_and_leave_the_wording_to_people(whole: Any) -> None:
    texts = " ".join(make_result().statements["shown"])
    rows = table(whole["修正協議案"])
    assert rows
    for row in rows:
        assert row["求め（代表の意見から原文のまま）"] in texts
        assert row["修正案の文言（記入欄）"] is None
        assert row["比べた方針案の段落"].startswith("【p")


def test_tables_have_filters_frozen_headings_and_print_settings(whole: Any) -> None:
    for name in SHEETS[1:]:
        sheet = whole[name]
        assert sheet.auto_filter.ref is not None
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows == "$3:$3"
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert "&P" in sheet.oddFooter.right.text or "&[Page]" in sheet.oddFooter.right.text


def test_a_heavier_line_stands_where_the_candidate_changes(whole: Any) -> None:
    sheet = whole["意見一覧"]
    names = [sheet.cell(row, 2).value for row in range(4, 314)]
    heavy = [sheet.cell(row, 2).border.top.style == "medium" for row in range(4, 314)]
    assert heavy == [i == 0 or name != names[i - 1] for i, name in enumerate(names)]


def test_what_people_decide_is_chosen_from_the_names_in_the_legend(whole: Any) -> None:
    taxonomy = make_result(gold_rows(1)).taxonomy
    named = {
        "取扱い": {term.name for term in taxonomy.dispositions},
        "区分": {label.name for label in taxonomy.labels},
        "方針案との突合": {term.name for term in taxonomy.coverage},
    }
    sheet = whole["意見一覧"]
    heads = [cell.value for cell in sheet[3]]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        cells = whole["凡例"][rule.formula1.partition("!")[2].replace("$", "")]
        found[heads[next(iter(rule.sqref.ranges)).min_col - 1]] = {cell.value for (cell,) in cells}
    assert found == named
    assert all(row[head] in names for row in table(sheet) for head, names in named.items())


def test_the_inquiry_in_the_footer_cannot_be_taken_for_a_size_of_letters(tmp_path: Path) -> None:
    result = make_result(gold_rows(1))
    named = dataclasses.replace(result, info=dataclasses.replace(result.info, window="2026-policy"))
    footer = book_of(named, tmp_path)["概要"].oddFooter.left
    assert (footer.size, footer.text.strip().split("\u3000")[0]) == (8, "2026-policy")


def test_what_waits_is_counted_as_likely_never_as_decided(tmp_path: Path) -> None:
    book = book_of(make_result(gold_rows(40), certified=False), tmp_path)
    titles = [row[0] for row in book["概要"].iter_rows(values_only=True)]
    assert "候補 × 区分の見込み（人の確認を待つ論点）" in titles
    assert "候補 × 区分（判断の済んだ論点）" not in titles
    assert table(book["除外一覧"]) == []


def test_text_from_outside_is_never_a_formula_or_a_link(tmp_path: Path) -> None:
    result = make_result(gold_rows(len(HOSTILE)))
    opinions = result.intake.opinions.assign(organization="=1+1", opinion_id="=2", section="@x")
    statements = result.statements.assign(shown=HOSTILE, shown_reason=HOSTILE)
    intake = dataclasses.replace(result.intake, opinions=opinions)
    hostile = dataclasses.replace(result, statements=statements, intake=intake)
    book = book_of(hostile, tmp_path)
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert types <= {"s", "n", "inlineStr"}
    assert not any(sheet._hyperlinks for sheet in book)
    assert sorted(row["意見"] for row in table(book["意見一覧"])) == sorted(HOSTILE)


def test_a_text_excel_cannot_hold_goes_on_in_a_sheet_of_its_own(tmp_path: Path) -> None:
    result = make_result(gold_rows(1))
    long = "".join(chr(0x3042 + i % 80) for i in range(40_000))
    book = book_of(dataclasses.replace(result, statements=result.statements.assign(shown=long)), tmp_path)
    first = table(book["意見一覧"])[0]["意見"].split("\n…")[0]
    rest = [row["本文"] for row in table(book["長文の続き"]) if row["シート"] == "意見一覧"]
    assert first + "".join(rest) == long


def test_control_characters_do_not_damage_the_workbook(tmp_path: Path) -> None:
    result = make_result(gold_rows(1))
    statements = result.statements.assign(shown="前\x0b\x00\ud83d後\uffff_x000D_")
    book = book_of(dataclasses.replace(result, statements=statements), tmp_path)
    assert unescape(table(book["意見一覧"])[0]["意見"]) == "前後_x000D_"


def test_the_history_is_there_only_after_finalizing(tmp_path: Path) -> None:
    event = Event(
        event_key="e1",
        statement_id="s0000-0",
        number=1,
        text_hash="",
        kind="label",
        value="share",
        old="premise_needed",
        reading="first",
        reviewer="佐藤",
        at=datetime(2026, 11, 25, 15, 30, tzinfo=UTC),
        via="web",
    )
    book = book_of(make_result(gold_rows(5)), tmp_path, [event])
    assert book.sheetnames == [*SHEETS[:-1], "判断履歴", "凡例"]
    row = table(book["判断履歴"])[0]
    assert row["日時（日本時間）"] == "2026-11-26 00:30"
    assert (row["前"], row["後"], row["判断した人"]) == ("前提条件の整理", "共有すべきもの", "佐藤")
