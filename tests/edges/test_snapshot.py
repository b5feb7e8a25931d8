from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.candidates import Candidate, Candidates
from pipeline.edges.snapshot import SNAPSHOT, read_snapshot, snapshot_text
from pipeline.errors import ModelError
from pipeline.labelled import Labelled
from tests.test_labelled import SAME, make_labelled


def _known(*rows: tuple[str, str, str]) -> Labelled:
    made = make_labelled(*rows)
    files = Candidates([Candidate(candidate_id="D1", name="道路占用")])
    return Labelled(made.statements, made.gold, files, made.origins)


def test_a_text_is_known_again_under_any_id_and_its_candidate_by_name(tmp_path: Path) -> None:
    (tmp_path / SNAPSHOT).write_text(snapshot_text(_known(("a", "D1", SAME))), encoding="utf-8")
    snapshot = read_snapshot(tmp_path)
    assert snapshot is not None
    later = _known(
        ("z", "D1", SAME), ("y", "D1", "様式を一つにしてほしい。"), ("x", "D2", "別の候補について")
    )
    assert snapshot.knows(later).tolist() == [True, False, False]
    assert snapshot.knows_candidate(later).tolist() == [True, True, False]


def test_a_snapshot_holds_no_text() -> None:
    assert SAME not in snapshot_text(_known(("a", "D1", SAME)))


def test_a_model_without_a_snapshot_has_none(tmp_path: Path) -> None:
    assert read_snapshot(tmp_path) is None


@pytest.mark.parametrize("content", ["{", json.dumps({"snapshot_id": "x"}), "[]"])
def test_a_snapshot_that_cannot_be_read_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / SNAPSHOT).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match="学習データの記録"):
        read_snapshot(tmp_path)
