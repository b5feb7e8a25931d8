"""Review workbook: one reviewer's queue as an Excel file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from pipeline.edges.asked import split_places
from pipeline.edges.board import Board
from pipeline.edges.facts import Fact
from pipeline.edges.outputs.workbook.cells import n_lines
from pipeline.edges.review_columns import COLUMNS, COVERAGE, STAND_ALONE, TITLES, Column
from pipeline.edges.review_rows import ExportRow
from pipeline.edges.trail import READINGS, STATES
from pipeline.reviews import Answer
from pipeline.taxonomy import Taxonomy

SHEET = "確認"
_LISTS, ABOUT = "選択肢", "この表について"
_CELL_LIMIT = 32_000
_LINE, _HIGHEST = 15.0, 409.0
"""Points of a line, and of the highest row Excel allows."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


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
    plain = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#DCD8CF"}
    fixed = book.add_format(plain)
    open_cell = book.add_format({**plain, "locked": False, "bg_color": "#FFFBE8"})
    last = max(1, len(rows))
    for number, column in enumerate(COLUMNS):
        sheet.set_column(number, number, column.width, None, {"hidden": column.kind == "hidden"})
        sheet.write_string(0, number, column.title, head)
        rule = _rule(column, board.result.taxonomy)
        if rule:
            sheet.data_validation(1, number, last, number, rule)
    for i, row in enumerate(rows, 1):
        values = _values(board, row)
        cells = [printable(values.get(column.title, "")) for column in COLUMNS]
        lines = (n_lines(text, column.width) for text, column in zip(cells, COLUMNS, strict=True))
        sheet.set_row(i, min(_HIGHEST, 5 + _LINE * max(lines)))
        for number, (column, text) in enumerate(zip(COLUMNS, cells, strict=True)):
            sheet.write_string(i, number, text, open_cell if column.kind == "answer" else fixed)
    sheet.freeze_panes(1, TITLES.index("意見") + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    # Filters and widths stay usable; ids, versions and texts do not change by a slip of the hand.
    sheet.protect("", {"autofilter": True, "sort": False, "format_columns": True, "format_rows": True})


def _rule(column: Column, taxonomy: Taxonomy) -> dict[str, Any]:
    """What a cell of the column accepts, and the hint it shows; empty where it takes any text in silence."""
    hint = {"input_title": column.title, "input_message": column.hint} if column.hint else {}
    if not column.choices:
        return {"validate": "any", **hint} if hint else {}
    lists = _lists(taxonomy)
    letter = "ABCD"[list(lists).index(column.choices)]
    return {
        "validate": "list",
        "source": f"={_LISTS}!${letter}$1:${letter}${len(lists[column.choices])}",
        "error_title": "選択肢",
        "error_message": "一覧から選んでください。",
        # Several labels in one cell are on no list; the import checks them.
        "show_error": column.choices != "also",
        **hint,
    }


def _lists(taxonomy: Taxonomy) -> dict[str, list[str]]:
    names = taxonomy.names
    return {
        "labels": [names[code] for code in taxonomy.label_ids],
        "coverage": [names[code] for code in COVERAGE],
        "yes": ["はい"],
        "also": [names[code] for code in taxonomy.label_ids if code in taxonomy.excluded_ids],
    }


def _values(board: Board, row: ExportRow) -> dict[str, str]:
    """What stands in each column, by title; columns left out are empty."""
    one, fact = row.statement_id, board.masked(row.statement_id)
    return {
        "意見ID": one,
        "版": str(board.review(one).number),
        "照合値": board.hashes[one],
        "状態": STATES[board.review(one).state],
        "候補": fact.candidate,
        "団体": f"{fact.prefecture} {fact.organization}".strip(),
        "テーマ": fact.cluster_name,
        "意見": fact.shown,
        "理由": fact.shown_reason,
        "ほぼ同じ意見": "\n".join(f"{i} {board.facts[i].organization}" for i in board.behind.get(one, ())),
        "統合先": STAND_ALONE if board.review(one).merged_into == "" else "",
        "文": "\n".join(f"{n} {words}" for n, (_, words) in enumerate(split_places(board, one), 2)),
        "これまで": "" if row.is_hidden else _so_far(board, one),
        **_suggested(fact, row.is_hidden, board.result.taxonomy.names),
        **(_answered(row.own, board.result.taxonomy.names) if row.own else {}),
    }


def _suggested(fact: Fact, is_hidden: bool, names: dict[str, str]) -> dict[str, str]:
    if is_hidden:
        return {"提案": "（答えてから示します）"}
    judged = fact.coverage in COVERAGE
    return {
        "提案": f"{names[fact.label]} {round(fact.probability * 100)}%",
        "突合の提案": names[fact.coverage] if judged else "",
        "段落": "、".join(fact.passages) if fact.coverage in COVERAGE[:2] else "",
    }


def _so_far(board: Board, statement_id: str) -> str:
    """What everybody has said, as the page shows it."""
    review, names = board.review(statement_id), board.result.taxonomy.names
    read = zip(READINGS.values(), (review.first, review.second, review.adjudication), strict=True)
    answers = [
        f"{reading} {said.reviewer}: {'・'.join(names[code] for code in (said.label, said.coverage) if code)}"
        for reading, said in read
        if said
    ]
    return "\n".join([*answers, *(f"{event.reviewer}「{event.value}」" for event in review.comments)])


def _answered(own: Answer, names: dict[str, str]) -> dict[str, str]:
    return {
        "区分": names[own.label],
        "副区分": _joined(names[code] for code in own.secondary),
        "突合": names[own.coverage] if own.coverage else "",
        "反対の結論": "はい" if own.contrary else "",
        "段落": _joined(own.passages),
    }


def _joined(parts: Iterable[str]) -> str:
    return "、".join(parts)


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
    for column, names in enumerate(_lists(taxonomy).values()):
        for i, name in enumerate(names):
            sheet.write_string(i, column, printable(name))
    sheet.hide()


def _write_about(book: Any, board: Board, reviewer: str) -> None:
    sheet = book.add_worksheet(ABOUT)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    how = (
        "黄色の欄だけに記入します。空の行は「まだ」として扱います。取り込むと、合わない行は一覧で示されます。"
        "自分が答えたものは下に続き、直せます。消しても取り消しにはなりません（取り消しは画面で行います）。"
        "テーマごとに付けるときは、テーマで絞り込み、区分を下へ写します。"
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
