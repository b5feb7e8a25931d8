"""Plane: where each statement stands on the map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def principal_plane(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The plane in which the vectors spread most, for the picture only; signs fixed, so runs agree.

    Args:
        vectors: Shape (n, d).

    Returns:
        Shape (n, 2), each column stretched to [0, 1]; all 0.5 where there is no spread.

    Example:
        >>> principal_plane(np.array([[0, 0], [1, 0], [2, 0]], dtype=np.float32)).tolist()
        [[0.0, 0.5], [0.5, 0.5], [1.0, 0.5]]

    Source: principal components, Pearson (1901), On lines and planes of closest fit.
    """
    n, d = vectors.shape
    if n < 2 or d < 2:
        return np.full((n, 2), 0.5)
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    plane = axes[:, [-1, -2]]
    plane = plane * np.where(plane[np.abs(plane).argmax(axis=0), [0, 1]] < 0, -1, 1)
    flat = centred @ plane
    low, spread = flat.min(axis=0), np.ptp(flat, axis=0)
    is_flat = spread < 1e-9
    stretched: NDArray[np.float64] = np.where(is_flat, 0.5, (flat - low) / np.where(is_flat, 1, spread))
    return stretched
