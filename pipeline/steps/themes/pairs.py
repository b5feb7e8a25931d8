"""Pairs: how probable it is that two statements of one candidate ask for the same thing."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from pipeline.steps.themes.neighbours import Links, strongest_links
from pipeline.steps.themes.words import Section
from pipeline.themes import ThemeModel

FLOOR = 0.01
"""Probabilities below this count as zero: they could not tip a mean over any useful threshold."""
PRIOR = 50.0
"""The centre of a candidate is worth this many statements before any is read."""
_COLUMNS = 2**16

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Side:
    """What pairs are judged by, for n statements of one candidate; row i of everything is one statement."""

    text: NDArray[np.float32]
    """Centred unit vectors of the statements, shape (n, d); so are ``whole``, of statement and reason."""
    whole: NDArray[np.float32]
    words_text: csr_array
    """Unit rows of TF-IDF over content words, shape (n, v); so are ``words_whole``."""
    words_whole: csr_array
    present: csr_array
    """Square root of the idf where a content word stands, shape (n, v)."""
    weight: Floats
    """Sum of the idf of a statement's content words, shape (n,)."""
    sections: tuple[Codes, Codes, Codes]
    """Codes of the section's first number, both numbers and words; negative and unlike where empty."""
    opinions: Codes
    """A code of the opinion each is a point of: a writer who makes two points means two things."""

    def rows(self, index: NDArray[np.int64]) -> Side:
        """The same of some statements."""
        return Side(
            self.text[index],
            self.whole[index],
            self.words_text[index],
            self.words_whole[index],
            self.present[index],
            self.weight[index],
            (self.sections[0][index], self.sections[1][index], self.sections[2][index]),
            self.opinions[index],
        )


def centred(
    vectors: NDArray[np.float32], items: NDArray[np.float32], model: ThemeModel
) -> NDArray[np.float32]:
    """Take away what all statements of a candidate have in common, and renormalize.

    The centre leans on the candidate file (or, without one, on the fitted inquiries), so that it hardly
    moves when one opinion more arrives.

    Args:
        vectors: Unit vectors of n statements, shape (n, d); zero rows stay zero.
        items: Unit vectors of the candidate file, shape (m, d); m = 0 without a file.
        model: Gives the centre where there is no file.

    Returns:
        Unit vectors, shape (n, d).
    """
    prior = items.mean(axis=0) if len(items) else np.array(model.centre, dtype=np.float32)
    if prior.shape != vectors.shape[1:]:
        prior = np.zeros(vectors.shape[1], dtype=np.float32)
    read = np.linalg.norm(vectors, axis=1) > 0
    centre = (vectors[read].sum(axis=0) + PRIOR * prior) / (read.sum() + PRIOR)
    away = np.where(read[:, None], vectors - centre, 0)
    unit: NDArray[np.float32] = (away / np.maximum(np.linalg.norm(away, axis=1), 1e-9)[:, None]).astype(
        np.float32
    )
    return unit


def word_rows(texts: Sequence[Sequence[str]], model: ThemeModel) -> tuple[csr_array, csr_array, Floats]:
    """TF-IDF rows (1 + ln tf, unit length), presence rows (square root of idf), and the sum of idf.

    Words stand in hashed columns, so that rows made at different times can be compared.

    Args:
        texts: Content words of n texts.
        model: Gives the idf.

    Returns:
        Two arrays of shape (n, 65536) and one of shape (n,).
    """
    entries = [
        (i, _column(word), count, model.idf(word))
        for i, words in enumerate(texts)
        for word, count in sorted(Counter(words).items())
    ]
    table = np.array(entries, dtype=np.float64).reshape(-1, 4)
    row, column = table[:, 0].astype(np.int64), table[:, 1].astype(np.int64)
    values = (1 + np.log(table[:, 2])) * table[:, 3]
    norms = np.sqrt(np.bincount(row, values**2, minlength=len(texts)))
    shape = (len(texts), _COLUMNS)
    tfidf = csr_array((values / norms[row], (row, column)), shape=shape)
    present = csr_array((np.sqrt(table[:, 3]), (row, column)), shape=shape)
    return tfidf, present, np.bincount(row, table[:, 3], minlength=len(texts)).astype(np.float64)


@lru_cache(maxsize=2**17)
def _column(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass")) % _COLUMNS


def section_codes(sections: Sequence[Section]) -> tuple[Codes, Codes, Codes]:
    """Equal numbers for equal sections; an empty one is like no other, not even an empty one."""
    return (
        codes([s.first for s in sections]),
        codes([f"{s.first}.{s.second}" if s.second else "" for s in sections]),
        codes([s.words for s in sections]),
    )


def codes(keys: Sequence[str]) -> Codes:
    """Equal numbers for equal keys; an empty key is like no other.

    >>> a, b, c = codes(["x", "x", ""])
    >>> bool(a == b), int(c)
    (True, -3)
    """
    return np.array([_code(key) if key else -1 - i for i, key in enumerate(keys)], dtype=np.int64)


def _code(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()[:7], "big")


def pair_features(left: Side, right: Side) -> Iterator[NDArray[np.floating] | NDArray[np.bool_]]:
    """Features of all pairs in the order of ``FEATURES``, each of shape (n_left, n_right).

    One after the other, so that whoever adds them up never holds them all.
    """
    yield left.text @ right.text.T
    yield left.whole @ right.whole.T
    yield (left.words_text @ right.words_text.T).toarray()
    yield (left.words_whole @ right.words_whole.T).toarray()
    shared = (left.present @ right.present.T).toarray()
    yield shared / np.maximum(left.weight[:, None] + right.weight[None, :] - shared, 1e-9)
    yield shared / np.maximum(np.minimum(left.weight[:, None], right.weight[None, :]), 1e-9)
    (a1, a2, a3), (b1, b2, b3) = left.sections, right.sections
    same = a1[:, None] == b1[None, :]
    yield same
    yield a2[:, None] == b2[None, :]
    yield (a1[:, None] >= 0) & (b1[None, :] >= 0) & ~same
    yield a3[:, None] == b3[None, :]


def probabilities(left: Side, right: Side, model: ThemeModel) -> Floats:
    """Probability that a statement of ``left`` and one of ``right`` ask for the same; (n_left, n_right)."""
    logits = np.full((len(left.weight), len(right.weight)), model.intercept)
    for weight, feature in zip(model.weights, pair_features(left, right), strict=True):
        logits += weight * feature
    apart = left.opinions[:, None] != right.opinions[None, :]
    chance: Floats = np.where(apart, 1 / (1 + np.exp(-logits)), 0.0)
    return chance


def probable_links(side: Side, model: ThemeModel) -> Links:
    """The pairs of probability ``FLOOR`` or more.

    Args:
        side: n statements of one candidate, in an order that only their content decides.
        model: The pair model.

    Returns:
        Each pair once.
    """

    def chance(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Floats:
        return probabilities(side.rows(rows), side.rows(columns), model)

    return strongest_links(side.text, chance, FLOOR)
