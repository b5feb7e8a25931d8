"""Both layouts of the labelled inquiries are read without a mapping file, every cell as it was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.candidates import load_candidates
from pipeline.edges.workbook import read_sheets
from pipeline.headings import load_heading_words
from pipeline.results import Intake
from pipeline.settings import Settings
from pipeline.steps.headings import find_headings
from pipeline.steps.ingest import ingest
from pipeline.taxonomy import Taxonomy

_FIELDS = {
    "source": "source",
    "prefecture": "prefecture",
    "organization": "organization",
    "organization_type": "organization_type",
    "section": "section",
    "text": "opinion",
    "reason": "reason",
    "candidate": "candidate",
    "candidate_id": "cid",
}
_CASES = [
    ("tests/data/window1.xlsx", "labels/candidates/window1", "labels/gold/window1.jsonl", "number"),
    ("data/sample/inquiry.xlsx", "data/sample/candidates", "data/sample/gold.jsonl", "id"),
]


def _intake(root: Path, workbook: str, folder: str, taxonomy: Taxonomy) -> Intake:
    candidates = load_candidates(root / folder)
    sheets = read_sheets(root / workbook)
    headings = find_headings(sheets, candidates, load_heading_words(Settings().headings_path))
    return ingest(sheets, headings, candidates, taxonomy, "w")


@pytest.mark.parametrize(("workbook", "folder", "gold", "number"), _CASES)
def test_every_cell_is_read_as_written(
    root: Path, taxonomy: Taxonomy, workbook: str, folder: str, gold: str, number: str
):
    intake = _intake(root, workbook, folder, taxonomy)
    rows = [json.loads(line) for line in (root / gold).read_text(encoding="utf-8").splitlines()]
    expected = {
        row[number]: {ours: row[theirs] for ours, theirs in _FIELDS.items()}
        for row in rows
        if row["label"] != "none"
    }
    read = intake.opinions.set_index("opinion_id")[list(_FIELDS)].to_dict("index")
    assert read == expected
    assert intake.problems == ()


@pytest.mark.parametrize(("workbook", "folder", "gold", "number"), _CASES)
def test_only_replies_without_an_opinion_are_rejected(
    root: Path, taxonomy: Taxonomy, workbook: str, folder: str, gold: str, number: str
):
    intake = _intake(root, workbook, folder, taxonomy)
    rows = [json.loads(line) for line in (root / gold).read_text(encoding="utf-8").splitlines()]
    none = sorted(row[number] for row in rows if row["label"] == "none")
    assert sorted(intake.rejected["opinion_id"]) == none
    assert set(intake.rejected["reason"]) == {"no_opinion"}
    assert intake.n_rows == len(rows)
