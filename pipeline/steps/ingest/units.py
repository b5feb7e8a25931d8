"""Units: what one sender says once. Usually a row; several where opinions stand side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.layout import Block, Field, SheetHeadings
from pipeline.sheets import Sheet

_FREE: tuple[Field, ...] = ("reason", "section")


@dataclass(frozen=True)
class Unit:
    """One row as read, its cells by field."""

    sheet: int
    row: int
    """As Excel shows it."""
    position: int
    """In ``Sheet.rows``."""
    offset: int
    """Rows below the headings."""
    values: dict[Field, str]
    cells: tuple[str, ...]
    """Different texts of the whole row, in order, read or not."""
    group: int = 0
    candidate: str = ""
    """candidate_id that the heading of the opinion names."""
    is_banner: bool = False
    """One text stands in every cell, by a merged range."""
    is_number_merged: bool = False
    """The number is that of the row above, by a merged range."""


def units_of(sheet: Sheet, understood: SheetHeadings, k: int) -> Iterator[Unit]:
    """Rows of every table of the sheet, before anyone asks whether they are opinions.

    A row that only continues the merged cells of the row above belongs to it. ``k`` is the sheet's number.
    """
    for record in understood.records:
        values = dict(record.values)
        texts = tuple(values.values())
        yield Unit(k, sheet.numbers[record.position], record.position, 0, values, texts)
    for block in understood.blocks:
        yield from _join_continued(sheet, block, k)


def _join_continued(sheet: Sheet, block: Block, k: int) -> Iterator[Unit]:
    before: Unit | None = None
    for i in range(block.first, block.last):
        own = [j for j, text in enumerate(sheet.rows[i]) if text and not _continues(sheet, block, i, j)]
        if not own:
            continue
        unit = _unit(sheet, block, i, k)
        if before and _is_rest(sheet, block, i, own):
            before = _append(before, unit, {c.field for c in block.columns if c.position in own})
            continue
        if before:
            yield before
        before = unit
    if before:
        yield before


def _continues(sheet: Sheet, block: Block, i: int, j: int) -> bool:
    return i > block.first and (i, j) in sheet.filled and sheet.rows[i][j] == sheet.rows[i - 1][j]


def _is_rest(sheet: Sheet, block: Block, i: int, own: list[int]) -> bool:
    """The opinion goes on from above, and no sender or number of its own begins here."""
    opinions = [column.position for column in block.columns if column.field == "opinion"]
    if len(opinions) != 1 or not _continues(sheet, block, i, opinions[0]):
        return False
    heads = {c.position for c in block.columns if c.field in ("number", "organization", "candidate")}
    return not heads & set(own)


def _append(before: Unit, unit: Unit, own: set[str]) -> Unit:
    values = dict(before.values)
    for field in _FREE:
        text = unit.values.get(field, "")
        if text and field in own:
            values[field] = f"{values[field]}\n{text}" if values.get(field) else text
    return replace(before, values=values, cells=tuple(dict.fromkeys((*before.cells, *unit.cells))))


def _unit(sheet: Sheet, block: Block, i: int, k: int) -> Unit:
    row = sheet.rows[i]
    values: dict[Field, str] = {}
    for column in block.columns:
        if column.field and column.field != "ignored" and column.group == 0:
            values[column.field] = row[column.position]
    cells = tuple(dict.fromkeys(text for text in row if text))
    spread = sum(bool(text) for text in row)
    banner = len(cells) == 1 and spread >= 3 and any((i, j) in sheet.filled for j in range(len(row)))
    numbers = [column.position for column in block.columns if column.field == "number"]
    merged = any((i, j) in sheet.filled for j in numbers)
    return Unit(
        k, sheet.numbers[i], i, i - block.first, values, cells, is_banner=banner, is_number_merged=merged
    )


def split_wide(sheet: Sheet, block: Block | None, unit: Unit) -> list[Unit]:
    """The opinions that stand side by side in a row, numbered; a row with none of them stays one unit."""
    columns = [] if block is None else [column for column in block.columns if column.group]
    parts = []
    row = sheet.rows[unit.position]
    for opinion in (column for column in columns if column.field == "opinion"):
        mine = [column for column in columns if column.group == opinion.group]
        values = {**unit.values, **{column.field: row[column.position] for column in mine if column.field}}
        if any(row[column.position] for column in mine if column.field in ("opinion", "reason")):
            part = replace(unit, values=values, group=opinion.group, candidate=opinion.candidate)
            parts.append(_with_topic(part, opinion.heading))
    return parts or [unit]


def _with_topic(unit: Unit, heading: str) -> Unit:
    """Where no place is given, the heading over the opinion is the nearest thing to one."""
    if unit.candidate or unit.values.get("section") or heading.strip("（）()0123456789①②③④⑤⑥⑦⑧⑨⑩") == "":
        return unit
    bare = heading.rstrip("0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩（）()")
    if bare.strip("御ご等の") in ("意見", "意見内容", "要望"):
        return unit
    return replace(unit, values={**unit.values, "section": heading.replace("\n", " ")})
