"""Average linkage on a sparse graph: what is not linked counts as probability zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.steps.themes.neighbours import Links, Rows


def average_linkage(
    n: int, links: Links, threshold: float, settled: Sequence[Sequence[int]] = ()
) -> NDArray[np.int64]:
    """Merge the two closest groups as long as their mean link is at least ``threshold``.

    Only linked groups can merge, so far-away statements never influence each other. Each group is followed
    to its nearest, and that one to its own, until two are each other's nearest: they merge. Average linkage
    is reducible, so this ends in the groups that merging the closest pair first would give, at a cost that
    grows with the number of links and no faster.

    Args:
        n: Number of nodes, numbered in an order that only their content decides (it breaks ties).
        links: Of these nodes.
        threshold: Lower bound of the mean over all pairs between two groups, in (0, 1).
        settled: Groups of nodes that stay together and never merge with each other; others may join them.

    Returns:
        Group of each node, shape (n,): the smallest node number in it.

    Example:
        >>> chain = Links.of([(0, 1, 0.9), (1, 2, 0.5), (0, 2, 0.4)])
        >>> average_linkage(4, chain, 0.5).tolist()
        [0, 0, 2, 3]
        >>> average_linkage(4, chain, 0.4).tolist()
        [0, 0, 0, 3]
        >>> average_linkage(4, chain, 0.4, [[0], [2, 3]]).tolist()
        [0, 0, 2, 2]

    Source: UPGMA, Sokal & Michener (1958); nearest-neighbour chains, Murtagh (1983).
    """
    groups = _Groups(n, links, threshold, settled)
    pending = list(range(n))[::-1]
    while pending:
        start = pending.pop()
        chain = [start] if groups.members[start] else []
        while chain:
            before = chain[-2] if len(chain) > 1 else -1
            nearest, mean = groups.nearest(chain[-1], before)
            if mean < threshold:
                chain.pop()
            elif nearest == before:
                pending.append(groups.merge(chain.pop(), chain.pop()))
            else:
                chain.append(nearest)
    return groups.of_nodes()


class _Groups:
    """Groups of nodes, named by the smallest in each, and the sums of the links between them."""

    def __init__(self, n: int, links: Links, threshold: float, settled: Sequence[Sequence[int]]) -> None:
        self.members: list[list[int]] = [[i] for i in range(n)]
        self._sums: list[dict[int, float]] = [{} for _ in range(n)]
        self._is_settled = np.zeros(n, dtype=bool)
        for nodes in settled:
            self._is_settled[min(nodes)] = True
            self.members[min(nodes)] = sorted(nodes)
            for node in set(nodes) - {min(nodes)}:
                self.members[node] = []
        root = self.of_nodes()
        first, second = root[links.first], root[links.second]
        kept = _within_reach(n, Links(first, second, links.strength), threshold)
        kept &= (first != second) & ~(self._is_settled[first] & self._is_settled[second])
        columns = (first[kept].tolist(), second[kept].tolist(), links.strength[kept].tolist())
        for i, j, strength in zip(*columns, strict=True):
            self._sums[i][j] = self._sums[j][i] = self._sums[i].get(j, 0.0) + strength

    def nearest(self, group: int, before: int) -> tuple[int, float]:
        """The group of the highest mean link, and that mean; of equals ``before``, or the first."""
        nearest, highest = -1, 0.0
        for other, total in self._sums[group].items():
            mean = total / len(self.members[other])
            if mean > highest or (mean == highest and (other == before or other < nearest != before)):
                nearest, highest = other, mean
        return nearest, highest / len(self.members[group])

    def merge(self, one: int, other: int) -> int:
        """Make two groups one; what joins a settled group no longer belongs to any other."""
        a, b = min(one, other), max(one, other)
        self.members[a] += self.members[b]
        self.members[b] = []
        mine, its = self._sums[a], self._sums[b]
        del mine[b], its[a]
        for third, total in its.items():
            del self._sums[third][b]
            mine[third] = self._sums[third][a] = mine.get(third, 0.0) + total
        its.clear()
        if self._is_settled[a] or self._is_settled[b]:
            self._is_settled[a] = True
            for third in [third for third in mine if self._is_settled[third]]:
                del mine[third], self._sums[third][a]
        return a

    def of_nodes(self) -> Rows:
        """The group of each node, shape (n,)."""
        found = np.arange(len(self.members), dtype=np.int64)
        for root, nodes in enumerate(self.members):
            found[nodes] = root
        return found


def _within_reach(n: int, links: Links, threshold: float) -> NDArray[np.bool_]:
    """Which links may count, shape (m,): between nodes no chain of strong links joins, nothing merges."""
    strong = links.strength >= threshold
    edges = (np.ones(int(strong.sum())), (links.first[strong], links.second[strong]))
    _, part = connected_components(coo_array(edges, shape=(n, n)), directed=False)
    kept: NDArray[np.bool_] = part[links.first] == part[links.second]
    return kept
