"""Outlook: what more labels would buy, read off a learning curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import curve_fit

MORE = 100
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """How good a model fitted on so many labels is, on candidates it has not seen."""

    n: float
    """Labels fitted on, on average over the folds."""
    macro_f1: float
    n_labels: dict[str, float]
    """The same by label."""
    f1: dict[str, float]


@dataclass(frozen=True)
class Outlook:
    """A score now and with ``MORE`` more labels, mixed as they are now; NaN where the curve cannot say."""

    n: float
    now: float
    later: float


def outlook(points: Sequence[Point]) -> dict[str, Outlook]:
    """Draw every learning curve on by ``MORE`` labels.

    Args:
        points: Of one curve, the last with all labels.

    Returns:
        For ``macro_f1`` and for every label of the last point.
    """
    last = points[-1]
    found = {"macro_f1": _ahead([p.n for p in points], [p.macro_f1 for p in points], last.n + MORE)}
    for label in last.f1:
        sizes = [p.n_labels[label] for p in points]
        scores = [p.f1[label] for p in points]
        found[label] = _ahead(sizes, scores, sizes[-1] * (1 + MORE / last.n))
    return found


def _ahead(sizes: Sequence[float], scores: Sequence[float], target: float) -> Outlook:
    """What a power law through the points gives at ``target``, as a gain on the last point, never a loss.

    Example:
        >>> now = _ahead([100, 200, 400], [0.6, 0.7, 0.775], 500)
        >>> now.now, round(now.later, 2)
        (0.775, 0.79)

    Source: 1 - a·n^-b, Cortes et al. (1993), "Learning Curves", sec. 2.
    """
    known = [(n, s) for n, s in zip(sizes, scores, strict=True) if n > 0 and np.isfinite(s)]
    now = Outlook(sizes[-1], scores[-1], float("nan"))
    if len(known) < 3:
        return now
    n, s = np.array(known).T
    try:
        (a, b), _ = curve_fit(_law, n, s, p0=(1.0, 0.3), bounds=([0, 0], [np.inf, 2]))
    except (RuntimeError, ValueError):
        return now
    gain = float(_law(np.array(target), a, b) - _law(np.array(sizes[-1]), a, b))
    return Outlook(sizes[-1], scores[-1], min(scores[-1] + max(gain, 0.0), 1.0))


def _law(n: Array, a: float, b: float) -> Array:
    value: Array = 1 - a * n**-b
    return value
