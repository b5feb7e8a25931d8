"""Fit: learn from themes people made how two statements of one theme resemble each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from pipeline.steps.themes.linkage import average_linkage
from pipeline.steps.themes.neighbours import Links
from pipeline.steps.themes.pairs import FLOOR, Floats, Side, pair_features
from pipeline.themes import FEATURES, ThemeModel

_C = 0.1
"""Inverse strength of the L2 penalty on standardized features."""
N_FOLDS = 6
THRESHOLDS = tuple(round(0.05 + 0.02 * step, 2) for step in range(24))


@dataclass(frozen=True, eq=False)
class Grouped:
    """Statements of one candidate with the themes people gave them."""

    side: Side
    themes: tuple[str, ...]

    def pairs(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Features of all pairs, shape (m, k), and whether each has one theme, shape (m,)."""
        upper = np.triu_indices(len(self.themes), 1)
        names = np.array(self.themes)
        features = [feature[upper] for feature in pair_features(self.side, self.side)]
        return np.stack(features, axis=1, dtype=np.float64), (names[:, None] == names[None, :])[upper]


def fit_pairs(groups: Sequence[Grouped]) -> tuple[tuple[float, ...], float]:
    """Weights and intercept of a logistic regression on all pairs within candidates.

    Args:
        groups: At least one candidate with a theme of two statements.

    Returns:
        Weights on the raw features, in the order of ``FEATURES``, and the intercept.
    """
    pairs = [group.pairs() for group in groups]
    X = np.concatenate([features for features, _ in pairs])
    y = np.concatenate([same for _, same in pairs])
    mean, deviation = X.mean(axis=0), np.maximum(X.std(axis=0), 1e-9)
    fitted = LogisticRegression(C=_C, max_iter=3000).fit((X - mean) / deviation, y)
    weights = fitted.coef_[0] / deviation
    return tuple(float(w) for w in weights), float(fitted.intercept_[0] - weights @ mean)


def choose_threshold(groups: Sequence[Grouped], n_folds: int = N_FOLDS) -> float:
    """The threshold that groups candidates best which the weights were not fitted on.

    Args:
        groups: ``n_folds`` candidates or more.
        n_folds: Parts the candidates are dealt into, in the order given.

    Returns:
        The one of ``THRESHOLDS`` with the largest mean of adjusted Rand index and pairwise F1.
    """
    total = np.zeros(len(THRESHOLDS))
    for fold in range(n_folds):
        weights, intercept = fit_pairs([g for i, g in enumerate(groups) if i % n_folds != fold])
        for group in groups[fold::n_folds]:
            links = links_of(group, weights, intercept)
            for k, threshold in enumerate(THRESHOLDS):
                found = average_linkage(len(group.themes), links, threshold)
                total[k] += sum(agreement(group.themes, found.tolist())[:2])
    return THRESHOLDS[int(total.argmax())]


def links_of(group: Grouped, weights: Sequence[float], intercept: float) -> Links:
    """All pairs of one candidate with a probability of ``FLOOR`` or more."""
    features, _ = group.pairs()
    chance = 1 / (1 + np.exp(-(features @ np.array(weights) + intercept)))
    first, second = np.triu_indices(len(group.themes), 1)
    opinions = group.side.opinions
    kept = (chance >= FLOOR) & (opinions[first] != opinions[second])
    return Links(first[kept], second[kept], chance[kept])


def agreement(gold: Sequence[object], found: Sequence[object]) -> tuple[float, float, float, float, float]:
    """Adjusted Rand index; F1, precision and recall of pairs of one theme; adjusted mutual information.

    Without any pair, found or gold, precision, recall and F1 are 1: nothing was wrong and nothing missed.

    Example:
        >>> [round(value, 3) for value in agreement(["a", "a", "b"], [0, 0, 1])]
        [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    same = Counter(zip(gold, found, strict=True))
    both, in_gold, in_found = (
        sum(n * (n - 1) // 2 for n in counts.values()) for counts in (same, Counter(gold), Counter(found))
    )
    precision = both / in_found if in_found else 1.0
    recall = both / in_gold if in_gold else 1.0
    f1 = 2 * both / (in_gold + in_found) if in_gold + in_found else 1.0
    codes = [[values.index(v) for v in values] for values in (list(gold), list(found))]
    rand, information = adjusted_rand_score(*codes), adjusted_mutual_info_score(*codes)
    return float(rand), f1, precision, recall, float(information)


def fit_theme_model(groups: Sequence[Grouped], base: ThemeModel) -> ThemeModel:
    """Fit weights and threshold; the rest stays as in ``base``, which made the groups' sides.

    Args:
        groups: ``N_FOLDS`` candidates or more.
        base: A model from ``empty_model``.
    """
    weights, intercept = fit_pairs(groups)
    return base.model_copy(
        update={"weights": weights, "intercept": intercept, "threshold": choose_threshold(groups)}
    )


def empty_model(
    words: Sequence[Sequence[str]], centre: Sequence[float], encoder_id: str, generic: Sequence[str]
) -> ThemeModel:
    """A model that knows words and centre, but has no weights yet.

    Args:
        words: Content words of n statements and their reasons.
        centre: Mean vector of statements, length d.
        encoder_id: The encoder of that vector.
        generic: Words that name nothing.
    """
    frequency = Counter(word for text in words for word in set(text))
    return ThemeModel(
        theme_model_id="",
        encoder_id=encoder_id,
        features=FEATURES,
        weights=(0.0,) * len(FEATURES),
        intercept=0.0,
        threshold=0.5,
        n_documents=len(words),
        document_frequency={word: n for word, n in sorted(frequency.items()) if n > 1},
        centre=tuple(round(float(value), 5) for value in centre),
        generic=tuple(generic),
    )
