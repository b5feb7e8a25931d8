from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.edges.outputs import load_run
from pipeline.edges.outputs.writing import _write_csv, write_outputs
from pipeline.errors import InputError
from pipeline.steps.report import result_rows, summarize
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


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_text_survives_the_way_through_the_file(written: Path, text: str) -> None:
    result = make_result(gold_rows(2))
    strange = dataclasses.replace(result, statements=result.statements.assign(shown=text, shown_reason=text))
    rows = result_rows(strange)
    _write_csv(rows, written / "statements.csv")
    pd.testing.assert_frame_equal(load_run(written).statements, rows)


def test_a_folder_without_a_run_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--out のフォルダーを指定"):
        load_run(tmp_path)
