from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from pipeline.edges.outputs.page.charts import FLOW, MAP, Link, Node, columns, flow, scatter
from pipeline.edges.outputs.page.drawing import Pen


@pytest.fixture(scope="module")
def pen() -> Iterator[Pen]:
    with Pen() as pen:
        yield pen


def test_labels_are_escaped(pen: Pen) -> None:
    for option in (
        flow([Node("a", 0, "<b>", 1, "ink"), Node("b", 1, "乙", 1, "ink")], [Link("a", "b", 1)]),
        columns(["<b>"], [("ink", [1])]),
        scatter(np.array([[0.5, 0.5]]), ["excluded"], [("<b>", 0.5, 0.5)]),
    ):
        drawn = pen.draw(option, FLOW, "<b>")
        assert "<b>" not in drawn
        assert drawn.count("&lt;b&gt;") >= 2


def test_the_drawing_brings_no_colours_of_its_own_and_loads_nothing(pen: Pen) -> None:
    drawn = pen.draw(
        flow([Node("a", 0, "甲", 1, "ink"), Node("b", 1, "乙", 1, "excluded")], [Link("a", "b", 1)]),
        FLOW,
        "流れ",
    )
    assert "var(--ink)" in drawn
    assert "var(--excluded)" in drawn
    assert "http" not in drawn
    assert "<style" not in drawn


def test_every_mark_says_which_statement_it_is(pen: Pen) -> None:
    places = np.linspace(0, 1, 20).reshape(10, 2)
    drawn = pen.draw(scatter(places, ["excluded", "pending"] * 5, [("名前", 0.5, 0.5)]), MAP, "地図")
    assert [drawn.count(f'ecmeta_series_index="0" ecmeta_data_index="{i}"') for i in range(11)] == [
        1
    ] * 10 + [0]


def test_the_same_chart_is_drawn_the_same(pen: Pen) -> None:
    option = columns(["一"], [("pending", [3])])
    with Pen() as other, Pen() as third:
        assert other.draw(option, MAP, "図") == third.draw(option, MAP, "図")


def test_nothing_to_draw_is_an_empty_drawing(pen: Pen) -> None:
    for option in (flow([], []), scatter(np.zeros((0, 2)), [], [])):
        assert (
            pen.draw(option, (20, 10), "空") == '<svg viewBox="0 0 20 10" role="img" aria-label="空">\n</svg>'
        )
