"""A draft in PDF: what was printed where becomes lines in the order in which people read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pipeline.steps.passages import Line, table_lines

_NUMBER_ALONE = re.compile(
    r"第?[（(]?[0-9０-９一二三四五六七八九十①-⑳ア-ンa-zA-Z・○●]{1,4}[章節条]?[)）.．、]?"
)
_COLUMN = 0.3
"""Share of a page's width that a column of text has at least."""
_COLUMN_LETTERS = 10
"""Letters of a usual line of such a column; cells of a table are shorter."""
_LINES = range(8, 2_000)
"""Lines of a page that may have columns: every place between two of them is tried."""


class Print(NamedTuple):
    """A line as it was printed: its place in points from the lower left corner."""

    x0: float
    x1: float
    y0: float
    y1: float
    text: str


def pdf_lines(path: Path) -> Iterator[Line]:
    """The lines of every page; columns one after the other, the cells of a table row by row.

    Raises:
        PSException, ValueError, TypeError, LookupError, AttributeError, RecursionError: It is damaged.
    """
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTTextContainer, LTTextLine

    for number, page in enumerate(extract_pages(path, laparams=LAParams(boxes_flow=None)), start=1):
        found = [
            Print(line.x0, line.x1, line.y0, line.y1, _closed(line.get_text().strip()))
            for box in page
            if isinstance(box, LTTextContainer)
            for line in box
            if isinstance(line, LTTextLine) and line.get_text().strip()
        ]
        yield from (line._replace(page=number) for line in page_lines(found))


def page_lines(prints: Sequence[Print]) -> list[Line]:
    """The lines of a page in reading order."""
    return [line for column in reading_order(prints) for line in _lines(column)]


def reading_order(prints: Sequence[Print]) -> list[list[Print]]:
    """Split a page into its columns, left before right; what goes across them parts the page.

    Example:
        >>> row = lambda y, *xs: [Print(x, x + 200, y, y + 10, "あ" * 20) for x in xs]
        >>> page = [*row(70, 0, 220), *row(60, 0, 220), *row(50, 0, 220), *row(40, 0, 220)]
        >>> [[(one.x0, one.y0) for one in column][:2] for column in reading_order(page)]
        [[(0, 70), (0, 60)], [(220, 70), (220, 60)]]
    """
    gutter = _gutter(prints)
    if gutter is None:
        return [sorted(prints, key=lambda one: -one.y1)]
    across = sorted((p for p in prints if p.x0 < gutter < p.x1), key=lambda one: -one.y1)
    columns: list[list[Print]] = []
    rest = [one for one in prints if one not in across]
    for wide in [*across, None]:
        above = [one for one in rest if wide is None or one.y0 >= wide.y0]
        rest = [one for one in rest if one not in above]
        for side in ([p for p in above if p.x1 <= gutter], [p for p in above if p.x0 >= gutter]):
            columns += reading_order(side) if side else []
        columns += [] if wide is None else [[wide]]
    return columns


def _gutter(prints: Sequence[Print]) -> float | None:
    """Where a page of several columns is parted; None where it has one."""
    if len(prints) not in _LINES:
        return None
    width = max(one.x1 for one in prints) - min(one.x0 for one in prints)
    best: tuple[int, float] | None = None
    for x in sorted({round(one.x0) - 1.0 for one in prints}):
        left, right = [p for p in prints if p.x1 <= x], [p for p in prints if p.x0 >= x]
        crossing = len(prints) - len(left) - len(right)
        if min(map(_is_column, (left, right), (width, width))) and crossing * 4 < len(prints):
            best = max(best or (-1, 0.0), (-crossing, x))
    return None if best is None else best[1]


def _is_column(side: list[Print], width: float) -> bool:
    if len(side) < 4 or max(p.x1 for p in side) - min(p.x0 for p in side) < _COLUMN * width:
        return False
    return median(len(one.text) for one in side) >= _COLUMN_LETTERS


def _lines(column: list[Print]) -> Iterator[Line]:
    """Rows from top to bottom: a number and its text are one line, other neighbours cells of a table."""
    table: list[list[str]] = []
    for row in _rows(column):
        texts = [one.text for one in row]
        if len(texts) > 1 and _NUMBER_ALONE.fullmatch(texts[0]):
            texts = [f"{texts[0]}　{texts[1]}", *texts[2:]]
        if len(texts) > 1:
            table.append(texts)
            continue
        yield from table_lines(table)
        table = []
        yield Line(texts[0], is_whole=False, size=round(row[0].y1 - row[0].y0, 1))
    yield from table_lines(table)


def _rows(column: list[Print]) -> Iterator[list[Print]]:
    row: list[Print] = []
    for one in column:
        if row and min(one.y1, row[0].y1) - max(one.y0, row[0].y0) < 0.5 * min(
            one.y1 - one.y0, row[0].y1 - row[0].y0
        ):
            yield sorted(row)
            row = []
        row.append(one)
    if row:
        yield sorted(row)


def _closed(text: str) -> str:
    """Without the gaps typesetting leaves between Japanese and Latin letters.

    >>> _closed("2 提供開始後 2 年に SaaS を")
    '2 提供開始後2年にSaaSを'
    """
    number = re.match(r"[0-9.]+\s+", text)
    start = number.end() if number else 0
    wide = "\u3001-\u30ff\u4e00-\u9fff\uff00-\uffef"
    gaps = rf"(?<=[{wide}]) (?=[0-9A-Za-z])|(?<=[0-9A-Za-z]) (?=[{wide}])"
    return text[:start] + re.sub(gaps, "", text[start:])
