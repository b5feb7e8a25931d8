"""Coverage: is what a statement asks for stated in the draft, reflected in it, or neither; is it contrary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from pipeline.learning.estimators import dense_line, feature_line, grow, learn, probabilities_of, word_line
from pipeline.learning.heads import SEED, Said, best_pairs
from pipeline.learning.material import Array, Index, Lessons, Material

COVERAGE = ("stated", "reflected", "not_reflected")
_FLOOR = 0.003
_SHOWN = 3


@dataclass(frozen=True, eq=False)
class CoverHeads:
    """Fitted on shared statements: which of ``COVERAGE``, and whether a stated conclusion is contrary.

    Four speak about the first and their mean counts: a forest over the best passages and all that stands
    out, a line over the best passage and the cues, and two that read the statement alone, since drafts
    answer some kinds of request far more often than others.
    """

    forest: Any
    line: Any
    dense: Any
    words: Any
    contrary: Any


def fit_cover(said: Said, material: Material, lessons: Lessons) -> CoverHeads:
    """Fit on what the first level said, out of fold, of shared statements."""
    inputs = _inputs(said, material)
    kind, contrary = lessons.coverage[said.rows], lessons.contrary[said.rows]
    known = np.flatnonzero(kind != "")
    stated = kind == "stated"
    rows, target = said.rows[known], kind[known]
    return CoverHeads(
        forest=grow(_forest(), inputs[known], target),
        line=feature_line(0.03).fit(_short(inputs[known], rows, material), target),
        dense=dense_line(1.0).fit(material.dense[rows], target),
        words=learn(word_line(5.0), [material.texts[row] for row in rows], target),
        contrary=grow(_forest(), inputs[stated], contrary[stated]),
    )


def ask_cover(heads: CoverHeads, said: Said, material: Material) -> tuple[Array, Array]:
    """Probabilities of ``COVERAGE``, shape (n, 3), and of a contrary conclusion if stated, shape (n,)."""
    inputs = _inputs(said, material)
    raw = heads.contrary.predict_proba(inputs)
    column = list(heads.contrary.classes_).index(True)
    spoken = (
        (heads.forest, inputs),
        (heads.line, _short(inputs, said.rows, material)),
        (heads.dense, material.dense[said.rows]),
        (heads.words, [material.texts[row] for row in said.rows]),
    )
    mean: Array = np.mean([probabilities_of(head, values, COVERAGE) for head, values in spoken], axis=0)
    return mean, raw[:, column]


def _short(inputs: Array, rows: Index, material: Material) -> Array:
    """How the best passages score, how the best compares, and the cues."""
    return np.hstack([inputs[:, : 2 * _SHOWN - 1 + material.pairs.values.shape[1]], material.cues[rows]])


def _inputs(said: Said, material: Material) -> Array:
    """What the forests read of each row of ``said``: the best passages and how they compare."""
    scores = np.log(best_pairs(said, material, "passage", _SHOWN) + _FLOOR)
    width = material.pairs.values.shape[1]
    beside = np.zeros((len(said.rows), 2 * width))
    for k, order in enumerate(ranked_pairs(said, material, "passage")):
        for place, index in enumerate(order[:2]):
            beside[k, place * width : (place + 1) * width] = material.pairs.values[index]
    gaps = scores[:, :-1] - scores[:, 1:]
    return np.hstack([scores, gaps, beside, material.cues[said.rows], material.standing[said.rows]])


def ranked_pairs(said: Said, material: Material, group: str) -> list[Index]:
    """For each row of ``said``, its pairs of a group, best first; the first of equals first."""
    chosen = np.flatnonzero((material.pairs.groups == group) & ~np.isnan(said.pair_scores))
    by_row: dict[int, list[int]] = {int(row): [] for row in said.rows}
    for index in chosen:
        if (own := by_row.get(int(material.pairs.rows[index]))) is not None:
            own.append(int(index))
    return [
        np.array(sorted(by_row[int(row)], key=lambda i: (-said.pair_scores[i], i)), dtype=np.intp)
        for row in said.rows
    ]


def _forest() -> ExtraTreesClassifier:
    return ExtraTreesClassifier(
        n_estimators=150,
        min_samples_leaf=3,
        max_features=0.3,
        class_weight="balanced_subsample",
        random_state=SEED,
        n_jobs=-1,
    )
