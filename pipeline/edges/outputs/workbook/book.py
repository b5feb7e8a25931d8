"""Book: the one place that puts text into Excel cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.utility import xl_rowcol_to_cell

from pipeline.edges.outputs.workbook.arrows import draw_arrows
from pipeline.edges.outputs.workbook.cells import cell_texts, row_height
from pipeline.edges.outputs.workbook.layout import (
    BOXES,
    FIRST_ROW,
    FORMATS,
    INK,
    MARKS,
    Cell,
    Column,
    Grid,
    Page,
    Value,
)

LONG = "長文の続き"
_LIST = {
    "validate": "list",
    "error_title": "一覧から選んでください",
    "error_message": "凡例の名称から選びます。",
}


class Book:
    """A workbook being written, sheet after sheet, row after row, so that memory stays flat."""

    HEAD = FIRST_ROW - 2
    """Index of the heading row; above it are the title and the note."""

    def __init__(self, path: Path, title: str, footer: str) -> None:
        # What xlsxwriter puts aside meanwhile is text of opinions: it stays where a killed run is tidied up.
        options = {"constant_memory": True, "tmpdir": str(path.parent)}
        options |= {"strings_to_formulas": False, "strings_to_urls": False}
        self._path = path
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"title": title, "comments": "ikenwake（意見分け）"})
        self._formats = {name: self._book.add_format(spec) for name, spec in FORMATS.items()}
        first = {"top": 2, "top_color": INK}
        self._firsts = {name: self._book.add_format({**spec, **first}) for name, spec in FORMATS.items()}
        self._marks = {name: self._book.add_format(spec) for name, spec in MARKS.items()}
        self._footer = footer
        self._overflow: list[tuple[Value, ...]] = []

    def close(self) -> None:
        """Add the sheet of continued texts where there are any, and write the file.

        Raises:
            OSError: The file cannot be written.
        """
        if self._overflow:
            self.write_page(long_page(self._overflow))
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        draw_arrows(self._path)

    def write_page(self, page: Page) -> None:
        """Write one table with title, note, headings, filter and print settings."""
        sheet = self._sheet(page.name)
        for j, column in enumerate(page.columns):
            sheet.set_column(j, j, column.width)
        sheet.set_row(0, 28)
        self._string(sheet, (0, 0), page.title, self._formats["title"])
        sheet.set_row(1, 32)
        n_wide = page.n_printed or len(page.columns)
        self._span(sheet, 1, 0, Cell(page.note, "note", n_wide))
        sheet.set_row(self.HEAD, 32)
        for j, column in enumerate(page.columns):
            self._string(sheet, (self.HEAD, j), column.heading, self._formats["head"])
        group = next((j for j, column in enumerate(page.columns) if column.is_group), -1)
        before: Value = ""
        for i, row in enumerate(page.rows, start=self.HEAD + 1):
            sheet.set_row(i, row_height(page.columns[:n_wide], row[:n_wide]))
            formats = self._firsts if group >= 0 and row[group] != before else self._formats
            before = row[group]
            for j, (column, value) in enumerate(zip(page.columns, row, strict=True)):
                self._put(sheet, (i, j), value, formats[column.kind])
        self._finish(sheet, page, n_wide)

    def write_grid(self, grid: Grid) -> None:
        """Write a sheet that is laid out freely."""
        sheet = self._sheet(grid.name)
        for j, width in enumerate(grid.widths):
            sheet.set_column(j, j, width)
        for i, row in enumerate(grid.rows):
            if i in grid.heights:
                sheet.set_row(i, grid.heights[i])
            at = 0
            for cell in row:
                self._span(sheet, i, at, cell)
                at += cell.span
        for box in grid.drawing:
            place = dict(zip(("x_offset", "y_offset", "width", "height"), (*box.at, *box.size), strict=True))
            named = {"description": box.name} if box.name else {}
            sheet.insert_textbox(grid.drawn_at, 0, box.text, {**BOXES[box.style], **place, **named})
        sheet.print_area(0, 0, max(len(grid.rows) - 1, 0), len(grid.widths) - 1)
        sheet.set_print_scale(72)
        sheet.set_h_pagebreaks(list(grid.breaks))
        sheet.hide_gridlines(2)

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        # The space after the size: 「&82026」 would ask for letters of 82,026 points.
        sheet.set_footer(f"&L&8 {self._footer}&C&8 {name}&R&8 &P / &N")
        return sheet

    def _finish(self, sheet: Any, page: Page, n_wide: int) -> None:
        last = self.HEAD + max(len(page.rows), 1)
        sheet.freeze_panes(self.HEAD + 1, page.n_frozen)
        sheet.autofilter(self.HEAD, 0, last, len(page.columns) - 1)
        sheet.repeat_rows(self.HEAD)
        sheet.fit_to_pages(1, 0)
        sheet.print_area(0, 0, last, n_wide - 1)
        for j, column in enumerate(page.columns):
            if column.choices and page.rows:
                sheet.data_validation(self.HEAD + 1, j, last, j, {**_LIST, "source": column.choices})
            for value, mark in column.marks:
                rule = {"type": "cell", "criteria": "==", "value": f'"{value}"', "format": self._marks[mark]}
                sheet.conditional_format(self.HEAD + 1, j, last, j, rule)

    def _span(self, sheet: Any, i: int, j: int, cell: Cell) -> None:
        if cell.span > 1:
            sheet.merge_range(i, j, i, j + cell.span - 1, "", self._formats[cell.style])
        self._put(sheet, (i, j), cell.value, self._formats[cell.style])

    def _put(self, sheet: Any, at: tuple[int, int], value: Value, style: Any) -> None:
        if isinstance(value, str):
            self._string(sheet, at, value, style)
        else:
            sheet.write_number(*at, value, style)

    def _string(self, sheet: Any, at: tuple[int, int], text: str, style: Any) -> None:
        """Write text as text, never as a formula; what does not fit goes on in a sheet of its own."""
        first, *rest = cell_texts(text)
        if rest:
            where = xl_rowcol_to_cell(*at)
            self._overflow += [(sheet.get_name(), where, k, piece) for k, piece in enumerate(rest, start=2)]
            first += f"\n…（続きはシート「{LONG}」）"
        if first:
            sheet.write_string(*at, first, style)
        else:
            sheet.write_blank(*at, None, style)


def long_page(overflow: Sequence[tuple[Value, ...]]) -> Page:
    """The sheet that takes what does not fit into a cell."""
    columns = (
        Column("シート", 16),
        Column("セル", 8),
        Column("続き", 8, "number"),
        Column("本文", 120, "wrap"),
    )
    return Page(LONG, LONG, "一つのセルに収まらない文章の続きです。", columns, overflow)
