"""Rows in, opinions out: what every row becomes, and what staff are told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.candidates import Candidates
from pipeline.errors import CountError
from pipeline.layout import Block, Headings, SheetHeadings
from pipeline.results import Intake
from pipeline.sheets import Sheet
from pipeline.steps.ingest.complaints import Complaints
from pipeline.steps.ingest.furniture import Kind, furniture_kinds
from pipeline.steps.ingest.keys import opinion_keys
from pipeline.steps.ingest.naming import Names
from pipeline.steps.ingest.reading import Rejection, RowReader
from pipeline.steps.ingest.repeats import find_repeats
from pipeline.steps.ingest.units import Unit, split_wide, units_of
from pipeline.tables import Furniture, Opinions, Rejected, make_table
from pipeline.taxonomy import Taxonomy

_SHOWN = 1_000
"""Characters of a rejected or furniture row that are listed; the row itself stays in its file."""


@dataclass(frozen=True)
class _Piece:
    unit: Unit
    kind: Kind


def ingest(
    sheets: Sequence[Sheet], headings: Headings, candidates: Candidates, taxonomy: Taxonomy, window: str
) -> Intake:
    """Turn rows into opinions; what is none is rejected with a reason, and nothing is dropped.

    Args:
        sheets: Of one or several files, as read.
        headings: What ``find_headings`` made of the same sheets, in the same order.
        candidates: May be empty: then no candidate is known and every one is told as a problem.
        taxonomy: Its sources (※1) give the codes.
        window: Id of the inquiry, or empty.

    Returns:
        Opinions and rejected rows (together: rows sent), furniture of the form, and problems for staff.
        An opinion whose candidate is not known is kept with an empty ``candidate_id``. One that stands in
        two sheets counts once; the second row is rejected as ``repeated``.

    Raises:
        CountError: A row is in no table, or in two: a fault of the program.
    """
    complaints = Complaints()
    complaints.extend(headings.problems)
    names = Names(candidates, taxonomy)
    opinions: list[tuple[Sheet, dict[str, Any]]] = []
    rejected: list[dict[str, object]] = []
    furniture: list[dict[str, object]] = []
    n_sent = 0
    for k, (sheet, understood) in enumerate(zip(sheets, headings.sheets, strict=True)):
        complaints.remarks(sheet, is_read=understood.role == "opinions")
        if understood.role != "opinions":
            furniture.extend(_skipped(sheet, understood))
            continue
        pieces = list(_pieces(sheet, understood, k))
        _check_all_seen(sheet, understood, pieces)
        reader = RowReader(sheet, understood, names, complaints)
        sent = [piece.unit for piece in pieces if not piece.kind]
        n_sent += len(sent)
        for unit in sent:
            read = reader.read(unit)
            if isinstance(read, Rejection):
                rejected.append(_rejected(read))
            else:
                opinions.append((sheet, {**read, "window": window}))
        reader.finish()
        furniture.extend(_preamble(sheet, understood))
        furniture.extend(_furniture(sheet, p.unit.row, p.kind, p.unit.cells) for p in pieces if p.kind)
    counted, repeated = _count_once(opinions, complaints)
    rejected.extend(_rejected(one) for one in repeated)
    intake = Intake(
        make_table(Opinions, _with_keys(counted)),
        make_table(Rejected, rejected),
        make_table(Furniture, furniture),
        complaints.told(),
    )
    if intake.n_rows != n_sent:
        raise CountError(f"受付{n_sent}行に対し、意見と除いた行の合計が{intake.n_rows}行です。")
    return intake


def _count_once(
    opinions: Sequence[tuple[Sheet, dict[str, Any]]], complaints: Complaints
) -> tuple[list[dict[str, Any]], list[Rejection]]:
    """The opinions that count, and the rows that say in another sheet what one of them says."""
    repeats = find_repeats([opinion for _, opinion in opinions])
    repeated = []
    for i, first in repeats.items():
        (sheet, opinion), (other, counted) = opinions[i], opinions[first]
        place = "" if other.file == sheet.file else f"{other.file}、"
        place += f"シート「{other.name}」" if other.name else ""
        place = place.removesuffix("、")
        complaints.add(sheet, opinion["row"], "repeated", place)
        message = f"{place}の{counted['row']}行目と同じ意見です。一件と数え、そちらの行で判断します。"
        place_and_number = (sheet.file, sheet.name, opinion["row"], opinion["opinion_id"])
        repeated.append(Rejection(*place_and_number, "repeated", message, opinion["text"]))
    return [opinion for i, (_, opinion) in enumerate(opinions) if i not in repeats], repeated


def _with_keys(opinions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {field: value for field, value in opinion.items() if field != "number"} | {"opinion_key": key}
        for opinion, key in zip(opinions, opinion_keys(opinions), strict=True)
    ]


def _rejected(read: Rejection) -> dict[str, object]:
    return {**read._asdict(), "text": _shorten(read.text)}


def _pieces(sheet: Sheet, understood: SheetHeadings, k: int) -> Iterator[_Piece]:
    told = {setting.position for setting in understood.settings}
    units = list(units_of(sheet, understood, k))
    for unit, found in zip(units, furniture_kinds(units), strict=True):
        kind: Kind = "note" if unit.position in told and not unit.values.get("reason") else found
        block = _block(understood, unit)
        for part in [unit] if kind else split_wide(sheet, block, unit):
            yield _Piece(part, kind)


def _block(understood: SheetHeadings, unit: Unit) -> Block | None:
    return next((b for b in understood.blocks if b.first <= unit.position < b.last), None)


def _check_all_seen(sheet: Sheet, understood: SheetHeadings, pieces: list[_Piece]) -> None:
    """Every row of a table is some piece's, or continues the merged cells of the row above."""
    seen = {piece.unit.position for piece in pieces}
    for block in understood.blocks:
        for i in range(block.first, block.last):
            merged = any((i, j) in sheet.filled for j in range(len(sheet.rows[i])))
            if i not in seen and any(sheet.rows[i]) and not merged:
                raise CountError(f"{sheet.file}、{sheet.numbers[i]}行目: どこにも数えられていません。")


def _preamble(sheet: Sheet, understood: SheetHeadings) -> Iterator[dict[str, object]]:
    """Titles and notes above the first table."""
    for i in range(understood.blocks[0].header if understood.blocks else 0):
        yield _furniture(sheet, sheet.numbers[i], "note", tuple(dict.fromkeys(t for t in sheet.rows[i] if t)))


def _skipped(sheet: Sheet, understood: SheetHeadings) -> Iterator[dict[str, object]]:
    """A sheet of examples row by row; any other sheet without opinions as one line."""
    if understood.role == "example":
        for block in understood.blocks:
            for i in range(block.first, block.last):
                cells = tuple(dict.fromkeys(text for text in sheet.rows[i] if text))
                yield _furniture(sheet, sheet.numbers[i], "example", cells)
    elif sheet.rows:
        text = f"（意見の表ではないシート、{len(sheet.rows)}行）"
        yield _furniture(sheet, sheet.numbers[0], "note", (text,))


def _furniture(sheet: Sheet, row: int, kind: str, cells: tuple[str, ...]) -> dict[str, object]:
    text = _shorten(" ".join(cells))
    return {"file": sheet.file, "sheet": sheet.name, "row": row, "kind": kind, "text": text}


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…（以下略、全{len(text):,}文字）"
