"""Array classes: what only a model looks at. Each carries the ids of its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Token(NamedTuple):
    """One token as the tagger saw it; ``start`` is its character offset in the text given."""

    surface: str
    lemma: str
    pos: str
    """Part of speech, coarse to fine, joined by ``-`` (``名詞-普通名詞-一般``)."""
    form: str
    """Conjugation form (``連用形-一般``), empty where there is none."""
    start: int


@dataclass(frozen=True, eq=False)
class Tokens:
    """Tokens of n statements and of their reasons, computed once and passed along."""

    statement_ids: tuple[str, ...]
    text: tuple[tuple[Token, ...], ...]
    reason: tuple[tuple[Token, ...], ...]

    def __post_init__(self) -> None:
        if not len(self.statement_ids) == len(self.text) == len(self.reason):
            raise ValueError("statement_ids, text and reason must have the same length")


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Unit vectors: row i is ids[i]; shape (n, d), float32."""

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    encoder_id: str

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.ids) != self.vectors.shape[0]:
            raise ValueError(f"{len(self.ids)} ids do not fit vectors of shape {self.vectors.shape}")


@dataclass(frozen=True, eq=False)
class Scores:
    """Label probabilities: row i is statement_ids[i], column j is label_ids[j]; rows sum to 1.

    Example:
        >>> s = Scores(("a",), ("share", "abstract"), np.array([[0.9, 0.1]]), "m1")
        >>> s.best().tolist()
        ['share']
    """

    statement_ids: tuple[str, ...]
    label_ids: tuple[str, ...]
    probabilities: NDArray[np.float64]
    model_id: str

    def __post_init__(self) -> None:
        if self.probabilities.shape != (len(self.statement_ids), len(self.label_ids)):
            raise ValueError(
                f"{len(self.statement_ids)} statements x {len(self.label_ids)} labels"
                f" do not fit probabilities of shape {self.probabilities.shape}"
            )
        if self.probabilities.size and not np.allclose(self.probabilities.sum(axis=1), 1, atol=1e-6):
            raise ValueError("every row of probabilities must sum to 1")

    def best(self) -> NDArray[np.str_]:
        """The most probable label of each row, shape (n,); the first of equals."""
        labels = np.array(self.label_ids)
        chosen: NDArray[np.str_] = labels[self.probabilities.argmax(axis=1)]
        return chosen


SECONDARY_FROM = 0.15
"""Another label is named beside the first from this probability on."""


def named_beside(probabilities: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which labels are named beside the best one, shape (n, k) like the probabilities.

    >>> named_beside(np.array([[0.6, 0.3, 0.1]])).tolist()
    [[False, True, False]]
    """
    beside: NDArray[np.bool_] = probabilities >= SECONDARY_FROM
    rows = np.arange(len(probabilities))
    beside[rows, probabilities.argmax(axis=1)] = False
    return beside
