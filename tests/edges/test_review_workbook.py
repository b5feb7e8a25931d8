from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.edges.desk import Desk
from pipeline.edges.review_import import ImportPlan, apply_import, plan_import
from pipeline.edges.review_reading import read_review_workbook
from pipeline.edges.review_rows import export_rows
from pipeline.edges.review_workbook import ExportRow, write_review_workbook
from pipeline.edges.said import Stamp
from pipeline.edges.store import Store
from pipeline.errors import ConflictError, InputError, ReviewError
from pipeline.policy import Review as ReviewPolicy
from tests.factory import gold_rows, make_result

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ONCE = ReviewPolicy(random_share=0, second_reading_share=0, second_reading_risk=1, seconds_per_item=20)
LABEL, COVERAGE, CONTRARY, PASSAGES, COMMENT = range(10, 15)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(gold_rows(60)))
    yield Desk(store, "window1", ONCE)
    store.close()


def export(desk: Desk, path: Path, reviewer: str = "佐藤") -> openpyxl.Workbook:
    board = desk.board()
    write_review_workbook(path, board, reviewer, export_rows(board, reviewer))
    return openpyxl.load_workbook(path)


def fill(
    desk: Desk, path: Path, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]
) -> ImportPlan:
    book = export(desk, path)
    change(book["確認"])
    book.save(path)
    return plan_import(desk.board(), read_review_workbook(path, path.name))


def apply(desk: Desk, plan: ImportPlan) -> int:
    seen = {planned.statement_id: planned.number for planned in plan.apply}
    return apply_import(desk, plan, Stamp(plan.reviewer, NOW, "excel", seen=seen))


def answer(
    sheet, row: int, label: str = "", coverage: str = "", comment: str = "", passages: str = ""
) -> None:
    for column, value in ((LABEL, label), (COVERAGE, coverage), (COMMENT, comment), (PASSAGES, passages)):
        sheet.cell(row, column).value = value


def test_the_workbook_locks_what_is_given_and_offers_lists(desk: Desk, tmp_path: Path) -> None:
    book = export(desk, tmp_path / "a.xlsx")
    sheet = book["確認"]
    assert book.sheetnames == ["確認", "判断基準書", "選択肢", "この表について"]
    assert sheet.protection.sheet
    assert [sheet.cell(2, c).protection.locked for c in (1, 2, 3, 6, LABEL, COMMENT)] == [True] * 4 + [
        False
    ] * 2
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists == {"J2": "選択肢!$A$1:$A$8", "K2": "選択肢!$B$1:$B$4", "L2": "選択肢!$C$1:$C$1"}
    assert next(row[1].value for row in book["判断基準書"].iter_rows(min_row=2)) == "共通化以外の手法"
    ids = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
    assert ids == [ticket.statement_id for ticket in desk.board().queue]


def test_what_matches_is_applied_and_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    def change(sheet) -> None:
        answer(sheet, 2, "抽象的なもの", comment="一文だけ")
        answer(sheet, 3, "共有すべきもの", "記載あり", passages="p01、p02")

    plan = fill(desk, path, change)
    assert (len(plan.apply), plan.refused, plan.n_unchanged) == (2, (), 0)
    assert apply(desk, plan) == 2
    first, second = (p.statement_id for p in plan.apply)
    board = desk.board()
    assert board.review(first).decided.label == "abstract"
    assert board.review(second).decided.passages == ("p01", "p02")
    assert [e.value for e in board.review(first).comments] == ["一文だけ"]
    assert {e.via for log in board.logs.values() for e in log} == {"excel"}
    again = plan_import(desk.board(), read_review_workbook(path, path.name))
    assert (again.apply, again.refused, again.n_unchanged) == ((), (), 2)
    assert apply(desk, again) == 0
    assert desk.board().pulse == board.pulse


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: answer(s, 2, "その他"), "区分「その他」は判断基準書にありません"),
        (lambda s: answer(s, 2, "共有すべきもの"), "突合"),
        (lambda s: answer(s, 2, "共有すべきもの", "たぶん"), "突合「たぶん」は選択肢にありません"),
        (
            lambda s: answer(s, 2, "共有すべきもの", "記載あり", passages="p99"),
            "段落「p99」は方針案にありません",
        ),
        (lambda s: answer(s, 2, comment="迷う"), "区分が空です"),
        (
            lambda s: (answer(s, 2, "解決済"), setattr(s.cell(2, 3), "value", "0" * 16)),
            "差し替えられています",
        ),
        (
            lambda s: (answer(s, 2, "解決済"), setattr(s.cell(2, 1), "value", "nobody")),
            "この照会にありません",
        ),
        (lambda s: (answer(s, 2, "解決済"), setattr(s.cell(2, 2), "value", "7")), "他の方が更新しました"),
    ],
)
def test_a_row_that_does_not_match_is_listed_and_not_applied(
    desk: Desk, tmp_path: Path, change, message: str
) -> None:
    plan = fill(desk, tmp_path / "a.xlsx", change)
    assert plan.apply == ()
    assert [message in str(problem) for problem in plan.refused] == [True]
    assert str(plan.refused[0]).startswith("a.xlsx、シート「確認」、2行目: ")


