from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.edges.audit_sheet import read_verdict, write_plan
from pipeline.errors import InputError
from pipeline.policy import load_policy
from pipeline.settings import ROOT

POLICY = load_policy(ROOT / "labels" / "policy.toml")
HEAD = ["run_id", "statement_id", "label", "text", "reason", "outcome"]


def _statements(path: Path, n_auto: int, n_review: int = 3) -> Path:
    rows = [
        ["r1", f"s{k:03d}", "share", "=1+1" if k == 0 else "意見", "", "auto" if k < n_auto else "review"]
        for k in range(n_auto + n_review)
    ]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([HEAD, *rows])
    return path


def _fill(sheet: Path, wrong: int, verdict: str = "正") -> None:
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for k, row in enumerate(rows):
        row["判定"] = "誤" if k < wrong else verdict
    with sheet.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def test_the_sample_is_drawn_from_the_accepted_only_and_is_the_same_every_time(tmp_path: Path) -> None:
    source = _statements(tmp_path / "statements.csv", 200)
    first = write_plan(source, tmp_path / "a.csv", POLICY)
    second = write_plan(source, tmp_path / "b.csv", POLICY)
    assert first == second
    assert first.n_accepted == 200
    assert all(key < "s200" for key in first.sample_ids)


@pytest.mark.parametrize(("wrong", "passed"), [(0, True), (1, True), (2, False)])
def test_a_filled_sheet_gives_one_sentence(tmp_path: Path, wrong: int, passed: bool) -> None:
    sheet = tmp_path / "sheet.csv"
    plan = write_plan(_statements(tmp_path / "statements.csv", 200), sheet, POLICY)
    _fill(sheet, wrong)
    verdict = read_verdict(sheet)
    assert (verdict.n_wrong, verdict.passed, verdict.n_inspected) == (wrong, passed, len(plan.sample_ids))
    assert "自動採用した200件から" in verdict.sentence


def test_an_open_row_and_a_lost_row_are_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    write_plan(_statements(tmp_path / "statements.csv", 60), sheet, POLICY)
    _fill(sheet, 0, verdict="")
    with pytest.raises(InputError, match="全件に記入"):
        read_verdict(sheet)
    _fill(sheet, 0)
    lines = sheet.read_text(encoding="utf-8-sig").splitlines()
    sheet.write_text("\n".join(lines[:-1]), encoding="utf-8-sig")
    with pytest.raises(InputError, match="一致しません"):
        read_verdict(sheet)


def test_text_that_looks_like_a_formula_is_only_text(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    write_plan(_statements(tmp_path / "statements.csv", 1), sheet, POLICY)
    assert "'=1+1" in sheet.read_text(encoding="utf-8-sig")


def test_nothing_accepted_needs_no_audit(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="要りません"):
        write_plan(_statements(tmp_path / "statements.csv", 0), tmp_path / "sheet.csv", POLICY)
