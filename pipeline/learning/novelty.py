"""Novelty: a text unlike any opinion of past inquiries (a bulletin article) is no matter for a machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.learning.compare import closest
from pipeline.learning.cues import NAMES
from pipeline.learning.material import Array, Index, Material

_NEIGHBOURS = 5
_FAR = 0.01
_MIDDLE = 0.5
_FORM = NAMES.index("opinion_form")


@dataclass(frozen=True, eq=False)
class Familiar:
    """Past statements, and how near a new one must be: to them, and to something in its candidate's file.

    ``far``: below this, whatever its form, a statement is strange. ``middle``: below this it is strange if it
    asks, judges and doubts nothing.
    """

    vectors: NDArray[np.float32]
    """Shape (m, d), as the encoder gave them."""
    far: float
    middle: float

    def nearness(self, material: Material, rows: Index) -> Array:
        """Mean cosine to the five nearest past statements plus the best cosine to the candidate's file."""
        past = self.vectors.astype(np.float64)
        centre = past.mean(axis=0)
        close = _unit(material.vectors[rows] - centre) @ _unit(past - centre).T
        k = min(_NEIGHBOURS, close.shape[1])
        result: Array = np.sort(close, axis=1)[:, ::-1][:, :k].mean(axis=1) + closest(material.standing[rows])
        return result

    def knows(self, material: Material, rows: Index) -> NDArray[np.bool_]:
        """True where a statement is like those of past inquiries, shape (n,)."""
        near = self.nearness(material, rows)
        has_form = material.cues[rows, _FORM] > 0
        result: NDArray[np.bool_] = near >= np.where(has_form, self.far, self.middle)
        return result


def fit_familiar(material: Material, rows: Index) -> Familiar:
    """Set the limits by how near statements are to those about other candidates."""
    owners = np.array([material.candidate_ids[row] for row in rows])
    near = [np.zeros(0)]
    for name in sorted(set(owners)):
        own = owners == name
        if not own.all():
            others = Familiar(material.vectors[rows[~own]].astype(np.float32), 0, 0)
            near.append(others.nearness(material, rows[own]))
    found = np.concatenate(near)
    far, middle = np.quantile(found, [_FAR, _MIDDLE]) if len(found) else (-2.0, -2.0)
    return Familiar(material.vectors[rows].astype(np.float32), float(far), float(middle))


def unknown_shares(words: Any, texts: Sequence[str]) -> Array:
    """Share of each text's character n-grams that the word head was not fitted on, shape (n,)."""
    vectorizer = words[0]
    grams, known = vectorizer.build_analyzer(), vectorizer.vocabulary_
    found = [grams(text) for text in texts]
    shares = [sum(gram not in known for gram in own) / max(len(own), 1) for own in found]
    return np.array(shares, dtype=np.float64)


def _unit(vectors: Array) -> Array:
    result: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return result
