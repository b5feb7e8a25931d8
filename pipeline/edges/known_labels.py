"""Known labels: everything people have labelled, from labels/gold and from the reviews in the store."""

from __future__ import annotations

from pipeline.edges.confirmed import read_confirmed
from pipeline.edges.gold import read_all
from pipeline.edges.store import Store
from pipeline.labelled import Labelled, joined
from pipeline.settings import Settings


def read_labels(settings: Settings) -> Labelled:
    """Gold and confirmed reviews together, oldest inquiry first; an exported inquiry counts once.

    Raises:
        InputError: A gold file cannot be read, or there is none.
    """
    gold = read_all(settings.gold_dir, settings.candidates_dir)
    if not settings.db_url and not (settings.root / "data" / "ikenwake.db").is_file():
        return gold
    store = Store(settings.store_url)
    try:
        exported = {path.stem for path in settings.gold_dir.glob("*.jsonl")}
        return joined([gold, read_confirmed(store, exported)])
    finally:
        store.close()
