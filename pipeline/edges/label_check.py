"""Label check: doubtful labels among all that people have given, and those a codebook change touches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.edges.contests import read_readings
from pipeline.edges.known_labels import read_labels
from pipeline.edges.store import Store
from pipeline.edges.succession import current_id
from pipeline.errors import ModelError
from pipeline.readings import Readings
from pipeline.reviews import Event
from pipeline.settings import Settings
from pipeline.steps.doubts import Doubt, Given, changed_labels, find_doubts
from pipeline.tables import make_table
from pipeline.taxonomy import load_taxonomy


@dataclass(frozen=True)
class Checked:
    """What is doubtful, and where it stands."""

    doubts: list[Doubt]
    windows: dict[str, str]
    """Inquiry of every doubtful statement."""
    excerpts: dict[str, str]
    """The beginning of its text, masked."""
    in_reviews: frozenset[str]
    """Those that reviewers of this program labelled, and can be asked about again."""
    touched: dict[str, int]
    """Labels given under an older codebook whose category has changed since, by label."""


def check_labels(settings: Settings) -> Checked:
    """Look for doubtful labels with the model in use; without one, only people are compared with people.

    Raises:
        InputError: A gold file cannot be read, or there is none.
    """
    known = read_labels(settings)
    given = [
        Given(one.statement_id, one.label, copy_of, origin.taxonomy_version, origin.other)
        for one, origin, copy_of in zip(known.gold, known.origins, known.copies, strict=True)
    ]
    readings, touched = make_table(Readings, []), {}
    try:
        folder = settings.models_dir / current_id(settings.models_dir)
        readings = read_readings(folder)
        copy = folder / "taxonomy.toml"
        if copy.is_file():
            touched = changed_labels(load_taxonomy(copy), load_taxonomy(settings.taxonomy_path))
    except ModelError:
        pass  # People can be compared with people without a model.
    doubts = find_doubts(given, readings, touched)
    ids = {doubt.statement_id for doubt in doubts}
    rows = zip(known.gold, known.origins, known.statements["shown"], strict=True)
    places = [(one.statement_id, origin, text) for one, origin, text in rows if one.statement_id in ids]
    old = Counter(one.label for one in given if one.taxonomy_version < touched.get(one.label, 0))
    return Checked(
        doubts,
        {one: origin.window for one, origin, _ in places},
        {one: " ".join(text.split())[:40] for one, _, text in places},
        frozenset(one for one, origin, _ in places if origin.is_review),
        dict(sorted(old.items())),
    )


def ask_again(store: Store, checked: Checked) -> int:
    """Send the doubtful labels reviewers gave back to the queue, each only once for the same label.

    Returns:
        How many were sent.
    """
    doubts = [one for one in checked.doubts if one.statement_id in checked.in_reviews]
    ids = [one.statement_id for one in doubts]
    hashes = store.statement_hashes(ids)
    logs: dict[str, list[Event]] = {}
    for _, event in store.events(ids):
        logs.setdefault(event.statement_id, []).append(event)
    new = [
        _recheck(one, logs[one.statement_id], hashes[one.statement_id])
        for one in doubts
        if one.statement_id in hashes
        and not any(e.kind == "recheck" and e.value == one.label for e in logs[one.statement_id])
    ]
    return store.append(new) if new else 0


def _recheck(doubt: Doubt, log: list[Event], text_hash: str) -> Event:
    number = log[-1].number + 1
    return Event(
        event_key=f"recheck-{doubt.statement_id}-{number}",
        statement_id=doubt.statement_id,
        number=number,
        text_hash=text_hash,
        kind="recheck",
        value=doubt.label,
        old="",
        reading="first",
        reviewer="labels check",
        at=datetime.now(UTC),
        via="cli",
        reason=";".join(doubt.kinds),
    )
