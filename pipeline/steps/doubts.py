"""Doubts: which labels people should look at once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.taxonomy import Taxonomy

Kind = Literal["copies", "readers", "codebook", "model"]


@dataclass(frozen=True)
class Given:
    """One label as it was given."""

    statement_id: str
    label: str
    copy_of: str
    """Its near-duplicate group."""
    taxonomy_version: int
    other: str = ""
    """Another reader's label, where it differs."""


@dataclass(frozen=True)
class Doubt:
    """One label to look at again, with every reason there is."""

    statement_id: str
    label: str
    kinds: tuple[Kind, ...]
    suggested: str
    """What the model says by cross-fitting; empty where it agrees or was not asked."""
    p_gold: float
    """What the model gives the label; 1 where it was not asked."""


def find_doubts(
    given: Sequence[Given], readings: pd.DataFrame, touched: Mapping[str, int], per_label: float = 0.5
) -> list[Doubt]:
    """List labels that contradict each other, a reader, the codebook, or the model.

    The model contradicts a label if by cross-fitting it prefers another one and gives the label less than
    ``per_label`` times what it gives, on average, to statements with that label: a category that is hard for
    the model is not suspicious for that.

    Args:
        given: The labels.
        readings: A ``Readings`` table of the model, by cross-fitting.
        touched: For every label the codebook has changed, the version that changed it.
        per_label: Share of the average below which the model contradicts.

    Returns:
        The least believable first: contradictions between people, then by what the model gives the label.

    Source: Northcutt, Jiang and Chuang (2021), "Confident Learning", sec. 3.1, self-confidence by class.
    """
    said = readings.set_index("statement_id")
    p_gold = {str(one): float(p) for one, p in said["p_gold"].items()}
    prefers = {str(one): str(label) for one, label in said["label"].items()}
    usual = _usual(given, p_gold)
    labels_of: dict[str, set[str]] = {}
    for one in given:
        labels_of.setdefault(one.copy_of, set()).add(one.label)
    found = []
    for one in given:
        p, preferred = p_gold.get(one.statement_id, 1.0), prefers.get(one.statement_id, one.label)
        reasons: dict[Kind, bool] = {
            "copies": len(labels_of[one.copy_of]) > 1,
            "readers": bool(one.other),
            "codebook": one.taxonomy_version < touched.get(one.label, 0),
            "model": preferred != one.label and p < per_label * usual.get(one.label, 0.0),
        }
        kinds = tuple(kind for kind, holds in reasons.items() if holds)
        if kinds:
            found.append(
                Doubt(one.statement_id, one.label, kinds, preferred if preferred != one.label else "", p)
            )
    return sorted(found, key=lambda d: ("copies" not in d.kinds, d.p_gold, d.statement_id))


def changed_labels(old: Taxonomy, new: Taxonomy) -> dict[str, int]:
    """Labels whose words or borders differ between two versions of the codebook, with the newer version.

    A border touches both its sides: what moves out of one label moves into its neighbour.
    """
    before = {label.code: label for label in old.labels}
    found: set[str] = set()
    for label in new.labels:
        was = before.get(label.code)
        if was == label:
            continue
        found.add(label.code)
        moved = set(label.excludes) ^ set(was.excludes if was else ())
        found |= {border.label for border in moved if border.label}
    return dict.fromkeys(sorted(found), new.version)


def _usual(given: Sequence[Given], p_gold: Mapping[str, float]) -> dict[str, float]:
    """What the model gives a label on average where people gave it."""
    values: dict[str, list[float]] = {}
    for one in given:
        if one.statement_id in p_gold:
            values.setdefault(one.label, []).append(p_gold[one.statement_id])
    return {label: sum(own) / len(own) for label, own in values.items()}
