from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path

import pytest

from pipeline.edges.outputs import write_outputs
from pipeline.errors import CountError
from pipeline.steps.report import result_rows
from pipeline.tables import ResultRows
from tests.factory import gold_rows, make_result

NAMES = [
    "results.xlsx",
    "report.html",
    "candidates.docx",
    "drafts.docx",
    "statements.csv",
    "rejected.csv",
    "statements.parquet",
    "rejected.parquet",
    "summary.json",
]


def test_the_outputs_are_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    written = write_outputs(make_result(gold_rows(20)), out)
    assert written == [out / name for name in NAMES]
    assert sorted(path.name for path in out.iterdir()) == sorted(NAMES)
    assert list(out.parent.iterdir()) == [out]


def test_statements_csv_reads_back_as_the_contract_says(tmp_path: Path) -> None:
    result = make_result(gold_rows(20))
    write_outputs(result, tmp_path)
    data = (tmp_path / "statements.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert list(read[0]) == list(ResultRows.to_schema().columns)
    rows = result_rows(result)
    assert [row["text"] for row in read] == rows["text"].tolist()
    assert [row["label"] for row in read] == rows["label"].tolist()


def test_two_runs_give_the_same_bytes_but_for_the_run_id(tmp_path: Path) -> None:
    result = make_result(gold_rows(20))
    other = dataclasses.replace(result, info=dataclasses.replace(result.info, run_id="another"))
    write_outputs(result, tmp_path / "a")
    write_outputs(other, tmp_path / "b")
    one = (tmp_path / "a" / "statements.csv").read_bytes()
    two = (tmp_path / "b" / "statements.csv").read_bytes()
    assert one.replace(result.info.run_id.encode(), b"another") == two


def test_a_failure_leaves_the_last_outputs_as_they_were(tmp_path: Path) -> None:
    result = make_result(gold_rows(10))
    write_outputs(result, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    broken = dataclasses.replace(result, clusters=result.clusters.iloc[::-1].reset_index(drop=True))
    with pytest.raises(CountError):
        write_outputs(broken, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def test_rejected_text_is_printed_only_where_it_says_nothing(tmp_path: Path) -> None:
    result = make_result(gold_rows(40))
    rejected = result.intake.rejected.copy()
    rejected.loc[0, ["reason", "text"]] = ["too_long", "担当の佐藤太郎です"]
    intake = dataclasses.replace(result.intake, rejected=rejected)
    write_outputs(dataclasses.replace(result, intake=intake), tmp_path)
    for name in ("rejected.csv", "report.html", "summary.json"):
        assert "佐藤太郎" not in (tmp_path / name).read_text(encoding="utf-8-sig")


def test_summary_json_is_the_summary(tmp_path: Path) -> None:
    write_outputs(make_result(gold_rows(20)), tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    counts = summary["counts"]
    assert counts["rows_in"] == counts["opinions"] + counts["rejected"] == 20


def test_an_inquiry_without_a_single_opinion_is_written_too(tmp_path: Path) -> None:
    nothing = make_result([row for row in gold_rows() if row["label"] == "none"])
    assert len(write_outputs(nothing, tmp_path)) == len(NAMES)


def test_half_a_surrogate_pair_does_not_stop_a_run(tmp_path: Path) -> None:
    result = make_result(gold_rows(3))
    strange = result.statements.assign(shown="\ud83d\x00 =cmd|' /C calc'!A0")
    write_outputs(dataclasses.replace(result, statements=strange), tmp_path)
    assert "=cmd" in (tmp_path / "statements.csv").read_text(encoding="utf-8-sig")
