"""Heads: small models fitted on the material, and the stack that weighs them.

Two levels (Wolpert 1992, "Stacked generalization"): first level heads read words, wording, vectors,
comparisons and single pairs; the second level reads what they say of candidates they were not fitted on, so
that it learns how far to trust them on a candidate nobody has seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier

from pipeline.learning.compare import GROUPS
from pipeline.learning.estimators import (
    FLOOR,
    dense_line,
    feature_line,
    grow,
    learn,
    probabilities_of,
    word_line,
    wording_line,
)
from pipeline.learning.material import Array, Index, Lessons, Material

SEED = 0
INNER_FOLDS = 6
HEADS = 4
_PAIR_FLOOR = 0.003
_TREES = 200
_PAIR_TREES = 100
_ASKING = ("answer", "alternative")
"""Questions on which it matters how the statement asks: for one shared system, or about the other method."""


@dataclass(frozen=True, eq=False)
class FirstLevel:
    """Fitted heads of the first level."""

    words: Any
    wording: Any
    dense: Any
    ledger: Any
    rankers: dict[str, tuple[Any, Any]]
    """Per group of pairs, a forest and a line; their mean is the pair's score."""


@dataclass(frozen=True, eq=False)
class Said:
    """What the first level says of some rows: label probabilities per head, and a score per pair."""

    rows: Index
    probabilities: list[Array]
    pair_scores: Array
    """One per pair of the material; NaN for pairs of other rows."""


def fit_first(material: Material, lessons: Lessons, rows: Index) -> FirstLevel:
    """Fit the first level on some rows of the material."""
    labels = lessons.labels[rows]
    words = learn(word_line(10), [material.texts[i] for i in rows], labels)
    wording = learn(wording_line(10), material.wordings[rows], labels)
    dense = dense_line(1.5).fit(material.dense[rows], labels)
    ledger = feature_line(0.01).fit(_ledger(material, rows), labels)
    rankers = {group: fitted for group in GROUPS if (fitted := _fit_ranker(material, lessons, rows, group))}
    return FirstLevel(words, wording, dense, ledger, rankers)


def say(first: FirstLevel, material: Material, rows: Index, label_ids: Sequence[str]) -> Said:
    """Ask the first level about some rows."""
    inputs = (
        (first.words, [material.texts[i] for i in rows]),
        (first.wording, material.wordings[rows]),
        (first.dense, material.dense[rows]),
        (first.ledger, _ledger(material, rows)),
    )
    probabilities = [probabilities_of(model, values, label_ids) for model, values in inputs]
    scores = np.full(len(material.pairs.rows), np.nan)
    asked = np.isin(material.pairs.rows, rows)
    for group, (forest, line) in first.rankers.items():
        chosen = np.flatnonzero(asked & (material.pairs.groups == group))
        if len(chosen):
            values = _compared(material, chosen, group)
            scores[chosen] = (forest.predict_proba(values)[:, 1] + line.predict_proba(values)[:, 1]) / 2
    return Said(rows, probabilities, scores)


def say_out_of_fold(
    material: Material, lessons: Lessons, rows: Index, label_ids: Sequence[str], folds: int = INNER_FOLDS
) -> Said:
    """What the first level says of each candidate when fitted on the others only."""
    n, k = len(material), len(label_ids)
    probabilities = [np.full((n, k), 1 / k) for _ in range(HEADS)]
    scores = np.full(len(material.pairs.rows), np.nan)
    chosen = np.zeros(n, dtype=bool)
    chosen[rows] = True
    for part in material.grouped(folds, SEED):
        held, rest = part[chosen[part]], np.setdiff1d(rows, part)
        if not len(held) or not len(rest):
            continue
        said = say(fit_first(material, lessons, rest), material, held, label_ids)
        for whole, own in zip(probabilities, said.probabilities, strict=True):
            whole[held] = own
        own_pairs = ~np.isnan(said.pair_scores)
        scores[own_pairs] = said.pair_scores[own_pairs]
    return Said(rows, [p[rows] for p in probabilities], scores)


