"""Novelty: a text unlike anything in past inquiries (a bulletin article, say) is no matter for a machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.learning.material import Array, Index, Material

_NEIGHBOURS = 5
_TAIL = 0.005


@dataclass(frozen=True, eq=False)
class Familiar:
    """Vectors of past statements; a new one is familiar if its nearest are near enough."""

    vectors: NDArray[np.float32]
    """Shape (m, d), as the encoder gave them."""
    limit: float

    def nearness(self, dense: Array) -> Array:
        """Mean cosine to the five nearest past statements once their common direction is taken away."""
        past = self.vectors.astype(np.float64)
        centre = past.mean(axis=0)
        close = _unit(np.asarray(_half(dense), dtype=np.float64) - centre) @ _unit(past - centre).T
        k = min(_NEIGHBOURS, close.shape[1])
        result: Array = np.sort(close, axis=1)[:, ::-1][:, :k].mean(axis=1)
        return result

    def knows(self, dense: Array) -> NDArray[np.bool_]:
        """True where a statement is like past ones, shape (n,)."""
        result: NDArray[np.bool_] = self.nearness(dense) >= self.limit
        return result


def fit_familiar(material: Material, rows: Index) -> Familiar:
    """Set the limit so that about one statement in 200 about an unseen candidate falls below it."""
    whole = Familiar(_half(material.dense[rows]), -1.0)
    owners = np.array([material.candidate_ids[row] for row in rows])
    close = np.concatenate(
        [
            Familiar(whole.vectors[owners != name], -1.0).nearness(material.dense[rows[owners == name]])
            for name in sorted(set(owners))
            if (owners != name).any()
        ]
        or [np.array([-1.0])]
    )
    return Familiar(whole.vectors, float(np.quantile(close, _TAIL)))


def _half(dense: Array) -> NDArray[np.float32]:
    """The vectors of the texts alone."""
    return np.asarray(dense[:, : dense.shape[1] // 2], dtype=np.float32)


def _unit(vectors: Array) -> Array:
    result: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return result
