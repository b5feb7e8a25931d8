"""Sheets: cells as typed, before anyone knows what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Remark(NamedTuple):
    """What the reader wants staff to know about a sheet; ``row`` as Excel shows it, 0 for the sheet."""

    row: int
    code: str
    message: str


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the one sheet a CSV file is.

    ``rows[i]`` is the row Excel numbers ``numbers[i]``; every row has the same length. Cells are text as
    a person sees them (an id ``00012`` stays ``00012``); an empty cell is ``""``. The value of a merged
    range stands in each of its cells; ``filled`` names those (positions in ``rows``) that are not its first.
    Rows and columns without any cell are left out.
    """

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    filled: frozenset[tuple[int, int]] = frozenset()
    remarks: tuple[Remark, ...] = ()

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.numbers):
            raise ValueError(f"{len(self.rows)} rows but {len(self.numbers)} row numbers")
