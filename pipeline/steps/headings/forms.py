"""Forms without a table: labels with their values beside or below them, one opinion or several."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.layout import Field, Record
from pipeline.steps.headings.reading import Reading
from pipeline.steps.headings.settings import is_label, named_candidates

_INSTRUCTION = re.compile(r"(記入|記載|入力|選択)(して|する|の上|してください|すること|願います)")
_SENDER = re.compile(r"[都道府県市区町村](?:$|[ \u3000\n(（])|組合|連合|企業団|[課局部室]$|委員会$")
_OWN = ("opinion", "reason", "number", "section", "candidate")


class _Label(NamedTuple):
    row: int
    column: int
    field: Field


def find_records(reading: Reading) -> tuple[Record, ...]:
    """Opinions in a sheet of labels and values; none where the labels are explained rather than filled in.

    Where several opinions stand beside one label, every column is a record. Elsewhere a second opinion
    label begins the next record; what was said of the sender before holds for it too.
    """
    labels = _labels(reading)
    beside = [len(_right(reading, label)) for label in labels if label.field == "opinion"]
    records = _by_column(reading, labels) if beside == [max(beside, default=0)] and beside > [1] else []
    records = records or _in_order(reading, labels)
    return tuple(records) if all(_is_filled_in(reading, record) for record in records) else ()


def _is_filled_in(reading: Reading, record: Record) -> bool:
    """A sender or a known candidate stands in it: a guide to the form names neither."""
    values = dict(record.values)
    sender = _SENDER.search(values.get("organization", ""))
    return sender is not None or bool(named_candidates(reading, values.get("candidate", "")))


def _in_order(reading: Reading, labels: list[_Label]) -> list[Record]:
    records: list[Record] = []
    values: dict[Field, str] = {}
    start = -1
    for label in labels:
        value = _value(reading, label)
        if not value or _INSTRUCTION.search(value):
            continue
        if label.field in values and "opinion" in values and label.field in _OWN[:1] + _OWN[2:]:
            records.append(Record(start, tuple(values.items())))
            values = {key: kept for key, kept in values.items() if key not in _OWN or key == "candidate"}
            values.pop(label.field, None)
        if label.field == "opinion":
            start = label.row
        values.setdefault(label.field, value)
    if "opinion" in values:
        records.append(Record(start, tuple(values.items())))
    return records


def _by_column(reading: Reading, labels: list[_Label]) -> list[Record]:
    """A table on its side: one label column, one record in each column beside it."""
    opinion = next(label for label in labels if label.field == "opinion")
    records = []
    for column, text in _right(reading, opinion):
        values: dict[Field, str] = {"opinion": text}
        for label in labels:
            right = dict(_right(reading, label))
            shared = len(right) == 1 and label.field not in ("reason", "number", "section")
            value = right.get(column, next(iter(right.values()), "") if shared else "")
            if value:
                values.setdefault(label.field, value)
        records.append(Record(opinion.row, tuple(values.items())))
    return [] if any(_INSTRUCTION.search(dict(r.values)["opinion"]) for r in records) else records


def _labels(reading: Reading) -> list[_Label]:
    found = []
    for i, row in enumerate(reading.sheet.rows):
        for j, text in enumerate(row):
            if text and (i, j) not in reading.sheet.filled and is_label(reading, text):
                guess = reading.guesses(text.rstrip(" 　:："))[0]
                if guess.field not in ("ignored", "answer"):
                    found.append(_Label(i, j, guess.field))
    return found


def _right(reading: Reading, label: _Label) -> list[tuple[int, str]]:
    """Cells to the right of a label, as far as the next one, each merged range once."""
    found: list[tuple[int, str]] = []
    row = reading.sheet.rows[label.row]
    for j in range(label.column + 1, len(row)):
        text = row[j]
        if not text or (label.row, j) in reading.sheet.filled:
            continue
        if is_label(reading, text):
            break
        found.append((j, text))
    return found


def _value(reading: Reading, label: _Label) -> str:
    """All that stands to the right of a label, else what stands below it."""
    right = _right(reading, label)
    if right:
        return "\n".join(text for _, text in right) if label.field in ("opinion", "reason") else right[0][1]
    rows = reading.sheet.rows[label.row + 1 : label.row + 3]
    here = reading.sheet.rows[label.row][label.column]
    below = next((row[label.column] for row in rows if row[label.column] not in ("", here)), "")
    return "" if is_label(reading, below) else below
