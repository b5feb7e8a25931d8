"""Drifting: what tells whether an inquiry resembles the past, gathered from model, card and reviews."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from pipeline.edges.registry import Card, read_card
from pipeline.edges.store import Store
from pipeline.errors import ModelError
from pipeline.judgement import Reader
from pipeline.learning.novelty import unknown_shares
from pipeline.results import Judgement
from pipeline.reviews import Event
from pipeline.settings import Settings
from pipeline.steps.drift import Limits, Overturned, Signs, find_drift
from pipeline.steps.features import worded_texts
from pipeline.steps.review_state import fold
from pipeline.taxonomy import Taxonomy

_LOOK_BACK = 4
"""Inquiries looked through for reviews: an old one says little, and loading each takes a second."""


def drift_of(
    statements: pd.DataFrame, judgement: Judgement, reader: Reader, store: Store, taxonomy: Taxonomy
) -> str:
    """What staff must be told before they trust the automatic decisions; empty where nothing is unusual."""
    card = _card(Settings(), reader.model_id)
    texts = worded_texts(statements)
    latest, before = reviewed(store)
    signs = Signs(
        labels=dict(Counter(judgement.decisions["label"])),
        usual=_usual(card),
        unfamiliar=["unknown_topic" in said.split(";") for said in judgement.decisions["review_reasons"]],
        unknown_words=unknown_shares(reader.model.first.words, texts).tolist(),
        before=before,
        latest=latest,
    )
    return find_drift(signs, card.drift if card else Limits(), taxonomy.names)


def _card(settings: Settings, model_id: str) -> Card | None:
    try:
        return read_card(settings.models_dir, model_id)
    except ModelError:
        return None


def _usual(card: Card | None) -> dict[str, int]:
    """How often cross-fitting gave each label; nothing where there is no such card."""
    confusion = card.metrics.get("leave_candidates_out", {}).get("confusion") if card else None
    if not confusion:
        return {}
    columns = zip(*confusion["rows_gold"], strict=True)
    return {label: sum(said) for label, said in zip(confusion["label_ids"], columns, strict=True)}


def reviewed(store: Store) -> tuple[dict[str, Overturned], dict[str, Overturned]]:
    """Changed suggestions by label, in the two inquiries reviewed last, the latest first."""
    found: list[dict[str, Overturned]] = []
    for window in store.windows()[:_LOOK_BACK]:
        decisions = store.load_result(window).judgement.decisions
        suggested = dict(zip(decisions["statement_id"], decisions["label"], strict=True))
        if counts := _overturned(store, suggested):
            found.append(counts)
        if len(found) == 2:
            break
    latest, before = (*found, {}, {})[:2]
    return latest, before


def _overturned(store: Store, suggested: dict[str, str]) -> dict[str, Overturned]:
    logs: dict[str, list[Event]] = {}
    events = store.events(suggested)
    hashes = store.statement_hashes({event.statement_id for _, event in events})
    for _, event in events:
        logs.setdefault(event.statement_id, []).append(event)
    n: Counter[str] = Counter()
    changed: Counter[str] = Counter()
    for one, log in logs.items():
        decided = fold(one, log, hashes[one]).decided
        if decided is not None:
            n[suggested[one]] += 1
            changed[suggested[one]] += decided.label != suggested[one]
    return {label: Overturned(total, changed[label]) for label, total in n.items()}
