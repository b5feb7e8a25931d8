from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.edges.outputs.page.charts import Link, Node, columns, flow, principal_plane, scatter


def test_a_bar_of_nothing_is_not_drawn_and_takes_its_ribbons_along() -> None:
    nodes = [Node("a", 0, "甲", 3, "ink"), Node("b", 1, "乙", 3, "ink"), Node("c", 1, "丙", 0, "ink")]
    drawn = flow(nodes, [Link("a", "b", 3, 3), Link("a", "c", 0, 0)])
    assert drawn.count("<rect") == 2
    assert drawn.count("<path") == 1
    assert "丙" not in drawn


def test_labels_are_escaped() -> None:
    assert "<b>" not in flow([Node("a", 0, "<b>", 1, "ink")], [])
    assert "<b>" not in columns([("<b>", [("ink", 1)])])
    assert "<b>" not in scatter(np.array([[0.5, 0.5]]), ["<b>"], ["ink"])


def test_nothing_to_draw_is_an_empty_drawing() -> None:
    assert flow([], []).count("<") == 2
    assert columns([]).count("<") == 2


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
