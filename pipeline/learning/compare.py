"""From similarities to features: what stands out for a statement, and each pair by itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from pipeline.candidates import LedgerItem, Section
from pipeline.learning.similarity import MEASURES

Array = NDArray[np.float64]
SECTIONS: tuple[Section, ...] = (
    "scope_in",
    "scope_out",
    "answered",
    "measures",
    "alternative_parts",
    "draft",
)
DECIDING: tuple[Section, ...] = ("scope_out", "answered", "measures", "alternative_parts")
GROUPS: dict[str, tuple[Section, ...]] = {
    "answer": ("answered", "measures"),
    "alternative": ("alternative_parts",),
    "outside": ("scope_out",),
    "passage": ("draft",),
}
"""What is asked of a pair: does the item answer it, is it the part done otherwise, is it named as outside,
is it the passage meant."""
STATUSES = ("alternative_method", "partial_alternative")
_TINY = 1e-6


class Pairs(NamedTuple):
    """n statements beside the t items of one candidate's file that could decide them."""

    groups: NDArray[np.str_]
    """The group of ``GROUPS`` each item belongs to, shape (t,)."""
    items: NDArray[np.intp]
    """Its place among the items given, shape (t,)."""
    values: Array
    """Shape (n, t, p)."""


def standing_features(close: Array, sections: Sequence[Section]) -> Array:
    """What stands out in each section, for n statements of one candidate.

    Args:
        close: Similarities, shape (n, m, k).
        sections: The section of each of the m items.

    Returns:
        Shape (n, 30k): per measure and section the best, its z-score and the second best; per deciding
        section its lead over the draft and over the scope, and its rank.
    """
    kind = np.array(sections)
    columns: list[Array] = []
    for measure in range(close.shape[2]):
        values = close[:, :, measure]
        mean, spread = values.mean(axis=1), values.std(axis=1) + _TINY
        best: dict[str, Array] = {}
        for section in SECTIONS:
            top, second = _two_best(values[:, kind == section], mean - spread)
            best[section] = top
            columns += [top, (top - mean) / spread, second]
        for section in DECIDING:
            rank = np.log1p((values > best[section][:, None]).sum(axis=1))
            columns += [best[section] - best["draft"], best[section] - best["scope_in"], rank]
    return np.stack(columns, axis=1)


def closest(standing: Array) -> Array:
    """The best dense closeness of each text to anything in its candidate's file, shape (n,)."""
    start = MEASURES.index("dense_text") * (3 * len(SECTIONS) + 3 * len(DECIDING))
    best: Array = standing[:, start : start + 3 * len(SECTIONS) : 3].max(axis=1, initial=-1)
    return best


def pairs(close: Array, items: Sequence[LedgerItem], pointed: Array) -> Pairs:
    """Every statement beside every item that could decide it; no other statement is looked at.

    Args:
        close: Similarities, shape (n, m, k).
        items: The m items.
        pointed: How the sender's section field points at each item, shape (n, m, 3).

    Returns:
        Per group and item: the similarities, the same standardized over all items, their lead over the rest
        of the group, places and distances, and ``pointed``.
    """
    z = (close - close.mean(axis=1, keepdims=True)) / (close.std(axis=1, keepdims=True) + _TINY)
    overall = z.mean(axis=2)
    kind = np.array([item.section for item in items])
    draft, scope = (_max_or_zero(overall, kind == section)[:, None] for section in ("draft", "scope_in"))
    place = _places(overall)
    groups: list[str] = []
    chosen: list[int] = []
    blocks: list[Array] = []
    for group, sections in GROUPS.items():
        own = np.flatnonzero(np.isin(kind, sections))
        groups += [group] * len(own)
        chosen += own.tolist()
        mine = overall[:, own]
        extra = [
            _places(mine),
            mine,
            mine - draft,
            mine - scope,
            place[:, own],
            np.broadcast_to([float(len(items[item].text)) for item in own.tolist()], mine.shape),
            np.broadcast_to(kind[own] == "measures", mine.shape),
        ]
        parts = [close[:, own], z[:, own], _leads(z[:, own]), np.stack(extra, axis=2), pointed[:, own]]
        blocks.append(np.concatenate(parts, axis=2))
    return Pairs(
        np.array(groups, dtype=np.str_), np.array(chosen, dtype=np.intp), np.concatenate(blocks, axis=1)
    )


def _places(values: Array) -> Array:
    """How many items of a row are closer than each, (n, m).

    >>> _places(np.array([[0.5, 0.9, 0.5]])).tolist()
    [[1.0, 0.0, 1.0]]
    """
    found: Array = rankdata(-values, method="min", axis=1) - 1.0
    return found


def _leads(z: Array) -> Array:
    """How far each item is ahead of the best of the others, (n, c, k); of 0 where it is alone."""
    if z.shape[1] < 2:
        return z
    best = z.argmax(axis=1)
    top = np.take_along_axis(z, best[:, None], axis=1)
    others = z.copy()
    np.put_along_axis(others, best[:, None], -np.inf, axis=1)
    is_best = np.arange(z.shape[1])[None, :, None] == best[:, None]
    lead: Array = z - np.where(is_best, others.max(axis=1, keepdims=True), top)
    return lead


def pointing(sections: Sequence[str], items: Sequence[LedgerItem]) -> Array:
    """How the section field (「3(6)占用料」) points at each passage: by number, chapter or words.

    Returns:
        Shape (n, m, 3), zero for items that are no passages.

    Example:
        >>> p = LedgerItem("p09", "draft", "3(6)占用料の算定と財務会計 占用料の算定結果は、調定に…")
        >>> pointing(["3(6)占用料", "3", "全般"], [p])[:, 0, :2].tolist()
        [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    headings = [_heading(item) for item in items]
    rows = [[_points(section, heading) for heading in headings] for section in sections]
    return np.array(rows, dtype=np.float64).reshape(len(sections), len(items), 3)


def _heading(item: LedgerItem) -> tuple[str, str, str] | None:
    match = re.match(r"(\d+)\s*(?:\((\d+)\))?\s*(\S*)", item.text) if item.section == "draft" else None
    return (match[1], match[2] or "", match[3]) if match else None


def _points(section: str, heading: tuple[str, str, str] | None) -> tuple[float, float, float]:
    if heading is None:
        return (0.0, 0.0, 0.0)
    chapter, part, words = heading
    named = re.findall(r"\d+[(]\d+[)]|\d+", re.sub(r"\s", "", section))
    whole = f"{chapter}({part})" if part else chapter
    exact = whole in named
    parent = not exact and any(n == chapter or n.startswith(chapter + "(") for n in named)
    said = re.sub(r"[\d()\s,、・]", "", section)
    common = {said[i : i + 2] for i in range(len(said) - 1)} & {
        words[i : i + 2] for i in range(len(words) - 1)
    }
    return (float(exact), float(parent), len(common) / max(1, len(words) - 1))


def _two_best(values: Array, none: Array) -> tuple[Array, Array]:
    if values.shape[1] == 0:
        return none, none
    ordered = np.sort(values, axis=1)[:, ::-1]
    return ordered[:, 0], ordered[:, 1] if values.shape[1] > 1 else none


def _max_or_zero(values: Array, chosen: NDArray[np.bool_]) -> Array:
    if not chosen.any():
        return np.zeros(len(values))
    best: Array = values[:, chosen].max(axis=1)
    return best


__all__ = ["GROUPS", "MEASURES", "SECTIONS", "STATUSES", "Pairs", "pairs", "pointing", "standing_features"]