def test_a_row_pasted_twice_counts_once(desk: Desk, tmp_path: Path) -> None:
    def change(sheet) -> None:
        answer(sheet, 2, "解決済")
        for column in range(1, 15):
            sheet.cell(3, column).value = sheet.cell(2, column).value

    plan = fill(desk, tmp_path / "a.xlsx", change)
    assert len(plan.apply) == 1
    assert "二つあります" in str(plan.refused[0])


def test_somebody_faster_in_the_browser_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    plan = fill(desk, path, lambda s: answer(s, 2, "解決済"))
    other = fill(desk, tmp_path / "b.xlsx", lambda s: answer(s, 2, "抽象的なもの"))
    other = ImportPlan("鈴木", other.apply, (), 0, 0)
    apply(desk, other)
    with pytest.raises(ConflictError):
        apply(desk, plan)
    late = plan_import(desk.board(), read_review_workbook(path, path.name))
    assert (late.apply, len(late.refused)) == ((), 1)
    assert "いまの判断: 抽象的なもの" in str(late.refused[0])


def test_a_workbook_of_another_inquiry_or_codebook_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for row, value, message in (
        (1, "window9", "別の照会"),
        (3, "99", "判断基準書の版"),
        (2, "", "確認する人"),
    ):
        book = export(desk, path)
        book["この表について"].cell(row, 2).value = value
        book.save(path)
        with pytest.raises(ReviewError, match=message):
            plan_import(desk.board(), read_review_workbook(path, path.name))


def test_hidden_suggestions_do_not_leave_in_the_workbook(desk: Desk, tmp_path: Path) -> None:
    one = desk.board().queue[0].statement_id
    write_review_workbook(tmp_path / "a.xlsx", desk.board(), "佐藤", [ExportRow(one, True)])
    row = [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["確認"][2]]
    assert row[7] == "（答えてから示します）"
    assert not any(row[8:])


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_told_in_words(content: bytes) -> None:
    with pytest.raises(InputError, match="として読めません"):
        read_review_workbook(io.BytesIO(content), "a.xlsx")


def test_a_workbook_that_is_not_ours_is_told_in_words(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="「確認」の表がありません"):
        read_review_workbook(tmp_path / "a.xlsx", "a.xlsx")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(31):
            archive.writestr(f"xl/{i}.xml", b"\0" * 10_000_000)
    with pytest.raises(InputError, match="大きすぎます"):
        read_review_workbook(tmp_path / "a.xlsx", "a.xlsx")


def test_hostile_text_survives_as_text(tmp_path: Path) -> None:
    rows = gold_rows(30)
    rows = [
        {**row, "opinion": "=HYPERLINK(1)\x0b\ud800" + "長" * 40_000}
        for row in rows
        if row["label"] == "share"
    ]
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(rows[:2], certified=False))
    book = export(Desk(store, "window1", ONCE), tmp_path / "a.xlsx")
    cell = book["確認"].cell(2, 6)
    assert cell.data_type == "s"
    assert cell.value.startswith("=HYPERLINK(1)")
    store.close()
