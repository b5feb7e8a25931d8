from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.candidates import load_candidates
from pipeline.edges.confirmed import read_confirmed
from pipeline.edges.gold import read_gold
from pipeline.edges.gold_export import export_gold
from pipeline.edges.store import Store
from pipeline.errors import ReviewError
from pipeline.settings import Settings
from tests.edges.test_confirmed import said
from tests.factory import gold_rows, make_result


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "labels" / "gold").mkdir(parents=True)
    return Settings(root=tmp_path)


def test_what_was_exported_reads_back_as_the_same_labels(store: Store, settings: Settings) -> None:
    result = make_result(gold_rows(12))
    store.save_run(result)
    first, second = result.statements["statement_id"].tolist()[:2]
    readings = [("first", "佐藤"), ("second", "鈴木")]
    store.append([said(store, first, "abstract")])
    for number, (reading, who) in enumerate(readings, start=1):
        more = {"reading": reading, "reviewer": who, "number": number, "is_random": True}
        store.append([said(store, second, "share", **more)])
    known = read_confirmed(store)
    done = export_gold(store, "window1", settings)
    assert (done.n_labels, done.n_random) == (2, 1)
    back = read_gold(Path(done.path), load_candidates(settings.candidates_dir / "window1"))
    assert back.fingerprints == known.fingerprints
    assert back.origins == known.origins
    assert [(g.label, g.candidate_id, g.text) for g in back.gold] == [
        (g.label, g.candidate_id, g.text) for g in known.gold
    ]
    assert [back.candidates.get(g.candidate_id) for g in back.gold] == [
        known.candidates.get(g.candidate_id) for g in known.gold
    ]


def test_what_reviewers_marked_as_personal_is_not_exported(store: Store, settings: Settings) -> None:
    result = make_result(gold_rows(3))
    store.save_run(result)
    one = result.statements["statement_id"].tolist()[0]
    word = result.statements["shown"].tolist()[0][:4]
    mark = said(store, one, "0:4:name", kind="personal", number=2)
    store.append([said(store, one, "abstract"), mark])
    text = Path(export_gold(store, "window1", settings).path).read_text(encoding="utf-8")
    assert word not in text
    assert "個人情報" in text


def test_a_file_is_not_overwritten_unasked_and_nothing_confirmed_is_told(
    store: Store, settings: Settings
) -> None:
    result = make_result(gold_rows(3))
    store.save_run(result)
    with pytest.raises(ReviewError, match="確認の済んだ意見がありません"):
        export_gold(store, "window1", settings)
    store.append([said(store, result.statements["statement_id"].tolist()[0], "abstract")])
    export_gold(store, "window1", settings)
    with pytest.raises(ReviewError, match="--replace"):
        export_gold(store, "window1", settings)
    assert export_gold(store, "window1", settings, replace=True).n_labels == 1
