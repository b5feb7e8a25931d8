"""Neighbours: the strongest links among many rows, without looking at every pair where there are too many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]

MOST = 50
"""At most this many links of a row are kept: a theme of more statements hangs together all the same."""
ALL_PAIRS = 1_800
"""Up to so many rows every pair is looked at."""
_CELL = 400
_CELLS_EACH = 3
_BLOCK = 256


@dataclass(frozen=True, eq=False)
class Links:
    """Pairs of rows, ``first`` below ``second``, each pair once, in order; three arrays of shape (m,)."""

    first: Rows
    second: Rows
    strength: NDArray[np.float64]

    @classmethod
    def of(cls, links: Sequence[tuple[int, int, float]]) -> Links:
        """Links given one by one."""
        table = np.array(links, dtype=np.float64).reshape(-1, 3)
        return cls(table[:, 0].astype(np.int64), table[:, 1].astype(np.int64), table[:, 2])


def strongest_links(
    vectors: NDArray[np.float32],
    strength: Callable[[Rows, Rows], NDArray[np.floating]],
    floor: float,
    most: int = MOST,
) -> Links:
    """Links of ``floor`` or more: all pairs up to 1,800 rows, beyond that pairs of near cells.

    Args:
        vectors: Shape (n, d), in an order that only the rows' content decides; cells are made by them.
        strength: Of every row of one set with every row of another, shape (len(first), len(second)).
        floor: Weaker links are left out.
        most: So are those beyond a row's strongest, this many of each cell.

    Returns:
        Each pair once, in order.
    """
    n = len(vectors)
    codes, values = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for cell in cells(vectors):
        for start in range(0, len(cell), _BLOCK):
            block = cell[start : start + _BLOCK]
            found = np.asarray(strength(block, cell), dtype=np.float64)
            found[np.arange(len(block)), np.arange(start, start + len(block))] = -np.inf
            rows, columns = np.nonzero(found >= _least(found, floor, most))
            left, right = block[rows], cell[columns]
            codes.append(np.minimum(left, right) * n + np.maximum(left, right))
            values.append(found[rows, columns])
    pairs, index = np.unique(np.concatenate(codes), return_index=True)
    kept = np.concatenate(values)[index]
    return Links(pairs // max(n, 1), pairs % max(n, 1), kept)


def _least(found: NDArray[np.float64], floor: float, most: int) -> NDArray[np.float64]:
    """Per row, what a link needs to be among the strongest; shape (n, 1)."""
    if found.shape[1] <= most:
        return np.full((len(found), 1), floor)
    strongest = np.partition(found, -most, axis=1)[:, -most]
    return np.maximum(strongest, floor)[:, None]


def cells(vectors: NDArray[np.float32]) -> list[Rows]:
    """One cell up to 1,800 rows; beyond that, cells around pivots, each row in its three nearest.

    Pivots are the first rows in content order: no seed, no iteration.

    Example:
        >>> [cell.tolist() for cell in cells(np.eye(3, dtype=np.float32))]
        [[0, 1, 2]]
    """
    n = len(vectors)
    if n <= ALL_PAIRS:
        return [np.arange(n)]
    pivots = vectors[: n // _CELL]
    near = np.argpartition(-(vectors @ pivots.T), _CELLS_EACH - 1, axis=1)[:, :_CELLS_EACH]
    return [np.flatnonzero((near == cell).any(axis=1)) for cell in range(len(pivots))]
