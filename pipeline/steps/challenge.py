"""Challenge: is a new model worse than the one in use? A paired bootstrap says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 2000
_SEED = 0
Said = Mapping[str, tuple[str, str]]
"""People's label and the model's, by statement."""


def is_no_worse(challenger: Said, champion: Said) -> bool:
    """Not worse where it matters: in what is right, and in what is wrongly excluded.

    Args:
        challenger: Cross-fitted labels of the new model.
        champion: The same of the one in use; only statements both know are compared.

    Returns:
        False if a 95 % interval of the paired difference lies wholly on the bad side for either; True where
        there is nothing to compare.

    Example:
        >>> good = {str(k): ("share", "share") for k in range(50)}
        >>> bad = {str(k): ("share", "abstract") for k in range(50)}
        >>> is_no_worse(good, bad), is_no_worse(bad, good), is_no_worse(good, good)
        (True, False, True)

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", ch. 13.
    """
    common = sorted(set(challenger) & set(champion))
    if not common:
        return True
    pairs = [(challenger[key], champion[key]) for key in common]
    wins = _difference([(new[0] == new[1], old[0] == old[1]) for new, old in pairs])
    losses = _difference([(_lost(new), _lost(old)) for new, old in pairs])
    return bool(np.quantile(wins, 0.975) >= 0 and np.quantile(losses, 0.025) <= 0)


def _lost(said: tuple[str, str]) -> bool:
    return said[0] == "share" != said[1]


def _difference(pairs: list[tuple[bool, bool]]) -> NDArray[np.float64]:
    """Bootstrapped mean differences, new less old."""
    change = np.array([float(new) - float(old) for new, old in pairs])
    draws = np.random.default_rng(_SEED).integers(0, len(change), (_RESAMPLES, len(change)))
    result: NDArray[np.float64] = change[draws].mean(axis=1)
    return result
