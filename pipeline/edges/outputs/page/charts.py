"""Charts: inline SVG laid out by hand, coloured by the page's style sheet, every label text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray


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
    """A ribbon from one node to another; ``out`` leaves the one, ``value`` arrives at the other."""

    source: str
    target: str
    value: int
    out: int


WIDTH, HEIGHT, BAR, GAP, TOP, LABEL = 1040, 470, 14, 13, 6, 21


def flow(nodes: Sequence[Node], links: Sequence[Link]) -> Markup:
    """A Sankey diagram: bars in columns, ribbons as wide as what flows.

    Args:
        nodes: In the order they stand from top to bottom in their columns; empty ones are left out.
        links: In the order they leave and arrive, top to bottom.

    Returns:
        One ``<svg>``; its meaning is repeated in a table beside it, so it is hidden from screen readers.
    """
    shown = [node for node in nodes if node.value]
    at = _places(shown)
    left: dict[str, float] = {key: place[1] for key, place in at.items()}
    entered = dict(left)
    scale = _scale(shown)
    tones = {node.key: node.tone for node in shown}
    parts = []
    for link in links:
        if link.source not in at or link.target not in at or not link.value:
            continue
        x0, x1 = at[link.source][0] + BAR, at[link.target][0]
        y0, y1 = left[link.source], entered[link.target]
        h0, h1 = link.out * scale, link.value * scale
        left[link.source] += h0
        entered[link.target] += h1
        parts.append(_ribbon((x0, y0, h0), (x1, y1, h1), tones[link.target]))
    parts += [_bar(node, at[node.key], scale) for node in shown]
    return _svg(WIDTH, HEIGHT, "flow", parts)


def _scale(nodes: Sequence[Node]) -> float:
    """Pixels per unit, so that the fullest column fits."""
    columns: dict[int, list[int]] = {}
    for node in nodes:
        columns.setdefault(node.column, []).append(node.value)
    room = [(HEIGHT - TOP - LABEL * len(column)) / sum(column) for column in columns.values()]
    return max(0.0, min(room, default=0.0))


def _places(nodes: Sequence[Node]) -> dict[str, tuple[float, float]]:
    """Left and upper edge of each bar; every column stands in the middle of the height."""
    scale, n_columns = _scale(nodes), max((node.column for node in nodes), default=0) + 1
    step = (WIDTH - 210) / max(1, n_columns - 1)
    used: dict[int, float] = {}
    for node in nodes:
        used[node.column] = used.get(node.column, -GAP) + max(node.value * scale + GAP, LABEL)
    below = {column: TOP + (HEIGHT - TOP - height) / 2 for column, height in used.items()}
    found = {}
    for node in nodes:
        found[node.key] = (node.column * step, below[node.column])
        below[node.column] += max(node.value * scale + GAP, LABEL)
    return found


def _bar(node: Node, place: tuple[float, float], scale: float) -> Markup:
    x, y = place
    height = max(node.value * scale, 1.5)
    return Markup(
        '<rect class="{tone}" x="{x:.1f}" y="{y:.1f}" width="{w}" height="{h:.1f}" rx="2"/>'
        '<text x="{tx:.1f}" y="{ty:.1f}"><tspan>{name}</tspan> <tspan class="n">{n:,}</tspan></text>'
    ).format(
        tone=node.tone,
        x=x,
        y=y,
        w=BAR,
        h=height,
        tx=x + BAR + 7,
        ty=y + min(height / 2, 40) + 4,
        name=node.name,
        n=node.value,
    )


def _ribbon(start: tuple[float, float, float], end: tuple[float, float, float], tone: str) -> Markup:
    (x0, y0, h0), (x1, y1, h1) = start, end
    mid = (x0 + x1) / 2
    path = (
        f"M{x0:.1f},{y0:.1f}C{mid:.1f},{y0:.1f} {mid:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
        f"V{y1 + h1:.1f}C{mid:.1f},{y1 + h1:.1f} {mid:.1f},{y0 + h0:.1f} {x0:.1f},{y0 + h0:.1f}Z"
    )
    return Markup('<path class="ribbon {}" d="{}"/>').format(tone, path)


def scatter(points: NDArray[np.float64], ids: Sequence[str], tones: Sequence[str]) -> Markup:
    """A map: one mark per statement, its shape and colour by ``tones``.

    Args:
        points: Shape (n, 2), each column in [0, 1].
        ids: n ids, put on the marks so that the page can find them.
        tones: n tones.
    """
    width, height, pad = 1040, 560, 16
    marks = []
    for (x, y), key, tone in zip(points, ids, tones, strict=True):
        px, py = pad + float(x) * (width - 2 * pad), pad + (1 - float(y)) * (height - 2 * pad)
        marks.append(
            Markup('<use href="#m-{t}" class="mark {t}" data-id="{k}" x="{x:.1f}" y="{y:.1f}"/>').format(
                t=tone, k=key, x=px, y=py
            )
        )
    return _svg(width, height, "map", marks)


def columns(values: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> Markup:
    """Stacked columns: for each name, parts (tone, count) from the bottom up."""
    width, height, base = 520, 180, 150
    top = max((sum(n for _, n in parts) for _, parts in values), default=0) or 1
    step = width / max(1, len(values))
    drawn: list[Markup] = []
    for i, (name, parts) in enumerate(values):
        y = float(base)
        for tone, n in parts:
            h = n / top * (base - 16)
            y -= h
            rect = '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
            drawn.append(Markup(rect).format(tone, i * step + 3, y, step - 6, h))
        label = '<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>'
        drawn.append(Markup(label).format(i * step + step / 2, base + 18, name))
    return _svg(width, height, "columns", drawn)


def principal_plane(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """The plane in which the vectors spread most, for the picture only; signs fixed, so runs agree.

    Args:
        vectors: Shape (n, d).

    Returns:
        Shape (n, 2), each column stretched to [0, 1]; all 0.5 where there is no spread.

    Example:
        >>> principal_plane(np.array([[0, 0], [1, 0], [2, 0]], dtype=np.float32)).tolist()
        [[0.0, 0.5], [0.5, 0.5], [1.0, 0.5]]
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


def _svg(width: int, height: int, name: str, parts: Iterable[Markup]) -> Markup:
    head = Markup('<svg class="{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">')
    return head.format(name, width, height) + Markup("").join(escape(p) for p in parts) + Markup("</svg>")
