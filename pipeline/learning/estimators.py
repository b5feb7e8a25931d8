"""The estimators the heads are made of: lines over words, vectors and features, and forests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.learning.material import Array

FLOOR = 1e-4


def probabilities_of(model: Any, values: Any, label_ids: Sequence[str]) -> Array:
    """Probabilities in the order of ``label_ids``; a label the model never saw gets next to nothing."""
    raw = model.predict_proba(values)
    full = np.full((raw.shape[0], len(label_ids)), FLOOR)
    for column, label in enumerate(model.classes_):
        full[:, list(label_ids).index(label)] = raw[:, column]
    total: Array = full / full.sum(axis=1, keepdims=True)
    return total


def wording_line(strength: float) -> Pipeline:
    """A line over skeletons of the text, of the reason and of the request, counted apart."""
    parts = {"text": 1.0, "reason": 0.7, "asking": 0.7}
    counted = ColumnTransformer(
        [
            (
                name,
                TfidfVectorizer(token_pattern=r"\S+", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
                column,
            )
            for column, name in enumerate(parts)
        ],
        transformer_weights=parts,
    )
    return make_pipeline(counted, _line(strength))


def word_line(strength: float) -> Pipeline:
    """A line over character n-grams of texts."""
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True)
    return make_pipeline(grams, _line(strength))


def learn(line: Pipeline, values: Any, target: NDArray[Any]) -> Pipeline:
    """Fit a line over words, and keep its many coefficients in single precision: half of a model's file."""
    fitted = line.fit(values, target)
    last = fitted.steps[-1][1]
    last.coef_ = last.coef_.astype(np.float32)
    return fitted


def dense_line(strength: float) -> Pipeline:
    """A line over vectors, whose lengths mean something."""
    return make_pipeline(StandardScaler(with_std=False), _line(strength))


def feature_line(strength: float) -> Pipeline:
    """A line over features of unlike scales."""
    return make_pipeline(StandardScaler(), _line(strength))


def _line(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000)


def grow(forest: ExtraTreesClassifier, values: Array, target: NDArray[Any]) -> ExtraTreesClassifier:
    """Fit on every core, then answer on one: several would add the trees up in another order every time.

    What only growing needed is zeroed, so that the file of a model packs to a third: impurities, counts, and
    the values of nodes that are no leaves.
    """
    forest.fit(values, target)
    for grown in forest.estimators_:
        tree = grown.tree_
        for grown_by in (tree.impurity, tree.n_node_samples, tree.weighted_n_node_samples):
            grown_by[:] = 0
        tree.value[tree.children_left >= 0] = 0
    return forest.set_params(n_jobs=1)
