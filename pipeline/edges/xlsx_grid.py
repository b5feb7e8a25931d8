"""The grid of one worksheet while it is read: only cells that hold something, bounded in size."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from pipeline.errors import InputError
from pipeline.sheets import Remark, Sheet

_MAX_CELLS = 5_000_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TOO_LARGE = "表が大きすぎます（{n:,}マスまで）。不要な行と列を消すか、ファイルを分けてください。"


class Grid:
    """Collects cells by position, then gives a sheet without empty rows and columns."""

    def __init__(self) -> None:
        self.n_cells = 0
        self._rows: dict[int, dict[int, str]] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._columns: dict[str, int] = {}

    def place(self, reference: str, row: int, column: int) -> tuple[int, int]:
        """Row and column (from 1) of a reference; the next column where a writer left it out."""
        found = _REFERENCE.fullmatch(reference)
        if not found:
            return row, column + 1
        letters = found[1]
        if letters not in self._columns:
            self._columns[letters] = _column(letters)
        return int(found[2]), self._columns[letters]

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell; blanks alone are no content."""
        if not text or text.isspace():
            return
        self.n_cells += 1
        if self.n_cells > _MAX_CELLS:
            raise InputError(_TOO_LARGE.format(n=_MAX_CELLS))
        self._rows.setdefault(row, {})[column] = text

    def merge(self, reference: str) -> None:
        """Note a merged range; what is no range is nobody's loss."""
        first, _, last = reference.partition(":")
        a, b = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if a and b:
            self._merged.append((int(a[2]), int(b[2]), _column(a[1]), _column(b[1])))
        if len(self._merged) > _MAX_CELLS:
            raise InputError(_TOO_LARGE.format(n=_MAX_CELLS))

    def sheet(self, file: str, name: str, remarks: tuple[Remark, ...]) -> Sheet:
        """The cells as a sheet, merged ranges filled, empty rows and columns left out.

        Raises:
            InputError: The cells lie so far apart that the table between them would not fit.
        """
        numbers = sorted(self._rows)
        columns = sorted({column for cells in self._rows.values() for column in cells})
        if len(numbers) * len(columns) > 4 * _MAX_CELLS:
            raise InputError(_TOO_LARGE.format(n=4 * _MAX_CELLS))
        filled = self._fill(numbers, columns)
        rows = tuple(tuple(self._rows[number].get(column, "") for column in columns) for number in numbers)
        row_at = {number: i for i, number in enumerate(numbers)}
        column_at = {column: j for j, column in enumerate(columns)}
        places = frozenset((row_at[row], column_at[column]) for row, column in filled)
        return Sheet(file, name, rows, tuple(numbers), places, remarks)

    def _fill(self, numbers: list[int], columns: list[int]) -> list[tuple[int, int]]:
        filled: list[tuple[int, int]] = []
        for top, bottom, left, right in self._merged:
            text = self._rows.get(top, {}).get(left, "")
            if not text:
                continue
            for row in numbers[bisect_left(numbers, top) : bisect_right(numbers, bottom)]:
                cells = self._rows[row]
                for column in columns[bisect_left(columns, left) : bisect_right(columns, right)]:
                    if column not in cells:
                        cells[column] = text
                        filled.append((row, column))
            if len(filled) > _MAX_CELLS:
                raise InputError(_TOO_LARGE.format(n=_MAX_CELLS))
        return filled


def _column(letters: str) -> int:
    """
    >>> [_column(letters) for letters in ("A", "Z", "AA", "XFD")]
    [1, 26, 27, 16384]
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
