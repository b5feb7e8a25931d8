"""Evaluate: what the model gets right on labelled statements, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.arrays import named_beside
from pipeline.learning.supervision import Gold
from pipeline.measures import confusion, f1, macro_f1, plain, rate
from pipeline.readings import Readings
from pipeline.tables import make_table

_RESAMPLES = 1000
_SEED = 0
_BINS = 10
_HITS = (1, 3, 5)
Array = NDArray[np.float64]
Labels = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Predicted:
    """What was predicted of n labelled statements, row by row."""

    label_ids: tuple[str, ...]
    probabilities: Array
    coverage: Labels
    """The best of stated, reflected, not_reflected of every statement, asked or not."""
    passages: tuple[tuple[str, ...], ...]
    """All passages, best first."""
    accepted: NDArray[np.bool_]
    """What would be accepted automatically."""
    sureness: Array


def evaluate(gold: Sequence[Gold], predicted: Predicted) -> dict[str, Any]:
    """Measure predictions against what people said.

    Args:
        gold: n labelled statements.
        predicted: Predictions for the same statements.

    Returns:
        Plain data for JSON: Q1 with 95 % bootstrap intervals (Efron's percentile method, 1,000 seeded
        resamples of statements), the confusion matrix (rows are people's), the labels named beside the
        first, coverage and passages of the shared statements, calibration error, the risk-coverage curve, and
        what would be accepted automatically.
    """
    ids = predicted.label_ids
    truth = np.array([ids.index(g.label) for g in gold], dtype=np.intp)
    best = predicted.probabilities.argmax(axis=1) if len(gold) else truth
    share = ids.index("share")
    counts = confusion(truth, best, len(ids))
    found: dict[str, Any] = plain(
        {
            "n": len(gold),
            **_with_intervals(truth, best, share, len(ids)),
            "labels": {label: _one_label(counts, j) for j, label in enumerate(ids)},
            "confusion": {"label_ids": list(ids), "rows_gold": counts.astype(int).tolist()},
            "secondary": _secondary(gold, predicted),
            "coverage": _coverage(gold, predicted),
            "passages": _hits(gold, predicted.passages),
            "calibration_error": _number(calibration_error(predicted.probabilities, truth)),
            "reliability": reliability(predicted.probabilities, truth),
            "risk_coverage": risk_coverage(predicted.sureness, truth != best),
            "automatic": _automatic(predicted.accepted, truth, best, share),
        }
    )
    return found


def readings(gold: Sequence[Gold], predicted: Predicted) -> pd.DataFrame:
    """The same predictions one by one, as a ``Readings`` table in the order of ``gold``."""
    ids, p = predicted.label_ids, predicted.probabilities
    ranked = np.sort(p, axis=1)[:, ::-1]
    rows: list[dict[str, object]] = [
        {
            "statement_id": one.statement_id,
            "label": ids[int(p[i].argmax())],
            "coverage": str(predicted.coverage[i]),
            "p_gold": round(float(p[i, ids.index(one.label)]), 6),
            "margin": round(float(ranked[i, 0] - ranked[i, 1]), 6),
            "accepted": bool(predicted.accepted[i]),
        }
        for i, one in enumerate(gold)
    ]
    return make_table(Readings, rows)


def _with_intervals(
    truth: NDArray[np.intp], best: NDArray[np.intp], share: int, k: int
) -> dict[str, dict[str, float]]:
    n = len(truth)
    draws = np.random.default_rng(_SEED).integers(0, max(n, 1), (_RESAMPLES if n else 0, n))

    def interval(measure: Callable[[NDArray[np.intp], NDArray[np.intp]], float]) -> dict[str, float]:
        values = np.array([measure(truth[d], best[d]) for d in draws])
        values = values[~np.isnan(values)]
        low, high = np.quantile(values, [0.025, 0.975]) if len(values) else (np.nan, np.nan)
        return {"value": _number(measure(truth, best)), "low": _number(low), "high": _number(high)}

    return {
        "accuracy": interval(lambda t, p: float(np.mean(t == p)) if len(t) else np.nan),
        "macro_f1": interval(lambda t, p: macro_f1(t, p, k)),
        "false_exclusion": interval(lambda t, p: _rate(p[t == share] != share)),
    }


def calibration_error(probabilities: Array, truth: NDArray[np.intp]) -> float:
    """Expected calibration error of the best label over ten bins of equal width.

    Source: Guo et al. (2017), "On Calibration of Modern Neural Networks", sec. 2.

    >>> calibration_error(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1])).__round__(2)
    0.3
    """
    if not len(truth):
        return float("nan")
    bins = _bins(probabilities, truth)
    return float(sum(abs(said - right) * n for said, right, n in bins) / len(truth))


def reliability(probabilities: Array, truth: NDArray[np.intp]) -> list[dict[str, float]]:
    """For every bin of confidence that occurs: the mean confidence, the share that is right, and how many.

    >>> reliability(np.array([[0.8, 0.2], [0.8, 0.2]]), np.array([0, 1]))
    [{'said': 0.8, 'right': 0.5, 'n': 2}]
    """
    return [{"said": _number(s), "right": _number(r), "n": n} for s, r, n in _bins(probabilities, truth)]


def _bins(probabilities: Array, truth: NDArray[np.intp]) -> list[tuple[float, float, int]]:
    if not len(truth):
        return []
    top = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    bins = np.minimum((top * _BINS).astype(int), _BINS - 1)
    inside = [bins == b for b in np.unique(bins)]
    return [(float(top[own].mean()), float(right[own].mean()), int(own.sum())) for own in inside]


def risk_coverage(sureness: Array, wrong: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Error among the surest 5 %, 10 %, … 100 % of the statements.

    >>> risk_coverage(np.array([0.9, 0.8]), np.array([False, True]))[-1]
    {'coverage': 1.0, 'risk': 0.5}
    """
    order = np.argsort(-sureness, kind="stable")
    curve = []
    for k in range(1, 21):
        taken = order[: int(np.ceil(len(order) * k / 20))]
        if len(taken):
            curve.append({"coverage": k / 20, "risk": _number(wrong[taken].mean())})
    return curve


