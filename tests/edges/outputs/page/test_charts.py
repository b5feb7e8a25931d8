from __future__ import annotations

import numpy as np

from pipeline.edges.outputs.page.charts import Link, Node, columns, flow, scatter


def test_a_bar_of_nothing_is_not_drawn_and_takes_its_ribbons_along() -> None:
    nodes = [Node("a", 0, "甲", 3, "ink"), Node("b", 1, "乙", 3, "ink"), Node("c", 1, "丙", 0, "ink")]
    series = flow(nodes, [Link("a", "b", 3), Link("a", "c", 0)])["series"][0]
    assert [bar["name"] for bar in series["data"]] == ["a", "b"]
    assert series["links"] == [{"source": "a", "target": "b", "value": 3}]


def test_a_statement_keeps_its_place_in_the_list_and_looks_like_its_end() -> None:
    marks = scatter(np.array([[0.5, 0.25], [1, 0]]), ["excluded", "addressed"], [])["series"][0]["data"]
    assert [(mark["value"], mark["symbol"], mark["itemStyle"]["color"]) for mark in marks] == [
        ([0.5, 0.25], "rect", "var(--excluded)"),
        ([1, 0], "circle", "var(--addressed)"),
    ]


def test_a_name_near_the_edge_is_written_inwards_and_its_braces_are_no_placeholders() -> None:
    names = [("{b}", 0.01, 0.5), ("中", 0.5, 0.5), ("右", 0.99, 0.5)]
    signs = scatter(np.zeros((0, 2)), [], names)["series"][1]["data"]
    assert [sign["label"] for sign in signs] == [
        {"formatter": "｛b｝", "position": "right"},
        {"formatter": "中", "position": "top"},
        {"formatter": "右", "position": "left"},
    ]


def test_columns_are_stacked_in_the_order_given() -> None:
    drawn = columns(["一", "二"], [("addressed", [1, 2]), ("pending", [3, 4])])
    assert drawn["xAxis"]["data"] == ["一", "二"]
    assert [(one["stack"], one["itemStyle"]["color"], one["data"]) for one in drawn["series"]] == [
        ("all", "var(--addressed)", [1, 2]),
        ("all", "var(--pending)", [3, 4]),
    ]
