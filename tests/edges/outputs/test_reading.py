from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.edges.outputs import load_run
from pipeline.edges.outputs.writing import _write_csv, _write_parquet, write_outputs
from pipeline.errors import InputError
from pipeline.steps.report import result_rows, summarize
from pipeline.tables import ResultRows
from tests.factory import gold_rows, make_result


def test_a_run_reads_back_as_it_was_written(tmp_path: Path) -> None:
    result = make_result(gold_rows(40))
    write_outputs(result, tmp_path)
    run = load_run(tmp_path)
    rows = result_rows(result)
    pd.testing.assert_frame_equal(run.statements, rows)
    assert run.summary == summarize(result, rows)
    assert run.rejected["reason"].tolist() == result.intake.rejected["reason"].tolist()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_outputs(make_result(gold_rows(2)), folder)
    return folder


@settings(max_examples=20)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_survives_the_way_through_either_file(written: Path, text: str) -> None:
    rows = load_run(written).statements.assign(text=text, reason=text)
    _write_parquet(rows, written / "statements.parquet")
    pd.testing.assert_frame_equal(load_run(written).statements, rows)
    _write_csv(rows, written / "statements.csv")
    with (written / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["text"], row["reason"]) for row in csv.DictReader(file)] == [(text, text)] * len(rows)


def test_a_run_of_nothing_reads_back_as_empty_tables(tmp_path: Path) -> None:
    write_outputs(make_result([]), tmp_path)
    run = load_run(tmp_path)
    assert (len(run.statements), len(run.rejected)) == (0, 0)
    assert run.statements.columns.tolist() == list(ResultRows.to_schema().columns)


@pytest.mark.parametrize("damage", [b"", b"PAR1", b"PAR1" + b"\x00" * 40 + b"PAR1"])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, damage: bytes) -> None:
    write_outputs(make_result(gold_rows(2)), tmp_path)
    (tmp_path / "statements.parquet").write_bytes(damage)
    with pytest.raises(InputError, match="--out のフォルダーを指定"):
        load_run(tmp_path)


def test_a_folder_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--out のフォルダーを指定"):
        load_run(tmp_path)
