"""Certify: how much may be accepted automatically, with a bound on its error that holds for finite samples.

Learn-then-Test with exact binomial p-values and fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan,
Lei 2021, "Learn then Test", sec. 3 and 4). Exclusions and shared statements are two groups with a threshold
each; half of the error budget goes to either, so that the pooled bound follows by the union bound. Exclusions
must in addition pass the stricter bound on what should have been shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from pipeline.policy import Automatic

_STEPS = 20
_LARGE = 400


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model said of n statements it was not trained on, beside what people say.

    ``score`` orders statements within a group: the higher, the surer. ``excluded`` is the group: the model's
    label is an exclusion. ``wrong``: the label is not the people's. ``wrongly_excluded``: the model excludes
    what people share. ``clusters`` names near-duplicate groups: copies are one observation.
    """

    score: NDArray[np.float64]
    excluded: NDArray[np.bool_]
    wrong: NDArray[np.bool_]
    wrongly_excluded: NDArray[np.bool_]
    clusters: tuple[str, ...]

    def __post_init__(self) -> None:
        sizes = {len(self.score), len(self.excluded), len(self.wrong), len(self.wrongly_excluded)}
        if sizes != {len(self.clusters)}:
            raise ValueError(
                "score, excluded, wrong, wrongly_excluded and clusters must have the same length"
            )

    def one_per_cluster(self) -> Predictions:
        """The least sure statement of every near-duplicate cluster: copies must not count as evidence."""
        order = np.lexsort((np.arange(len(self.score)), self.score))
        _, first = np.unique(np.array(self.clusters)[order], return_index=True)
        keep = np.sort(order[first])
        return Predictions(
            self.score[keep],
            self.excluded[keep],
            self.wrong[keep],
            self.wrongly_excluded[keep],
            tuple(self.clusters[i] for i in keep),
        )


@dataclass(frozen=True)
class Bound:
    """What is certified of one group. ``threshold`` is inclusive; None means nothing is certified."""

    threshold: float | None
    n_calibration: int
    n_accepted: int
    n_wrong: int
    n_wrongly_excluded: int
    n_missing: int
    """Labels still missing before a first threshold can be certified; 0 where one is."""


@dataclass(frozen=True)
class Certificate:
    """The bounds of both groups under one policy."""

    excluded: Bound
    shared: Bound
    max_wrong: float
    max_wrongly_excluded: float
    confidence: float

    def accepts(self, score: NDArray[np.float64], excluded: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which of n statements may be accepted automatically, shape (n,)."""
        limits = [np.inf if b.threshold is None else b.threshold for b in (self.shared, self.excluded)]
        chosen: NDArray[np.bool_] = score >= np.where(excluded, limits[1], limits[0])
        return chosen

    @property
    def sentence(self) -> str:
        """The certificate in one Japanese sentence."""
        certified = [b for b in (self.excluded, self.shared) if b.threshold is not None]
        if not certified:
            missing = self.excluded.n_missing + self.shared.n_missing
            return (
                "自動採用は保証できないため、すべて人の確認に回します"
                f"（保証には確認済みのラベルがあと約{missing}件必要です）。"
            )
        names = [
            name
            for name, bound in (("除外", self.excluded), ("共有すべきもの", self.shared))
            if bound.threshold is not None
        ]
        return (
            f"自動採用（{'と'.join(names)}）は、区分の誤りが{self.max_wrong:.0%}以下、"
            f"誤って除外したものが自動除外の{self.max_wrongly_excluded:.0%}以下であることを、"
            f"それぞれ{self.confidence:.0%}の確かさで保証します"
            f"（確認済みの{sum(b.n_accepted for b in certified)}件による）。"
        )


@cache
def labels_needed(errors: int, rate: float, delta: float) -> int:
    """Accepted labels needed so that ``errors`` wrong ones still show a rate of at most ``rate``.

    Example:
        >>> [labels_needed(k, 0.05, 0.05) for k in range(4)]
        [59, 93, 124, 153]
        >>> [labels_needed(k, 0.05, 0.025) for k in range(4)]
        [72, 110, 142, 173]
    """
    n = errors + 1
    while binom.cdf(errors, n, rate) > delta:
        n += 1
    return n


def certify(calibration: Predictions, pool: Predictions, policy: Automatic) -> Certificate:
    """Find the largest share of each group that may be accepted automatically.

    Args:
        calibration: Predictions for statements whose labels the model never saw, n of them.
        pool: Predictions for statements like those to come; only ``score`` and ``excluded`` are read. It sets
            the grid of thresholds, so that the grid does not look at the labels it is tested on.
        policy: The rates and the confidence to be held.

    Returns:
        A certificate; with too few labels, or too many errors, nothing is certified for that group.
    """
    delta = 1 - policy.confidence
    single = calibration.one_per_cluster()
    tests = {
        True: [
            ("wrong", policy.max_wrong, delta / 2),
            ("wrongly_excluded", policy.max_wrongly_excluded, delta),
        ],
        False: [("wrong", policy.max_wrong, delta / 2)],
    }
    bounds = {
        group: _walk(_group(single, group), _group(pool, group).score, tests[group])
        for group in (True, False)
    }
    return Certificate(
        bounds[True], bounds[False], policy.max_wrong, policy.max_wrongly_excluded, policy.confidence
    )


def _group(predictions: Predictions, excluded: bool) -> Predictions:
    chosen = predictions.excluded == excluded
    return Predictions(
        predictions.score[chosen],
        predictions.excluded[chosen],
        predictions.wrong[chosen],
        predictions.wrongly_excluded[chosen],
        tuple(cluster for cluster, keep in zip(predictions.clusters, chosen, strict=True) if keep),
    )


def _walk(group: Predictions, pool: NDArray[np.float64], tests: Sequence[tuple[str, float, float]]) -> Bound:
    """From the surest slice outwards, while every test still passes; the last that passed is certified."""
    n = len(group.score)
    start = _first_step(n, tests)
    best: tuple[float, int, int, int] | None = None
    for threshold in _grid(pool):
        taken = group.score >= threshold
        accepted = int(taken.sum())
        if accepted < start:
            continue
        errors = {name: int(getattr(group, name)[taken].sum()) for name, _, _ in tests}
        if any(binom.cdf(errors[name], accepted, rate) > delta for name, rate, delta in tests):
            break
        best = (threshold, accepted, errors["wrong"], errors.get("wrongly_excluded", 0))
    if best is None:
        return Bound(None, n, 0, 0, 0, max(start - n, 1))
    return Bound(best[0], n, best[1], best[2], best[3], 0)


def _first_step(n: int, tests: Sequence[tuple[str, float, float]]) -> int:
    """Where to begin: late enough to bear an error or two, which depends on n only, never on the labels."""
    for errors in (2, 1, 0):
        start = max(labels_needed(errors, rate, delta) for _, rate, delta in tests)
        if errors == 0 or n >= (_LARGE if errors == 2 else 2 * start):
            break
    return start


def _grid(pool: NDArray[np.float64]) -> list[float]:
    """Thresholds that accept 5 %, 10 %, … of the pool, from the strictest on; an empty pool has none."""
    if not len(pool):
        return []
    ordered = np.sort(pool)[::-1]
    cuts = [ordered[max(int(np.ceil(len(ordered) * k / _STEPS)) - 1, 0)] for k in range(1, _STEPS + 1)]
    return [float(cut) for cut in dict.fromkeys(cuts)]
