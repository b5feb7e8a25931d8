"""Challenge: is a new model worse than the one in use? Both are asked about the same statements."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import DegenerateDataWarning, binomtest, bootstrap

from pipeline.learning.supervision import Gold
from pipeline.measures import macro_f1, rate

_RESAMPLES = 2000
_SEED = 0
BAD = {"macro_f1": -1, "accuracy": -1, "false_exclusion": 1, "coverage": -1}
"""Which way is worse: down, or up for shared statements that are excluded."""
Labels = NDArray[np.str_]


@dataclass(frozen=True)
class Difference:
    """One measure of both models, and the 95 % interval of challenger less champion."""

    challenger: float
    champion: float
    low: float
    high: float


@dataclass(frozen=True)
class Challenge:
    """Both models on the same n statements, none of which either was fitted on."""

    n: int
    measures: dict[str, Difference]
    only_challenger_right: int
    only_champion_right: int
    p_value: float
    """McNemar's exact test: how likely so uneven a split of the disagreements is between equals."""

    @property
    def worse(self) -> tuple[str, ...]:
        """Measures whose whole interval lies on the bad side."""
        return tuple(
            name
            for name, found in self.measures.items()
            if (found.high < 0 if BAD[name] < 0 else found.low > 0)
        )


@dataclass(frozen=True, eq=False)
class _Both:
    """What people, challenger and champion say of n statements."""

    gold: Labels
    kinds: Labels
    labels: tuple[Labels, Labels]
    coverage: tuple[Labels, Labels]

    def measure(self, name: str, side: int, rows: NDArray[np.intp]) -> float:
        """One measure of one side on some rows, with repetitions; NaN where there is nothing to measure."""
        gold, said = self.gold[rows], self.labels[side][rows]
        if name == "accuracy":
            return rate(gold == said)
        if name == "false_exclusion":
            return rate(said[gold == "share"] != "share")
        if name == "coverage":
            asked = self.kinds[rows] != ""
            return rate(self.coverage[side][rows][asked] == self.kinds[rows][asked])
        names, found = np.unique(np.concatenate([gold, said]), return_inverse=True)
        return macro_f1(found[: len(rows)], found[len(rows) :], len(names))


def challenge(gold: Sequence[Gold], challenger: pd.DataFrame, champion: pd.DataFrame) -> Challenge:
    """Compare two models statement by statement.

    Args:
        gold: What people say now.
        challenger: A ``Readings`` table of the new model, by cross-fitting or on statements never trained on.
        champion: The same of the model in use. Only statements in all three are compared.

    Returns:
        The four measures with paired bootstrap intervals (2,000 seeded resamples of statements) and McNemar's
        test of what is right; n = 0 gives NaN everywhere, and nothing is worse.

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", ch. 13; McNemar (1947).
    """
    both = _both(gold, challenger.set_index("statement_id"), champion.set_index("statement_id"))
    n = len(both.gold)
    right = [both.labels[side] == both.gold for side in (0, 1)]
    won, lost = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    p_value = float(binomtest(won, won + lost).pvalue) if won + lost else 1.0
    return Challenge(n, {name: _difference(both, name, n) for name in BAD}, won, lost, p_value)


def _both(gold: Sequence[Gold], challenger: pd.DataFrame, champion: pd.DataFrame) -> _Both:
    common = [g for g in gold if g.statement_id in challenger.index and g.statement_id in champion.index]
    ids = [g.statement_id for g in common]

    def column(name: str) -> tuple[Labels, Labels]:
        first, second = (table.loc[ids, name].to_numpy(dtype=np.str_) for table in (challenger, champion))
        return first, second

    return _Both(
        np.array([g.label for g in common], dtype=np.str_),
        np.array([g.coverage if g.label == "share" else "" for g in common], dtype=np.str_),
        column("label"),
        column("coverage"),
    )


def _difference(both: _Both, name: str, n: int) -> Difference:
    rows = np.arange(n)
    values = [both.measure(name, side, rows) for side in (0, 1)]
    if n < 2:
        return Difference(values[0], values[1], float("nan"), float("nan"))

    def change(drawn: NDArray[np.intp]) -> float:
        return both.measure(name, 0, drawn) - both.measure(name, 1, drawn)

    low, high = _interval(rows, change)
    return Difference(values[0], values[1], low, high)


def _interval(rows: NDArray[np.intp], change: Callable[[NDArray[np.intp]], float]) -> tuple[float, float]:
    # A resample without a shared statement has no such rate: it says nothing, and must not void the rest.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)
        found = bootstrap(
            (rows,),
            change,
            n_resamples=_RESAMPLES,
            vectorized=False,
            method="percentile",
            rng=np.random.default_rng(_SEED),
        )
    known = found.bootstrap_distribution[~np.isnan(found.bootstrap_distribution)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [0.025, 0.975])
    return float(low), float(high)
