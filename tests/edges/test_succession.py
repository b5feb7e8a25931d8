from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.edges.integrity import write_sums
from pipeline.edges.succession import current_id, history, promote, rollback
from pipeline.errors import ModelError


@pytest.fixture
def models(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "card.json").write_text("{}", encoding="utf-8")
        write_sums(tmp_path / name)
    return tmp_path


def test_promote_and_rollback_walk_through_the_history(models: Path) -> None:
    with pytest.raises(ModelError, match="使用中のモデルがありません"):
        current_id(models)
    for name in ("a", "b", "c"):
        promote(models, name, "佐藤")
    assert [rollback(models, "鈴木"), rollback(models, "鈴木")] == ["b", "a"]
    assert current_id(models) == "a"
    with pytest.raises(ModelError, match="前のモデル"):
        rollback(models, "鈴木")


def test_after_a_rollback_a_promotion_goes_on_from_there(models: Path) -> None:
    for name in ("a", "b"):
        promote(models, name, "佐藤")
    rollback(models, "佐藤")
    promote(models, "c", "佐藤")
    assert rollback(models, "佐藤") == "a"


def test_the_log_says_who_did_what(models: Path) -> None:
    promote(models, "a", "佐藤\t花子\n")
    promote(models, "b", "")
    assert [(c.action, c.before, c.model_id, c.by) for c in history(models)] == [
        ("promote", "", "a", "佐藤 花子"),
        ("promote", "a", "b", "-"),
    ]


def test_a_damaged_model_is_neither_promoted_nor_rolled_back_to(models: Path) -> None:
    promote(models, "a", "佐藤")
    promote(models, "b", "佐藤")
    (models / "a" / "card.json").write_text("{} ", encoding="utf-8")
    for act in (lambda: promote(models, "a", "佐藤"), lambda: rollback(models, "佐藤")):
        with pytest.raises(ModelError, match=r"card\.json"):
            act()
    assert current_id(models) == "b"
    assert len(history(models)) == 2
