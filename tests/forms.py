"""Forms written by the tests: a grid becomes a real workbook or CSV, is read back, and becomes an intake."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from pipeline.candidates import Candidate, Candidates
from pipeline.edges.workbook import read_sheets
from pipeline.headings import Mapping, load_heading_words
from pipeline.layout import Headings
from pipeline.results import Intake
from pipeline.settings import Settings
from pipeline.sheets import Sheet
from pipeline.steps.headings import find_headings
from pipeline.steps.ingest import ingest
from pipeline.taxonomy import load_taxonomy

Grid = Sequence[Sequence[Any]]
WORDS = load_heading_words(Settings().headings_path)
TAXONOMY = load_taxonomy(Settings().taxonomy_path)
CANDIDATES = Candidates(
    [
        Candidate(candidate_id="D1", name="空家等情報管理システム"),
        Candidate(candidate_id="D2", name="災害備蓄物資管理システム"),
        Candidate(candidate_id="D3", name="情報公開請求・開示決定管理システム"),
    ]
)
ONE_CANDIDATE = Candidates([Candidate(candidate_id="D1", name="空家等情報管理システム")])


@dataclass
class Page:
    """One sheet of a form."""

    rows: Grid
    name: str = "様式1"
    merged: Sequence[str] = ()
    state: str = "visible"
    formats: dict[str, str] = field(default_factory=dict)


def write_book(path: Path, *pages: Page) -> Path:
    """Write the pages as a real workbook."""
    book = Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for row in page.rows:
            sheet.append(list(row))
        for area in page.merged:
            sheet.merge_cells(area)
        for cell, number_format in page.formats.items():
            sheet[cell].number_format = number_format
        sheet.sheet_state = page.state
    book.save(path)
    return path


def write_csv(path: Path, rows: Grid, encoding: str = "utf-8") -> Path:
    """Write the rows as Excel would."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def take_in(
    paths: Iterable[Path], candidates: Candidates = CANDIDATES, mapping: Mapping | None = None
) -> tuple[list[Sheet], Headings, Intake]:
    """The three steps of the front door."""
    sheets = [sheet for path in paths for sheet in read_sheets(path)]
    headings = find_headings(sheets, candidates, WORDS, mapping)
    return sheets, headings, ingest(sheets, headings, candidates, TAXONOMY, "w")


def said(intake: Intake) -> list[tuple[str, ...]]:
    """What was said: sender, candidate, opinion and reason, in order."""
    columns = ["organization", "candidate_id", "text", "reason"]
    return [tuple(row) for row in intake.opinions[columns].itertuples(index=False)]
