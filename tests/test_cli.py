from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from pipeline.cli import app, main
from pipeline.taxonomy import Taxonomy


def test_labels_shows_every_label_of_the_codebook(taxonomy: Taxonomy) -> None:
    shown = CliRunner(env={"COLUMNS": "220"}).invoke(app, ["labels"])
    assert shown.exit_code == 0
    for code in (*taxonomy.label_ids, "stated", "revision_request", "policy_inquiry"):
        assert code in shown.stdout


def test_an_expected_error_is_one_message_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IKENWAKE_ROOT", "/nowhere")
    monkeypatch.setattr(sys, "argv", ["ikenwake", "labels"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "判断基準書を読めません" in capsys.readouterr().err


def test_help_does_not_pay_for_what_it_does_not_use() -> None:
    heavy = "{'torch', 'pandas', 'prefect', 'sklearn', 'sentence_transformers'}"
    code = f"import sys; import pipeline.cli; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
