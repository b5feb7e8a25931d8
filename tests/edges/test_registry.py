from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.edges.registry import (
    Card,
    load_model,
    read_card,
    save_model,
)
from pipeline.errors import ModelError
from pipeline.steps.certify import Certificate
from pipeline.training import read_labelled
from tests.stub_reader import NOTHING, labelled, senses, small_model


def make_card(model_id: str) -> Card:
    return Card(
        model_id=model_id,
        created_at="2026-11-25T05:00:00+00:00",
        encoder_id="stub",
        taxonomy_version=1,
        label_ids=small_model().label_ids,
        temperature=0.8,
        share_weight=1.2,
        sha256="",
        certificate=Certificate(NOTHING, NOTHING, 0.05, 0.02, 0.9),
        calibration="試験用",
        data={},
        metrics={},
    )


def test_a_model_comes_back_saying_the_same(tmp_path: Path) -> None:
    card = save_model(tmp_path, small_model(), make_card("a"), {"card.md": "# a\n"})
    assert read_card(tmp_path, "a") == card
    assert {"scikit-learn", "skops", "numpy"} <= set(card.versions)
    loaded = load_model(tmp_path, card)
    material = read_labelled(labelled().where(np.arange(len(labelled())) < 30), senses())
    rows = np.arange(30)
    first = small_model().answer(material, rows).said
    second = loaded.answer(material, rows).said
    assert np.array_equal(first.pair_scores, second.pair_scores, equal_nan=True)
    assert loaded.temperature == 0.8


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    card = save_model(tmp_path, small_model(), make_card("a"), {})
    (tmp_path / "a" / "classifier.skops").write_bytes(b"something else")
    with pytest.raises(ModelError, match="一致しません"):
        load_model(tmp_path, card)


@pytest.mark.parametrize("name", ["missing", "../a", ""])
def test_an_unknown_model_is_told_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="がありません"):
        read_card(tmp_path, name)
