from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.steps.plane import principal_plane


@given(
    arrays(np.float32, st.tuples(st.integers(0, 12), st.integers(1, 6)), elements=st.floats(-1, 1, width=32))
)
def test_the_plane_lies_in_the_unit_square_and_is_the_same_every_time(vectors: np.ndarray) -> None:
    plane = principal_plane(vectors)
    assert plane.shape == (len(vectors), 2)
    assert ((plane >= -1e-9) & (plane <= 1 + 1e-9)).all()
    assert plane.tolist() == principal_plane(vectors.copy()).tolist()


def test_close_vectors_stand_close() -> None:
    rng = np.random.default_rng(0)
    near = rng.normal(size=8)
    vectors = np.vstack([near, near + 0.01, rng.normal(size=(20, 8))]).astype(np.float32)
    plane = principal_plane(vectors)
    assert np.linalg.norm(plane[0] - plane[1]) == pytest.approx(0, abs=0.02)
