"""What the heads read: n statements as numbers, and every (statement, item) pair worth asking about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PairTable:
    """k pairs: ``rows[i]`` is the statement's row, ``groups[i]`` what is asked, ``refs[i]`` the item."""

    rows: Index
    groups: NDArray[np.str_]
    refs: NDArray[np.str_]
    values: Array
    """Shape (k, p)."""

    def __post_init__(self) -> None:
        if not len(self.rows) == len(self.groups) == len(self.refs) == len(self.values):
            raise ValueError("rows, groups, refs and values of pairs must have the same length")


@dataclass(frozen=True, eq=False)
class Material:
    """n statements in input order."""

    statement_ids: tuple[str, ...]
    candidate_ids: tuple[str, ...]
    """Empty where no candidate file matches: such a statement has no pairs, and zeros for ``standing``."""
    texts: tuple[str, ...]
    """Text and reason in one, for the word head."""
    wordings: NDArray[np.str_]
    """Skeletons of the text, of the reason, and of the sentence that carries the request: (n, 3)."""
    vectors: Array
    """Unit vectors of the texts: (n, d)."""
    dense: Array
    """Text, and text and reason, as they stand and less the centre of their candidate's file: (n, 4d)."""
    cues: Array
    standing: Array
    status: Array
    """One column per status of ``STATUSES``: (n, 2)."""
    pairs: PairTable
    encoder_id: str

    def __len__(self) -> int:
        return len(self.statement_ids)

    def part(self, rows: Index) -> Material:
        """Some rows, in ascending order, with their pairs."""
        own = np.isin(self.pairs.rows, rows)
        pairs = PairTable(
            np.searchsorted(rows, self.pairs.rows[own]),
            self.pairs.groups[own],
            self.pairs.refs[own],
            self.pairs.values[own],
        )
        return Material(
            tuple(self.statement_ids[row] for row in rows),
            tuple(self.candidate_ids[row] for row in rows),
            tuple(self.texts[row] for row in rows),
            self.wordings[rows],
            self.vectors[rows],
            self.dense[rows],
            self.cues[rows],
            self.standing[rows],
            self.status[rows],
            pairs,
            self.encoder_id,
        )

    def grouped(self, folds: int, seed: int) -> list[Index]:
        """Rows in ``folds`` parts, every candidate whole in one of them; seeded, independent of row order.

        >>> none = PairTable(np.zeros(0, int), np.zeros(0, str), np.zeros(0, str), np.zeros((0, 1)))
        >>> ids = ("P2", "P1", "P2")
        >>> m = Material(("a", "b", "c"), ids, ("", "", ""), *[np.zeros((3, 1))] * 6, none, "e")
        >>> sorted(part.tolist() for part in m.grouped(2, seed=0))
        [[0, 2], [1]]
        """
        names = sorted(set(self.candidate_ids))
        np.random.default_rng(seed).shuffle(names)
        part = {name: k % folds for k, name in enumerate(names)}
        own = np.array([part[name] for name in self.candidate_ids], dtype=np.intp)
        return [np.flatnonzero(own == k) for k in range(min(folds, len(names)))]


@dataclass(frozen=True, eq=False)
class Lessons:
    """What people say of the statements of a ``Material``, row by row."""

    labels: NDArray[np.str_]
    coverage: NDArray[np.str_]
    """``stated``, ``reflected``, ``not_reflected``, or empty where the label is not ``share``."""
    contrary: NDArray[np.bool_]
    deciding: NDArray[np.bool_]
    """One per pair: this item decided it, or is the passage meant."""