def kappa(first: Sequence[str], second: Sequence[str]) -> float:
    """Cohen's kappa of two readings; 1 where both always say the same one thing.

    >>> kappa(["a", "a", "b", "b"], ["a", "b", "b", "b"])
    0.5
    """
    names = sorted(set(first) | set(second))
    a, b = (np.array([names.index(x) for x in side]) for side in (first, second))
    if not len(a):
        return float("nan")
    observed = float((a == b).mean())
    expected = float(sum((a == j).mean() * (b == j).mean() for j in range(len(names))))
    return 1.0 if expected == 1 else _number((observed - expected) / (1 - expected))


def _secondary(gold: Sequence[Gold], predicted: Predicted) -> dict[str, float]:
    """How many of the labels named beside the first are people's, and how many of people's are named."""
    said = named_beside(predicted.probabilities) if len(gold) else np.zeros((0, len(predicted.label_ids)))
    true = np.array([[one in g.secondary for one in predicted.label_ids] for g in gold]).reshape(said.shape)
    both = float((said * true).sum())
    return {
        "n": int(true.sum()),
        "precision": _number(both / said.sum()) if said.any() and true.any() else float("nan"),
        "recall": _number(both / true.sum()) if true.any() else float("nan"),
    }


def _coverage(gold: Sequence[Gold], predicted: Predicted) -> dict[str, Any]:
    pairs = [
        (g.coverage, str(p)) for g, p in zip(gold, predicted.coverage, strict=True) if g.label == "share"
    ]
    known = [(g, p) for g, p in pairs if g]
    kinds = ("stated", "reflected", "not_reflected")
    return {
        "n": len(known),
        "accuracy": _rate(np.array([g == p for g, p in known], dtype=bool)),
        "kappa": kappa([g for g, _ in known], [p for _, p in known]),
        "rows_gold": [[sum(k == (g, p) for k in known) for p in kinds] for g in kinds],
    }


def _hits(gold: Sequence[Gold], passages: Sequence[tuple[str, ...]]) -> dict[str, float]:
    ranks = [
        min((found.index(ref) for ref in g.passages if ref in found), default=10_000)
        for g, found in zip(gold, passages, strict=True)
        if g.label == "share" and g.passages
    ]
    return {"n": len(ranks)} | {f"hit_{k}": _rate(np.array(ranks) < k) for k in _HITS}


def _automatic(
    accepted: NDArray[np.bool_], truth: NDArray[np.intp], best: NDArray[np.intp], share: int
) -> dict[str, float]:
    excluded = accepted & (best != share)
    return {
        "share": _rate(accepted),
        "n": int(accepted.sum()),
        "wrong": _rate(truth[accepted] != best[accepted]),
        "n_excluded": int(excluded.sum()),
        "wrongly_excluded": _rate(truth[excluded] == share),
        "shared_lost": _rate(excluded[truth == share]),
    }


def _one_label(counts: Array, j: int) -> dict[str, float]:
    right, said, true = counts[j, j], counts[:, j].sum(), counts[j].sum()
    return {
        "precision": _number(right / said) if said else float("nan"),
        "recall": _number(right / true) if true else float("nan"),
        "f1": _number(f1(counts)[j]),
        "support": int(true),
    }


def _rate(hits: NDArray[np.bool_]) -> float:
    return _number(rate(hits))


def _number(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