def best_pairs(said: Said, material: Material, group: str, n_best: int) -> Array:
    """The highest pair scores of each row of ``said``, 0 where there is none: (len(rows), n_best)."""
    place = {row: k for k, row in enumerate(said.rows)}
    found: list[list[float]] = [[] for _ in said.rows]
    for i in np.flatnonzero((material.pairs.groups == group) & ~np.isnan(said.pair_scores)):
        if (k := place.get(material.pairs.rows[i])) is not None:
            found[k].append(float(said.pair_scores[i]))
    return np.array([(sorted(f, reverse=True) + [0.0] * n_best)[:n_best] for f in found]).reshape(-1, n_best)


def second_input(said: Said, material: Material) -> Array:
    """What the second level reads of each row of ``said``: first the short form, then what stands out."""
    pair = np.log(np.hstack([best_pairs(said, material, group, 2) for group in GROUPS]).clip(0) + _PAIR_FLOOR)
    answer, part, outside, passage = (pair[:, 2 * k] for k in range(4))
    status = material.status[said.rows]
    crossed = np.stack(
        [part * status[:, 1], part * (1 - status[:, 0]), answer - passage, outside - passage, part - passage],
        axis=1,
    )
    heads = [np.log(p.clip(FLOOR)) for p in said.probabilities]
    return np.hstack([*heads, pair, crossed, status, material.cues[said.rows], material.standing[said.rows]])


def short_width(material: Material, n_labels: int) -> int:
    """Columns of ``second_input`` before the standing features."""
    return int(HEADS * n_labels + 2 * len(GROUPS) + 5 + material.status.shape[1] + material.cues.shape[1])


@dataclass(frozen=True, eq=False)
class SecondLevel:
    """The stack: a forest over everything, a forest and a line over the short form; their mean speaks."""

    forest: Any
    short_forest: Any
    line: Any
    width: int

    def probabilities(self, inputs: Array, label_ids: Sequence[str]) -> Array:
        """Label probabilities before calibration, shape (n, k)."""
        short = inputs[:, : self.width]
        parts = [
            probabilities_of(self.forest, inputs, label_ids),
            probabilities_of(self.short_forest, short, label_ids),
            probabilities_of(self.line, short, label_ids),
        ]
        mean: Array = np.mean(parts, axis=0)
        return mean


def fit_second(inputs: Array, labels: NDArray[np.str_], width: int) -> SecondLevel:
    """Fit the stack on what the first level said of candidates it had not seen."""
    return SecondLevel(
        forest=grow(_forest(_TREES, 2, 0.3), inputs, labels),
        short_forest=grow(_forest(_TREES, 2, 0.4), inputs[:, :width], labels),
        line=feature_line(0.02).fit(inputs[:, :width], labels),
        width=width,
    )


def _ledger(material: Material, rows: Index) -> Array:
    return np.hstack([material.standing[rows], material.cues[rows]])


def _fit_ranker(material: Material, lessons: Lessons, rows: Index, group: str) -> tuple[Any, Any] | None:
    table = material.pairs
    chosen = np.isin(table.rows, rows) & (table.groups == group)
    if group == "passage":
        chosen &= (lessons.labels[table.rows] == "share") | lessons.deciding
    target = lessons.deciding[chosen]
    if target.all() or not target.any():
        return None
    values = _compared(material, np.flatnonzero(chosen), group)
    forest = grow(_forest(_PAIR_TREES, 3, 0.3), values, target)
    return forest, feature_line(0.01).fit(values, target)


def _compared(material: Material, chosen: Index, group: str) -> Array:
    """What a ranker reads of some pairs: how close they are and, where it matters, how the statement asks."""
    values = material.pairs.values[chosen]
    if group not in _ASKING:
        return values
    rows = material.pairs.rows[chosen]
    return np.hstack([values, material.cues[rows], material.status[rows]])


def _forest(trees: int, leaf: int, features: float) -> ExtraTreesClassifier:
    return ExtraTreesClassifier(
        n_estimators=trees,
        min_samples_leaf=leaf,
        max_features=features,
        class_weight="balanced_subsample",
        random_state=SEED,
        n_jobs=-1,
    )
