"""Drift: does this inquiry still resemble those the model and its certificate come from?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import fisher_exact

_ENOUGH = 30
"""Statements below which shares say nothing."""
_SURPRISING = 0.01
_SEED = 0
_DRAWS = 1000
_CANDIDATES = 3
_ADVICE = "自動判断の保証を当てにせず、抜取検査（ikenwake audit）を先に行ってください。"


@dataclass(frozen=True)
class Limits:
    """How far an inquiry may differ from the past before staff are warned; ``usual_limits`` finds them.

    The defaults hold where there is too little to derive limits from.
    """

    label_shift: float = 0.25
    unknown_words: float = 0.45
    unfamiliar: float = 0.1


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What models said of n statements of inquiries they saw nothing of; (n,) each."""

    windows: NDArray[np.str_]
    candidates: NDArray[np.str_]
    labels: NDArray[np.str_]
    familiar: NDArray[np.bool_]
    unknown_words: NDArray[np.float64]


def usual_limits(past: HeldOut, false_alarms: float) -> Limits:
    """Find how far small inquiries differ though nothing has changed.

    A past inquiry, left out, shows how a new one looks to a model. Small ones are made of it by drawing three
    of its candidates, since few candidates differ most.

    Args:
        past: n statements; fewer than 30 in every draw leave the defaults.
        false_alarms: How often each sign may warn of such an inquiry, in (0, 1).

    Returns:
        The quantile of each sign over the draws.

    Source: total variation distance between label mixes, as in ``find_drift``.
    """
    rng = np.random.default_rng(_SEED)
    windows = sorted(set(past.windows.tolist()))
    inquiries = [sorted(set(past.candidates[past.windows == name].tolist())) for name in windows]
    signs = []
    for _ in range(_DRAWS):
        k = int(rng.integers(len(windows)))
        drawn = rng.choice(inquiries[k], min(_CANDIDATES, len(inquiries[k])), replace=False)
        own = np.isin(past.candidates, drawn) & (past.windows == windows[k])
        if own.sum() >= _ENOUGH:
            rest = label_shift(Counter(past.labels[own].tolist()), Counter(past.labels[~own].tolist()))
            signs.append((rest, past.unknown_words[own].mean(), (~past.familiar[own]).mean()))
    if not signs:
        return Limits()
    return Limits(*np.quantile(np.array(signs), 1 - false_alarms, axis=0).tolist())


@dataclass(frozen=True)
class Overturned:
    """Suggestions of one label that people decided in one inquiry, and how many they changed."""

    n: int
    n_changed: int


@dataclass(frozen=True)
class Signs:
    """What an inquiry looks like to the model."""

    labels: Mapping[str, int]
    """How often the model gives each label here."""
    usual: Mapping[str, int]
    """How often it gave each by cross-fitting, where the certificate comes from; empty where unknown."""
    unfamiliar: Sequence[bool]
    """Per statement: unlike anything in training."""
    unknown_words: Sequence[float]
    """Per statement: share of its character n-grams not seen in training."""
    before: Mapping[str, Overturned]
    """By label, in the reviewed inquiry before the latest."""
    latest: Mapping[str, Overturned]
    """By label, in the latest reviewed inquiry."""


def find_drift(signs: Signs, limits: Limits, names: Mapping[str, str]) -> str:
    """Say in words where the certificate should not be trusted.

    Args:
        signs: What the inquiry looks like; fewer than 30 statements say nothing.
        limits: How far it may differ.
        names: Japanese names of the labels.

    Returns:
        A Japanese sentence for staff, empty where nothing is out of the usual.

    Source: total variation distance between label mixes; Fisher's exact test for changed suggestions.
    """
    found = []
    if len(signs.unfamiliar) >= _ENOUGH:
        if (shift := label_shift(signs.labels, signs.usual)) > limits.label_shift:
            found.append(f"区分の割合が学習時と{shift:.0%}ずれています")
        if (unknown := float(np.mean(signs.unknown_words))) > limits.unknown_words:
            found.append(f"学習時に無かった言い回しが{unknown:.0%}あります")
        if (strange := float(np.mean(signs.unfamiliar))) > limits.unfamiliar:
            found.append(f"これまでに似た意見の無いものが{strange:.0%}あります")
    risen = [names[label] for label in signs.latest if _has_risen(signs, label)]
    if risen:
        found.append(f"前回の照会で人が改めた割合が、その前より増えています（{'、'.join(risen)}）")
    return f"【注意】この照会は、{'、'.join(found)}。{_ADVICE}" if found else ""


def label_shift(labels: Mapping[str, int], usual: Mapping[str, int]) -> float:
    """Total variation distance of two label mixes, in [0, 1]; 0 where one of them is empty.

    Example:
        >>> label_shift({"share": 5, "abstract": 5}, {"share": 10})
        0.5
    """
    here, there = sum(labels.values()), sum(usual.values())
    if not here or not there:
        return 0.0
    every = {*labels, *usual}
    return sum(abs(labels.get(one, 0) / here - usual.get(one, 0) / there) for one in every) / 2


def _has_risen(signs: Signs, label: str) -> bool:
    new, old = signs.latest[label], signs.before.get(label)
    if old is None:
        return False
    table = np.array([[one.n_changed, one.n - one.n_changed] for one in (new, old)])
    return bool(fisher_exact(table, alternative="greater").pvalue < _SURPRISING)
