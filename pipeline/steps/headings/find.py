"""Every sheet understood: its tables, what holds for them, or why it is none of opinions."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.candidates import Candidates
from pipeline.errors import Problem
from pipeline.headings import HeadingWords, Mapping, SheetMapping
from pipeline.layout import Block, Headings, Role, SheetHeadings
from pipeline.sheets import Sheet
from pipeline.steps.headings.columns import assign_columns
from pipeline.steps.headings.complaints import complain, looks_like_opinions
from pipeline.steps.headings.forms import find_records
from pipeline.steps.headings.header import Header, find_headers
from pipeline.steps.headings.reading import Reading
from pipeline.steps.headings.settings import find_settings


def find_headings(
    sheets: Sequence[Sheet], candidates: Candidates, words: HeadingWords, mapping: Mapping | None = None
) -> Headings:
    """Find the table of opinions in every sheet, wherever it begins, and name its columns.

    Args:
        sheets: Of one or several files.
        candidates: Their names are looked for in titles, sheet names and headings.
        words: labels/headings.toml.
        mapping: A mapping file; what it says goes before what would be found.

    Returns:
        One entry per sheet, in order. Sheets without opinions keep role ``other``; a file in which no
        opinions are found, or a sheet that seems to hold some, is a problem that shows the headings found
        and a mapping file to start from.
    """
    mapping = mapping or Mapping()
    found: list[SheetHeadings] = []
    lacking: dict[int, Header | None] = {}
    for k, sheet in enumerate(sheets):
        reading = Reading(sheet, words, mapping.of(sheet.name), candidates)
        understood, lacking[k] = _understand(reading, mapping.of(sheet.name))
        found.append(understood)
    found = _settle_examples(found)
    problems: list[Problem] = []
    for file in dict.fromkeys(sheet.file for sheet in sheets):
        mine = [k for k, sheet in enumerate(sheets) if sheet.file == file]
        empty_handed = all(found[k].role != "opinions" for k in mine)
        suspects = [
            k for k in mine if found[k].role == "other" and looks_like_opinions(sheets[k], words, lacking[k])
        ]
        if empty_handed and not suspects:
            suspects = [max(mine, key=lambda k: len(sheets[k].rows))]
        skipped = {k for k in mine if mapping.of(sheets[k].name).skip}
        problems += [complain(sheets[k], words, lacking[k]) for k in suspects if k not in skipped]
    return Headings(tuple(found), tuple(problems))


def _understand(reading: Reading, mapping: SheetMapping) -> tuple[SheetHeadings, Header | None]:
    sheet = reading.sheet
    if mapping.skip or not sheet.rows:
        return SheetHeadings(sheet.file, sheet.name, "other"), None
    fixed = sheet.numbers.index(mapping.header_row) if mapping.header_row in sheet.numbers else -1
    headers, lacking = find_headers(reading, fixed)
    ends = [header.first for header in headers[1:]] + [len(sheet.rows)]
    blocks = tuple(
        Block(header.first, header.last, end, assign_columns(reading, header, end))
        for header, end in zip(headers, ends, strict=False)
    )
    records = () if blocks else find_records(reading)
    top = blocks[0].header if blocks else len(sheet.rows)
    settings = find_settings(reading, [range(top)], [range(block.first, block.last) for block in blocks])
    role: Role = "opinions" if blocks or records else "other"
    if role == "opinions" and any(word in sheet.name for word in reading.words.sheets.example):
        role = "example"
    return SheetHeadings(sheet.file, sheet.name, role, blocks, tuple(settings), records), lacking


def _settle_examples(found: list[SheetHeadings]) -> list[SheetHeadings]:
    """A file whose only opinions stand in a sheet called 記入例 was filled in there."""
    with_opinions = {sheet.file for sheet in found if sheet.role == "opinions"}
    return [
        SheetHeadings(s.file, s.sheet, "opinions", s.blocks, s.settings, s.records)
        if s.role == "example" and s.file not in with_opinions
        else s
        for s in found
    ]
