"""Average linkage on a sparse graph: what is not linked counts as probability zero."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def average_linkage(n: int, links: Iterable[tuple[int, int, float]], threshold: float) -> NDArray[np.int64]:
    """Merge the two closest groups as long as their mean link is at least ``threshold``.

    Only linked groups can merge, so far-away statements never influence each other, and the cost grows
    with the number of links, not with n squared.

    Args:
        n: Number of nodes, numbered in an order that only their content decides (it breaks ties).
        links: ``(i, j, probability)`` with i != j, each pair once.
        threshold: Lower bound of the mean over all pairs between two groups, in (0, 1).

    Returns:
        Group of each node, shape (n,): the smallest node number in it.

    Example:
        >>> average_linkage(4, [(0, 1, 0.9), (1, 2, 0.5), (0, 2, 0.2)], 0.4).tolist()
        [0, 0, 2, 3]
        >>> average_linkage(4, [(0, 1, 0.9), (1, 2, 0.5), (0, 2, 0.4)], 0.4).tolist()
        [0, 0, 0, 3]

    Source: UPGMA, Sokal & Michener (1958), with lazy deletion from a heap.
    """
    sums: list[dict[int, float]] = [{} for _ in range(n)]
    for i, j, probability in links:
        sums[i][j] = sums[j][i] = probability
    size = [1] * n
    group = np.arange(n, dtype=np.int64)
    heap = [(-p, i, j) for i in range(n) for j, p in sums[i].items() if i < j and p >= threshold]
    heapq.heapify(heap)
    members: list[list[int]] = [[i] for i in range(n)]
    while heap:
        value, a, b = heapq.heappop(heap)
        if not members[a] or not members[b] or -value != sums[a][b] / (size[a] * size[b]):
            continue
        members[a] += members[b]
        members[b] = []
        size[a] += size[b]
        del sums[a][b]
        for other, total in sums[b].items():
            if other != a:
                del sums[other][b]
                sums[a][other] = sums[other][a] = sums[a].get(other, 0.0) + total
        sums[b] = {}
        for other, total in sums[a].items():
            mean = total / (size[a] * size[other])
            if mean >= threshold:
                heapq.heappush(heap, (-mean, min(a, other), max(a, other)))
    for root, nodes in enumerate(members):
        group[nodes] = root
    return group
