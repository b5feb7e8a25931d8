"""How close each statement is to each thing in its candidate's file: dense, and by shared rare n-grams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from pipeline.candidates import LedgerItem

MEASURES = ("dense_full", "dense_text", "lexical_cover", "lexical_full", "lexical_text")
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Asked:
    """The n statements on one candidate: normalized texts, with reasons, sections, unit vectors."""

    texts: tuple[str, ...]
    full: tuple[str, ...]
    sections: tuple[str, ...]
    text_vectors: Array
    full_vectors: Array


def similarities(asked: Asked, items: Sequence[LedgerItem], item_vectors: Array) -> Array:
    """Compare n statements with the m items of their candidate's file.

    Dense closeness is the cosine after the file's mean vector is taken away: what all items of one file share
    (its subject) says nothing about which of them is meant. Lexical closeness weighs character 2- and
    3-grams by their rarity within the file.

    Args:
        asked: n statements.
        items: The m items, normalized; m >= 1.
        item_vectors: Their unit vectors, shape (m, d).

    Returns:
        Shape (n, m, 5), in the order of ``MEASURES``.
    """
    centre = item_vectors.mean(axis=0)
    targets = _unit(item_vectors - centre)
    dense_text = _unit(asked.text_vectors - centre) @ targets.T
    dense_full = _unit(asked.full_vectors - centre) @ targets.T
    cover, lexical_text = _lexical(asked.texts, items)
    _, lexical_full = _lexical(asked.full, items)
    return np.stack([dense_full, dense_text, cover, lexical_full, lexical_text], axis=2)


def _lexical(texts: Sequence[str], items: Sequence[LedgerItem]) -> tuple[Array, Array]:
    """Share of the item's rare n-grams found in the text, and the same balanced by the text's own."""
    counter = CountVectorizer(analyzer="char", ngram_range=(2, 3), binary=True)
    grams = counter.fit_transform([item.text for item in items]).astype(np.float64)
    frequency = np.asarray(grams.sum(axis=0)).ravel()
    rarity = np.log((1 + len(items)) / (1 + frequency)) + 0.2
    weighted = grams.multiply(rarity).tocsr()
    found = counter.transform(texts).astype(np.float64)
    shared = np.asarray((found @ weighted.T).todense())
    of_item = np.asarray(weighted.sum(axis=1)).ravel()
    of_text = np.asarray(found.multiply(rarity).sum(axis=1)).ravel()
    balanced = np.sqrt(of_item[None, :] * np.maximum(of_text, 1)[:, None])
    return shared / of_item[None, :], shared / balanced


def _unit(vectors: Array) -> Array:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Array = vectors / np.where(norms > 0, norms, 1)
    return result
