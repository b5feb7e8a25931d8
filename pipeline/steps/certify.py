"""Certify: how much may be accepted automatically, with a bound on its error that holds for finite samples.

Learn-then-Test with exact binomial p-values and fixed-sequence testing (Angelopoulos, Bates, Candès, Jordan,
Lei 2021, "Learn then Test", sec. 3 and 4). One sequence of thresholds on one scale of sureness, from the
surest statements outwards; at each, two bounds are tested: of all that is accepted, how much is wrong, and of
what is excluded, how much should have been shared. The walk ends where the first of the two tests fails, so
either bound is broken with at most the probability allowed, whatever the other one does. Should exclusions
fail at once, a second walk over shared statements alone has a part of that probability kept for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from pipeline.policy import Automatic

_STEPS = 50
_LARGE = 400
_ALONE = 0.2
"""Part of the risk of a broken promise that is kept for shared statements, should exclusions fail theirs."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a model said of n statements it was not trained on, beside what people say.

    ``score`` orders statements: the higher, the surer. ``excluded``: the model's label is an exclusion.
    ``wrong``: the label is not the people's. ``wrongly_excluded``: the model excludes what people share.
    ``clusters`` names near-duplicate groups: copies are one observation.
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
        return self.part(np.sort(order[first]))

    def part(self, rows: NDArray[np.intp]) -> Predictions:
        """Some of the statements."""
        return Predictions(
            self.score[rows],
            self.excluded[rows],
            self.wrong[rows],
            self.wrongly_excluded[rows],
            tuple(self.clusters[row] for row in rows),
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
    """What is certified of exclusions and of shared statements under one policy."""

    excluded: Bound
    shared: Bound
    max_wrong: float
    max_wrongly_excluded: float
    confidence: float
    share_weight: float = 1.0
    """The weight on 共有すべきもの that scores were freed of: ``sureness`` must free them of the same."""

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


def certify(evidence: Predictions, policy: Automatic, share_weight: float = 1.0) -> Certificate:
    """Find the largest share of statements that may be accepted automatically.

    Thresholds are taken from the scores of the evidence, never from its labels. With fewer exclusions than
    show the stricter bound even without an error, or if they break it, shared statements alone are certified.

    Args:
        evidence: Predictions for n statements whose labels the model never saw.
        policy: The rates and the confidence to be held.
        share_weight: What the scores were freed of; carried into the certificate.

    Returns:
        A certificate; with too few labels, or too many errors, nothing is certified.
    """
    single = evidence.one_per_cluster()
    alone = single.part(np.flatnonzero(~single.excluded))
    delta = 1 - policy.confidence
    enough = labels_needed(0, policy.max_wrongly_excluded, delta)
    both = None
    if len(single.score) - len(alone.score) >= enough:
        both = _walk(single, policy, (1 - _ALONE) * delta)
        delta *= _ALONE
    shared = _walk(alone, policy, delta) if both is None else both
    return Certificate(
        _bound(single, True, both, enough),
        _bound(single, False, shared, labels_needed(0, policy.max_wrong, delta)),
        policy.max_wrong,
        policy.max_wrongly_excluded,
        policy.confidence,
        share_weight,
    )


def _bound(single: Predictions, excluded: bool, threshold: float | None, enough: int) -> Bound:
    """What stands behind the threshold in one group."""
    own = single.excluded == excluded
    n = int(own.sum())
    if threshold is None:
        return Bound(None, n, 0, 0, 0, max(enough - n, 1))
    taken = own & (single.score >= threshold)
    wrong, lost = single.wrong[taken].sum(), single.wrongly_excluded[taken].sum()
    return Bound(threshold, n, int(taken.sum()), int(wrong), int(lost), 0)


def _walk(single: Predictions, policy: Automatic, delta: float) -> float | None:
    """From the surest slice outwards, while both tests pass; the last threshold that passed, or None.

    ``delta`` is spent on the bound of all errors; that of wrong exclusions has its own.
    """
    of_lost = 1 - policy.confidence
    start = _first_step(len(single.score), policy.max_wrong, delta)
    start_excluded = labels_needed(0, policy.max_wrongly_excluded, of_lost) if single.excluded.any() else 0
    best: float | None = None
    for threshold in _grid(single.score):
        taken = single.score >= threshold
        gone = taken & single.excluded
        if taken.sum() < start or gone.sum() < start_excluded:
            continue
        wrong = _too_many(single.wrong[taken], policy.max_wrong, delta)
        if wrong or _too_many(single.wrongly_excluded[gone], policy.max_wrongly_excluded, of_lost):
            break
        best = threshold
    return best


def _too_many(errors: NDArray[np.bool_], rate: float, delta: float) -> bool:
    """Whether so many errors leave it possible that the rate is exceeded; no statements have no rate."""
    return bool(len(errors) and binom.cdf(int(errors.sum()), len(errors), rate) > delta)


def _first_step(n: int, rate: float, delta: float) -> int:
    """Where to begin: late enough to bear an error or two, which depends on n only, never on the labels."""
    for errors in (2, 1, 0):
        start = labels_needed(errors, rate, delta)
        if errors == 0 or n >= (_LARGE if errors == 2 else 2 * start):
            break
    return start


def _grid(scores: NDArray[np.float64]) -> list[float]:
    """Thresholds that accept 2 %, 4 %, … of the statements, from the strictest on; none give none.

    >>> _grid(np.array([0.3, 0.9, 0.9]))
    [0.9, 0.3]
    """
    if not len(scores):
        return []
    ordered = np.sort(scores)[::-1]
    cuts = [ordered[max(int(np.ceil(len(ordered) * k / _STEPS)) - 1, 0)] for k in range(1, _STEPS + 1)]
    return [float(cut) for cut in dict.fromkeys(cuts)]
