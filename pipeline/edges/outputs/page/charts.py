"""Charts: what ECharts is asked to draw, as plain data; colours are those of the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Option = dict[str, Any]
FLOW, MAP, COLUMNS, WIDE = (1040, 500), (1040, 600), (520, 220), (1040, 240)
"""Width and height each kind of chart is laid out for."""
_LETTERS = {"fontFamily": "inherit", "fontSize": 15, "color": "var(--ink)"}
_ON_RIBBON = {**_LETTERS, "textBorderColor": "var(--paper)", "textBorderWidth": 3}
"""A name may stand across the edge of a ribbon."""
_SMALL = {**_LETTERS, "fontSize": 13, "color": "var(--soft)"}
_STAR = "path://M0-8.5 2.4-2.9 8.4-2.6 3.7 1.2 5.2 7 0 3.7-5.2 7-3.7 1.2-8.4-2.6-2.4-2.9Z"
SYMBOLS = {
    "excluded": ("rect", 11),
    "addressed": ("circle", 12),
    "no_revision": ("diamond", 15),
    "revision_request": ("triangle", 14),
    "pending": (_STAR, 16),
}
"""Mark and size per end of the flowchart, so that the map reads in grey."""


_NEAR_EDGE = 0.15
"""A name so near to an edge of the map is written inwards."""


@dataclass(frozen=True)
class Node:
    """A bar of the flow: where it stands (0 is the leftmost column), how much, and what it is called."""

    key: str
    column: int
    name: str
    value: int
    tone: str


@dataclass(frozen=True)
class Link:
    """A ribbon from one node to another, as wide as ``value``."""

    source: str
    target: str
    value: int


def flow(nodes: Sequence[Node], links: Sequence[Link]) -> Option:
    """A Sankey diagram; bars and ribbons of nothing are left out.

    Args:
        nodes: In the order they stand from top to bottom in their columns.
        links: Between them; what flows into a bar flows out of it.
    """
    shown = {node.key for node in nodes if node.value}
    series = {
        "type": "sankey",
        "left": 2,
        "right": 190,
        "top": 8,
        "bottom": 8,
        "nodeWidth": 12,
        "nodeGap": 17,
        "layoutIterations": 0,
        "emphasis": {"disabled": True},
        "label": {"distance": 8, "rich": {"name": _ON_RIBBON, "n": {**_ON_RIBBON, "fontWeight": 700}}},
        "lineStyle": {"color": "gradient", "opacity": 1, "curveness": 0.5},
        "data": [_bar(node) for node in nodes if node.key in shown],
        "links": [
            {"source": link.source, "target": link.target, "value": link.value}
            for link in links
            if link.value and {link.source, link.target} <= shown
        ],
    }
    return {"series": [series]}


def _bar(node: Node) -> Option:
    return {
        "name": node.key,
        "depth": node.column,
        "itemStyle": {
            "color": f"var(--{node.tone})",
            "borderRadius": 2,
            "borderColor": "var(--edge)",
            "borderWidth": 0.5,
        },
        "label": {"formatter": f"{{name|{_plain(node.name)}}}{{n| {node.value:,}}}"},
    }


def scatter(
    points: NDArray[np.float64], tones: Sequence[str], names: Sequence[tuple[str, float, float]]
) -> Option:
    """A map: one mark per statement, in the order given, its shape and colour by ``tones``.

    Args:
        points: Shape (n, 2), each column in [0, 1].
        tones: n ends of the flowchart.
        names: What stands where on the map: text and place, the most important first; those that would
            cover another one are left out.
    """
    marks = [
        {
            "value": [round(float(x), 4), round(float(y), 4)],
            "symbol": SYMBOLS[tone][0],
            "symbolSize": SYMBOLS[tone][1],
            "itemStyle": {"color": f"var(--{tone})"},
        }
        for (x, y), tone in zip(points, tones, strict=True)
    ]
    signs = [_sign(*name) for name in names]
    axis = {"type": "value", "min": 0, "max": 1, "show": False}
    return {
        "grid": {"left": 18, "right": 18, "top": 18, "bottom": 18},
        "xAxis": axis,
        "yAxis": axis,
        "series": [
            {
                "type": "scatter",
                "data": marks,
                "emphasis": {"disabled": True},
                "itemStyle": {"borderColor": "var(--edge)", "borderWidth": 0.8, "opacity": 0.95},
            },
            {
                "type": "scatter",
                "data": signs,
                "silent": True,
                "z": 3,
                "label": {
                    **_LETTERS,
                    "show": True,
                    "fontSize": 14,
                    "fontWeight": 700,
                    "textBorderColor": "var(--card)",
                    "textBorderWidth": 4,
                },
                "labelLayout": {"hideOverlap": True},
            },
        ],
    }


def _sign(text: str, x: float, y: float) -> Option:
    side = "right" if x < _NEAR_EDGE else "left" if x > 1 - _NEAR_EDGE else "top"
    return {"value": [x, y], "label": {"formatter": _plain(text), "position": side}, "symbolSize": 0}


def columns(names: Sequence[str], parts: Sequence[tuple[str, Sequence[int]]]) -> Option:
    """Stacked columns.

    Args:
        names: n names under the columns.
        parts: From the bottom up: tone, and n counts.
    """
    line = {"lineStyle": {"color": "var(--line)"}}
    return {
        "grid": {"left": 40, "right": 4, "top": 14, "bottom": 30},
        "xAxis": {
            "type": "category",
            "data": list(names),
            "axisLabel": {**_SMALL, "hideOverlap": True},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": "var(--soft)"}},
        },
        "yAxis": {"type": "value", "minInterval": 1, "axisLabel": _SMALL, "splitLine": line},
        "series": [
            {
                "type": "bar",
                "stack": "all",
                "barCategoryGap": "16%",
                "barMaxWidth": 46,
                "emphasis": {"disabled": True},
                "itemStyle": {"color": f"var(--{tone})", "borderColor": "var(--edge)", "borderWidth": 0.5},
                "data": list(counts),
            }
            for tone, counts in parts
        ],
    }


def _plain(text: str) -> str:
    """Text from outside as it is: braces would be read as placeholders."""
    return text.replace("{", "｛").replace("}", "｝")
