from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app


@pytest.fixture
def runner(tmp_path: Path) -> CliRunner:
    return CliRunner(env={"COLUMNS": "200", "IKENWAKE_DB_URL": f"sqlite:///{tmp_path / 'store.db'}"})


def test_doubtful_labels_are_listed_with_why_and_asking_again_says_how_many(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["labels", "check", "--limit", "2", "--ask"])
    assert shown.exit_code == 0, shown.output
    assert "件のうち2件）" in shown.output
    assert "0件を、もう一度確認の列に入れました。" in shown.output


def test_an_inquiry_nobody_confirmed_is_not_exported(runner: CliRunner) -> None:
    shown = runner.invoke(app, ["labels", "export", "--window", "never-run"])
    assert shown.exit_code == 1
    assert "確認の済んだ意見がありません" in str(shown.exception)
