"""Measures: counts of right and wrong labels, and what is made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Columns = NDArray[np.intp]


def confusion(truth: Columns, said: Columns, k: int) -> Array:
    """How often label i (people's, the row) was called j (the column), shape (k, k)."""
    return np.bincount(truth * k + said, minlength=k * k).reshape(k, k).astype(np.float64)


def f1(counts: Array) -> Array:
    """F1 per label, shape (k,); NaN for a label that neither people nor the model use.

    Source: van Rijsbergen (1979), "Information Retrieval", ch. 7; 2·TP / (2·TP + FP + FN).
    """
    right = np.diag(counts)
    total = counts.sum(axis=0) + counts.sum(axis=1)
    result: Array = np.where(total > 0, 2 * right / np.maximum(total, 1), np.nan)
    return result


def macro_f1(truth: Columns, said: Columns, k: int) -> float:
    """Mean F1 over the labels that occur, among people's or the model's; NaN where there are none.

    Example:
        >>> macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1]), 3).__round__(3)
        0.667
    """
    scores = f1(confusion(truth, said, k))
    return float(np.nanmean(scores)) if not np.isnan(scores).all() else float("nan")


def rate(hits: NDArray[np.bool_]) -> float:
    """Share of true values; NaN where there are none at all."""
    return float(np.mean(hits)) if len(hits) else float("nan")


def plain(value: Any) -> Any:
    """The same as JSON can hold it: NaN, which JSON does not know, becomes None (nothing to measure).

    Example:
        >>> plain({"a": [float("nan"), 1.0]})
        {'a': [None, 1.0]}
    """
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and np.isnan(value) else value
