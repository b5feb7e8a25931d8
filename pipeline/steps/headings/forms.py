"""Forms without a table: one municipality, its labels beside or above their values."""

from __future__ import annotations

import re

from pipeline.layout import Field, Record
from pipeline.steps.headings.reading import Reading
from pipeline.steps.headings.settings import is_label

_INSTRUCTION = re.compile(r"(記入|記載|入力|選択)(して|する|の上|してください|すること|願います)")


def find_records(reading: Reading) -> tuple[Record, ...]:
    """Opinions in a sheet of labels and values; none where the labels are explained rather than filled in.

    A second opinion label begins the next record; what was said of the sender before holds for it too.
    """
    records: list[Record] = []
    values: dict[Field, str] = {}
    start = -1
    for i, j, field in _labels(reading):
        value = _value(reading, i, j)
        if not value or _INSTRUCTION.search(value):
            continue
        if field in values and "opinion" in values and field in ("opinion", "number", "section", "candidate"):
            records.append(Record(start, tuple(values.items())))
            values = {key: kept for key, kept in values.items() if key not in _OWN}
        if field == "opinion":
            start = i
        values.setdefault(field, value)
    if "opinion" in values:
        records.append(Record(start, tuple(values.items())))
    has_sender = all({"organization", "candidate"} & dict(record.values).keys() for record in records)
    return tuple(records) if has_sender else ()


_OWN = ("opinion", "reason", "number", "section", "candidate")


def _labels(reading: Reading) -> list[tuple[int, int, Field]]:
    found = []
    for i, row in enumerate(reading.sheet.rows):
        for j, text in enumerate(row):
            if text and (i, j) not in reading.sheet.filled and is_label(reading, text):
                guess = reading.guesses(text.rstrip(" 　:："))[0]
                if guess.field not in ("ignored", "answer"):
                    found.append((i, j, guess.field))
    return found


def _value(reading: Reading, i: int, j: int) -> str:
    """To the right of its label, else below it."""
    rows = reading.sheet.rows
    label = rows[i][j]
    right = next((text for text in rows[i][j + 1 :] if text and text != label), "")
    if right and not is_label(reading, right):
        return right
    below = next((row[j] for row in rows[i + 1 : i + 3] if row[j] and row[j] != label), "")
    return "" if is_label(reading, below) else below
