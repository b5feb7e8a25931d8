"""Sheets: cells as typed, before anyone knows what they mean."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or the one sheet a CSV file is.

    ``rows[i]`` is the row Excel numbers ``numbers[i]``; every row has the same length. Cells are text as
    a person sees them (an id ``00012`` stays ``00012``); an empty cell is ``""``. The value of a merged
    range stands in each of its cells.
    """

    file: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.rows) != len(self.numbers):
            raise ValueError(f"{len(self.rows)} rows but {len(self.numbers)} row numbers")
