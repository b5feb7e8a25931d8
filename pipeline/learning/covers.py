"""Coverage: is what a statement asks for stated in the draft, reflected in it, or neither; is it contrary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from pipeline.learning.heads import SEED, Said, best_pairs, grow, probabilities_of
from pipeline.learning.material import Array, Index, Lessons, Material

COVERAGE = ("stated", "reflected", "not_reflected")
_FLOOR = 0.003
_SHOWN = 3


@dataclass(frozen=True, eq=False)
class CoverHeads:
    """Fitted on shared statements: which of ``COVERAGE``, and whether a stated conclusion is contrary."""

    kind: Any
    contrary: Any


def fit_cover(said: Said, material: Material, lessons: Lessons) -> CoverHeads:
    """Fit on what the first level said, out of fold, of shared statements."""
    inputs = cover_input(said, material)
    kind, contrary = lessons.coverage[said.rows], lessons.contrary[said.rows]
    known = kind != ""
    stated = kind == "stated"
    return CoverHeads(
        grow(_forest(), inputs[known], kind[known]), grow(_forest(), inputs[stated], contrary[stated])
    )


def ask_cover(heads: CoverHeads, inputs: Array) -> tuple[Array, Array]:
    """Probabilities of ``COVERAGE``, shape (n, 3), and of a contrary conclusion if stated, shape (n,)."""
    raw = heads.contrary.predict_proba(inputs)
    column = list(heads.contrary.classes_).index(True)
    return probabilities_of(heads.kind, inputs, COVERAGE), raw[:, column]


def cover_input(said: Said, material: Material) -> Array:
    """What the coverage heads read of each row of ``said``: the best passages and how they compare."""
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
