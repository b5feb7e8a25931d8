from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.edges.integrity import verify
from pipeline.edges.registry import load_model, read_card
from pipeline.edges.succession import current_id
from pipeline.settings import ROOT, Settings

MODELS = Settings().models_dir


def test_the_champion_in_the_repository_is_whole_and_holds_trusted_types_only() -> None:
    card = read_card(MODELS, current_id(MODELS))
    verify(MODELS / card.model_id)
    model = load_model(MODELS, card)
    assert model.label_ids == card.label_ids
    assert 0.1 < model.temperature < 10


def test_the_list_marks_the_model_in_use() -> None:
    result = CliRunner().invoke(app, ["models", "list"])
    assert result.exit_code == 0
    assert "使用中" in result.output


def test_the_card_says_what_the_certificate_rests_on() -> None:
    result = CliRunner().invoke(app, ["models", "show"])
    assert result.exit_code == 0
    assert "仮のものである" in result.output


@pytest.mark.encoder
def test_evaluate_gives_json_that_adds_up(tmp_path: Path) -> None:
    gold = (ROOT / "labels" / "gold" / "window1.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(gold), encoding="utf-8")
    candidates = str(ROOT / "labels" / "candidates" / "window1")
    result = CliRunner().invoke(app, ["evaluate", str(path), "--candidates", candidates, "--json"])
    assert result.exit_code == 0, result.output
    metrics = json.loads(result.stdout)
    assert metrics["n"] == sum(map(sum, metrics["confusion"]["rows_gold"]))
    assert metrics["model_id"] == current_id(MODELS)
    assert metrics["warnings"]
    assert "注意" in result.stderr
