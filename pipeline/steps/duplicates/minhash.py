"""MinHash: which of a million texts are worth comparing, in linear time and memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]
"""Shape (m, 2): row numbers of two texts, the smaller first, no pair twice."""

_SHINGLE = 4
_BANDS = 20
_ROWS = 3
_CHUNK = 20_000
_MIX = np.uint64(0x9E3779B97F4A7C15)


def likely_pairs(texts: Sequence[str], blocks: NDArray[np.uint64]) -> Iterator[Pairs]:
    """Per band, the pairs of texts that probably share many of their 4-character runs.

    A pair with Jaccard similarity s meets in one of the 20 bands with probability 1 - (1 - s^3)^20: .93 at
    one half, .9998 at .7. Within a bucket a text meets the first and the previous one only, so that a
    bucket of a thousand copies costs two thousand comparisons, not a million.

    Args:
        texts: n texts, in an order that only their content decides.
        blocks: One number per text; texts of different blocks never meet. Shape (n,).

    Yields:
        20 arrays of pairs.

    Source: Broder (1997), On the resemblance and containment of documents; Leskovec et al., Mining of
        Massive Datasets, sec. 3.4.
    """
    if len(texts) < 2:
        return
    factors = np.random.default_rng(7).integers(1, 2**62, _BANDS * _ROWS, dtype=np.uint64) * 2 + 1
    keys = np.empty((_BANDS, len(texts)), dtype=np.uint64)
    for start in range(0, len(texts), _CHUNK):
        shingles, offsets = _shingles(texts[start : start + _CHUNK])
        for band in range(_BANDS):
            key = blocks[start : start + _CHUNK].copy()
            for factor in factors[band * _ROWS : (band + 1) * _ROWS]:
                key = (key ^ np.minimum.reduceat((shingles * factor) >> np.uint64(32), offsets)) * _MIX
                key ^= key >> np.uint64(29)
            keys[band, start : start + _CHUNK] = key
    for band in range(_BANDS):
        yield _meetings(keys[band])


def _shingles(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hashes of all runs of 4 characters, text after text, and where each text's runs begin."""
    padded = [text.ljust(_SHINGLE, "\0") for text in texts]
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    n_runs = len(codes) - _SHINGLE + 1
    rolled = np.zeros(n_runs, dtype=np.uint64)
    for k in range(_SHINGLE):
        rolled = rolled * np.uint64(0x100000001B3) + codes[k : n_runs + k]
    rolled = (rolled ^ (rolled >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    rolled ^= rolled >> np.uint64(27)
    inside = np.ones(len(codes), dtype=bool)
    for k in range(1, _SHINGLE):
        inside[np.cumsum(lengths) - k] = False
    counts = lengths - _SHINGLE + 1
    return rolled[inside[:n_runs]], np.cumsum(counts) - counts


def _meetings(keys: NDArray[np.uint64]) -> Pairs:
    """Each text with the first and with the previous one of its bucket."""
    order = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    starts = np.where(np.concatenate([[True], ~same]), np.arange(len(order)), 0)
    leaders = order[np.maximum.accumulate(starts)][1:][same]
    members = order[1:][same]
    pairs = np.stack(
        [np.concatenate([leaders, order[:-1][same]]), np.concatenate([members, members])], axis=1
    )
    return distinct_pairs(pairs)


def distinct_pairs(pairs: Pairs) -> Pairs:
    """The pairs with the smaller number first, each once, in order.

    >>> distinct_pairs(np.array([[2, 1], [0, 3], [1, 2]])).tolist()
    [[0, 3], [1, 2]]
    """
    if not len(pairs):
        return pairs.reshape(0, 2)
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    width = int(high.max()) + 1
    codes = np.unique(low * width + high)
    return np.stack([codes // width, codes % width], axis=1)
