"""Lines of a draft, as a converter gave them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_LONG_CELL = 40
"""Characters; a cell as long as this says something of its own."""


class Line(NamedTuple):
    """One line or paragraph of a draft, or a table of short cells."""

    text: str
    level: int = 0
    """Of a heading the converter knows to be one, 1 and deeper; 0 where it does not know."""
    is_whole: bool = True
    """False for a line of a page, which may go on in the next one."""
    page: int = 0
    is_table: bool = False
    size: float = 0
    """Height of the print in points; 0 where it is not known."""


def blank_lines(text: str) -> Iterator[Line]:
    """The lines of a plain text; those of Markdown too, whose headings begin with ``#``."""
    for line in text.splitlines():
        stripped = line.strip()
        depth = len(stripped) - len(stripped.lstrip("#"))
        yield Line(re.sub(r"\*\*(.+?)\*\*", r"\1", stripped), level=min(depth, 6), is_whole=False)


def table_lines(rows: Iterable[list[str]]) -> Iterator[Line]:
    """A table of figures and words is one line; one whose cells are sentences, a line per row.

    Example:
        >>> [line.text for line in table_lines([["区分", "国"], ["改修", "補助"]])]
        ['区分　国\\n改修　補助']
        >>> [line.text for line in table_lines([["論点", "考え方"], ["費用", "国が負担する。"]])]
        ['論点　考え方', '費用　国が負担する。']
    """
    filled = [row for row in rows if any(row)]
    texts = ["　".join(cell for cell in row if cell) for row in filled]
    if any("。" in cell or len(cell) >= _LONG_CELL for row in filled for cell in row):
        yield from (Line(text, is_table=True) for text in texts)
    elif texts:
        yield Line("\n".join(texts), is_table=True)
