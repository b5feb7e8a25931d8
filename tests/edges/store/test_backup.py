from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.edges.store import Store
from pipeline.edges.store.backup import backup, restore
from pipeline.errors import StoreError
from tests.edges.store.test_store import event
from tests.factory import gold_rows, make_result


def filled(store: Store) -> Store:
    rows = gold_rows(12)
    rows[0] = {**rows[0], "opinion": "前\x00後\ud800"}
    store.save_run(make_result(rows))
    store.append([event("a", 1), event("a", 2, "abstract")])
    return store


def test_a_backup_restored_elsewhere_is_the_same_store(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    counts = backup(filled(store), file)
    assert counts["review_events"] == 2
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    assert restore(file, other) == counts
    assert other.events() == store.events()
    assert other.load_result("window1").intake.opinions.equals(store.load_result("window1").intake.opinions)
    other.append([event("a", 3)])
    assert [seq for seq, _ in other.events()] == [1, 2, 3]
    other.close()


def test_a_backup_goes_into_either_database_and_numbers_go_on(store: Store, tmp_path: Path) -> None:
    made = filled(Store(f"sqlite:///{tmp_path / 'made.db'}"))
    backup(made, tmp_path / "backup.db")
    restore(tmp_path / "backup.db", store)
    assert store.events() == made.events()
    store.append([event("a", 3)])
    assert [seq for seq, _ in store.events()] == [1, 2, 3]
    made.close()


def test_nothing_is_overwritten(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    backup(filled(store), file)
    with pytest.raises(StoreError, match="すでにあります"):
        backup(store, file)
    with pytest.raises(StoreError, match="空ではありません"):
        restore(file, store)
    with pytest.raises(StoreError, match="ファイルがありません"):
        restore(tmp_path / "none.db", store)
    (tmp_path / "text.db").write_text("no database")
    with pytest.raises(StoreError, match="読めません"):
        restore(tmp_path / "text.db", store)
