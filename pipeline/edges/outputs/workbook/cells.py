"""Cells: what fits into one, and how high it must be."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from pipeline.edges.outputs.workbook.layout import Column, Value

LIMIT = 32_000
"""Excel takes 32,767 UTF-16 units in a cell and cuts the rest without a word."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def row_height(columns: Sequence[Column], row: tuple[Value, ...]) -> float:
    """Points a row needs so that no wrapped text is hidden; Excel allows 409.

    Readers other than Excel do not fit rows to their text on opening, and a print should not depend on it.

    >>> row_height([Column("意見", 21, "wrap")], ("あ" * 20,)), row_height([Column("行", 6, "number")], (3,))
    (32.0, 18.5)
    """
    lines = [
        n_lines(value, column.width)
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str) and column.kind == "wrap"
    ]
    return min(409.0, 5.0 + 13.5 * max([1, *lines]))


def n_lines(text: str, width: float) -> int:
    """Lines a text takes in a column, full-width characters counted as two."""
    room = max(2.0, width * 1.02 - 1)
    return sum(
        max(1, math.ceil(sum(1 if ord(c) < 128 or "｡" <= c <= "ﾟ" else 2 for c in line) / room))
        for line in text[:2000].split("\n")
    )


def cell_texts(text: str) -> list[str]:
    """Cut text into pieces Excel can hold, without characters XML cannot.

    >>> cell_texts("=1+1\\x0b"), [len(piece) for piece in cell_texts("あ" * 40000)]
    (['=1+1'], [16000, 16000, 8000])
    """
    legal = _ILLEGAL.sub("", text)
    if len(legal.encode("utf-16-le")) <= 2 * LIMIT:
        return [legal]
    size = LIMIT // 2
    return [legal[at : at + size] for at in range(0, len(legal), size)]
