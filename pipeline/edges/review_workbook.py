"""Review workbook: one reviewer's queue as an Excel file, and what comes back in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from pipeline.edges.board import Board
from pipeline.taxonomy import Taxonomy

SHEET = "確認"
_LISTS, ABOUT = "選択肢", "この表について"
_CELL_LIMIT = 32_000
_MAX_UNPACKED = 300_000_000
_MAX_ROWS = 200_000
COVERAGE = ("stated", "reflected", "not_reflected", "undetermined")
COLUMNS: tuple[tuple[str, int], ...] = (
    ("意見ID", 12),
    ("版", 6),
    ("照合値", 10),
    ("候補", 22),
    ("団体", 16),
    ("意見", 60),
    ("理由", 40),
    ("提案", 18),
    ("突合の提案", 14),
    ("区分", 22),
    ("突合", 16),
    ("反対の結論", 12),
    ("段落", 14),
    ("コメント", 30),
)
_FIRST_ANSWER = 9
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class ExportRow:
    """A statement of the queue, and whether its suggestion has to stay hidden."""

    statement_id: str
    is_hidden: bool


def write_review_workbook(
    target: Path | BinaryIO, board: Board, reviewer: str, rows: Sequence[ExportRow]
) -> None:
    """Write the workbook of one reviewer: ids locked, answers from lists, the codebook beside them."""
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), {"in_memory": True})
    try:
        _write_rows(book, board, rows)
        _write_codebook(book, board.result.taxonomy)
        _write_lists(book, board.result.taxonomy)
        _write_about(book, board, reviewer)
    finally:
        book.close()


def _write_rows(book: Any, board: Board, rows: Sequence[ExportRow]) -> None:
    sheet = book.add_worksheet(SHEET)
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True})
    fixed = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#DCD8CF"})
    open_cell = book.add_format(
        {"text_wrap": True, "valign": "top", "border": 1, "locked": False, "bg_color": "#FFFBE8"}
    )
    for column, (title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    for i, row in enumerate(rows, 1):
        for column, text in enumerate(_cells(board, row)):
            sheet.write_string(i, column, printable(text), open_cell if column >= _FIRST_ANSWER else fixed)
    last = max(1, len(rows))
    n_labels = len(board.result.taxonomy.label_ids)
    for column, source in (
        (9, f"={_LISTS}!$A$1:$A${n_labels}"),
        (10, f"={_LISTS}!$B$1:$B${len(COVERAGE)}"),
        (11, f"={_LISTS}!$C$1:$C$1"),
    ):
        sheet.data_validation(
            1,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": source,
                "error_title": "選択肢",
                "error_message": "一覧から選んでください。",
            },
        )
    sheet.freeze_panes(1, 6)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    sheet.set_column(1, 2, None, None, {"hidden": True})
    # Filters and widths stay usable; ids, versions and texts do not change by a slip of the hand.
    sheet.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})


def _cells(board: Board, row: ExportRow) -> list[str]:
    fact, review = board.facts[row.statement_id], board.review(row.statement_id)
    names = board.result.taxonomy.names
    hidden = row.is_hidden
    return [
        fact.statement_id,
        str(review.number),
        board.hashes[fact.statement_id],
        fact.candidate,
        f"{fact.prefecture} {fact.organization}".strip(),
        fact.shown,
        fact.shown_reason,
        "（答えてから示します）" if hidden else f"{names[fact.label]} {round(fact.probability * 100)}%",
        "" if hidden or fact.coverage not in COVERAGE else names[fact.coverage],
        "",
        "",
        "",
        "" if hidden or fact.coverage not in COVERAGE[:2] else ";".join(fact.passages),
        "",
    ]


def _write_codebook(book: Any, taxonomy: Taxonomy) -> None:
    sheet = book.add_worksheet("判断基準書")
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#DCD8CF"})
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
    for column, (title, width) in enumerate(
        [("優先", 6), ("区分", 22), ("定義", 60), ("当たるもの", 60), ("当たらないもの → 区分", 60)]
    ):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, head)
    for i, code in enumerate(taxonomy.label_ids, 1):
        label = taxonomy.label(code)
        borders = [f"{b.text} → {taxonomy.names.get(b.label, '人が決める')}" for b in label.excludes]
        cells = [
            str(label.precedence),
            label.name,
            label.definition,
            "\n".join(label.includes),
            "\n".join(borders),
        ]
        for column, text in enumerate(cells):
            sheet.write_string(i, column, printable(text), wrap)
    sheet.freeze_panes(1, 0)


def _write_lists(book: Any, taxonomy: Taxonomy) -> None:
    sheet = book.add_worksheet(_LISTS)
    # A list over 255 characters inside the rule is refused by Excel; a range has no such limit.
    for i, code in enumerate(taxonomy.label_ids):
        sheet.write_string(i, 0, printable(taxonomy.names[code]))
    for i, code in enumerate(COVERAGE):
        sheet.write_string(i, 1, printable(taxonomy.names[code]))
    sheet.write_string(0, 2, "はい")
    sheet.hide()


def _write_about(book: Any, board: Board, reviewer: str) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    how = (
        "黄色の欄だけに記入します。空の行は「まだ」として扱います。取り込むと、合わない行は一覧で示されます。"
    )
    for i, (name, value) in enumerate(
        [
            ("照会", board.result.info.window),
            ("確認する人", reviewer),
            ("判断基準書の版", str(board.result.taxonomy.version)),
            ("処理", board.result.info.run_id),
            ("書き方", how),
        ]
    ):
        sheet.write_string(i, 0, name)
        sheet.write_string(i, 1, printable(value))


def printable(text: str) -> str:
    """What a cell can hold: no control characters, and no more than Excel's limit, said so.

    >>> printable("a\\x0bb"), len(printable("長" * 40_000)) <= 32_767
    ('a\\ufffdb', True)
    """
    text = _UNPRINTABLE.sub("\ufffd", text)
    return text if len(text) <= _CELL_LIMIT else f"{text[:_CELL_LIMIT]}…（以下は画面で確認してください）"
