"""How close each statement is to each thing in its candidate's file: dense, and by shared rare n-grams."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from pipeline.candidates import LedgerItem

MEASURES = (
    "dense_full",
    "dense_text",
    "lexical_cover",
    "lexical_full",
    "lexical_text",
    "lexical_asking",
    "words_full",
    "words_text",
    "signs_full",
    "signs_text",
)
Words = Sequence[str]
Array = NDArray[np.float64]
_NONE = 1e-9
_SIGN = re.compile("[一-龥々]|[ァ-ヶー]{2,}|[A-Za-z]{2,}")


@dataclass(frozen=True, eq=False)
class Asked:
    """The n statements on one candidate: normalized texts, content words, unit vectors.

    ``full`` is text and reason in one, ``asking`` the sentence that carries the request.
    """

    texts: tuple[str, ...]
    full: tuple[str, ...]
    asking: tuple[str, ...]
    sections: tuple[str, ...]
    text_words: tuple[Words, ...]
    full_words: tuple[Words, ...]
    text_vectors: Array
    full_vectors: Array


@dataclass(frozen=True, eq=False)
class Offered:
    """The m items of one candidate's file, normalized: with their content words and unit vectors, m >= 1."""

    items: tuple[LedgerItem, ...]
    words: tuple[Words, ...]
    vectors: Array
    """Shape (m, d)."""


def similarities(asked: Asked, offered: Offered) -> Array:
    """Compare n statements with the m items of their candidate's file.

    Dense closeness is the cosine after the file's mean vector is taken away: what all items of one file share
    (its subject) says nothing about which of them is meant. Lexical closeness weighs character 2- and
    3-grams, content words, and single signs (産廃 beside 産業廃棄物) by their rarity within the file.

    Args:
        asked: n statements.
        offered: The m items of the candidate's file.

    Returns:
        Shape (n, m, k), in the order of ``MEASURES``.
    """
    centre = offered.vectors.mean(axis=0)
    targets = _unit(offered.vectors - centre)
    dense_text = _unit(asked.text_vectors - centre) @ targets.T
    dense_full = _unit(asked.full_vectors - centre) @ targets.T
    grams = CountVectorizer(analyzer="char", ngram_range=(2, 3), binary=True)
    texts = [item.text for item in offered.items]
    cover, lexical_text, _ = _lexical(grams, asked.texts, texts)
    lexical_full, lexical_asking = (_lexical(grams, own, texts)[1] for own in (asked.full, asked.asking))
    # The words come ready-made: the analyzer hands them through.
    words = CountVectorizer(analyzer=list, binary=True)
    words_full, words_text = (
        _lexical(words, own, offered.words)[1] for own in (asked.full_words, asked.text_words)
    )
    single = CountVectorizer(analyzer=_SIGN.findall, binary=True)
    signs_full = _lexical(single, asked.full, texts)[1]
    signs_text = _lexical(single, asked.texts, texts)[2]
    found = (
        dense_full,
        dense_text,
        cover,
        lexical_full,
        lexical_text,
        lexical_asking,
        words_full,
        words_text,
        signs_full,
        signs_text,
    )
    return np.stack(found, axis=2)


def _lexical(
    counter: CountVectorizer, texts: Sequence[Words], items: Sequence[Words]
) -> tuple[Array, Array, Array]:
    """Rare features in common: as a share of the item's, of both (balanced), of the text's own."""
    if not any(map(counter.build_analyzer(), items)):
        none = np.zeros((len(texts), len(items)))
        return none, none, none
    grams = counter.fit_transform(items).astype(np.float64)
    frequency = np.asarray(grams.sum(axis=0)).ravel()
    rarity = np.log((1 + len(items)) / (1 + frequency)) + 0.2
    weighted = grams.multiply(rarity).tocsr()
    found = counter.transform(texts).astype(np.float64)
    shared = np.asarray((found @ weighted.T).todense())
    of_item = np.maximum(np.asarray(weighted.sum(axis=1)).ravel(), _NONE)
    of_text = np.asarray(found.multiply(rarity).sum(axis=1)).ravel()
    balanced = np.sqrt(of_item[None, :] * np.maximum(of_text, 1)[:, None])
    return shared / of_item[None, :], shared / balanced, shared / np.maximum(of_text, _NONE)[:, None]


def _unit(vectors: Array) -> Array:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    result: Array = vectors / np.where(norms > 0, norms, 1)
    return result
