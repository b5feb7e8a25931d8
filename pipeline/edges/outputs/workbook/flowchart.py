"""Flowchart: the council's flowchart with its counts, as boxes and arrows that Excel draws."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook.layout import Box

HEIGHT = 448
"""Pixels the drawing is high."""
_LEFT, _MIDDLE, _RIGHT = (0, 230), (340, 270), (740, 290)
"""Left edge and width of the three columns of boxes."""
_HIGH, _STEP = 44, 78
"""Height of a box, and from one row of boxes to the next."""
_BROAD = 14
"""Breadth of an arrow's head."""


def flowchart(material: Material) -> tuple[Box, ...]:
    """Boxes, and the arrows between them, from the upper left corner of the drawing."""
    counts, ends = material.summary["counts"], material.summary["by_disposition"]
    shared = ends["addressed"] + ends["no_revision"] + ends["revision_request"]
    return (
        _box(0, "届いた行", counts["rows_in"], _MIDDLE),
        *_to_right(0, ""),
        _box(0, "意見なし・受付できない行", counts["rejected"], _RIGHT, "faint"),
        *_down(0, ""),
        _box(1, "意見", counts["opinions"], _MIDDLE),
        *_down(1, "論点に分ける"),
        _box(2, "Q1 共有すべきものか", counts["statements"], _MIDDLE),
        *_to_left(2, "迷う"),
        _box(2, "人の確認を待つ（未了）", ends["pending"], _LEFT, "open"),
        *_to_right(2, "いいえ"),
        _box(2, "除外（７区分）", ends["excluded"], _RIGHT, "faint"),
        *_down(2, "はい"),
        _box(3, "Q2 方針案に記載があるか", shared, _MIDDLE),
        *_to_right(3, "はい"),
        _box(3, "対応済み（修正意見としない）", ends["addressed"], _RIGHT, "settled"),
        *_down(3, "いいえ"),
        _box(4, "Q3 方針案全体に方向性が反映か", shared - ends["addressed"], _MIDDLE),
        *_to_right(4, "はい"),
        _box(4, "修正意見は出さない", ends["no_revision"], _RIGHT, "settled"),
        *_down(4, "いいえ"),
        _box(5, "修正を求める協議（案）", ends["revision_request"], _MIDDLE, "strong"),
    )


def _top(row: int) -> int:
    return 6 + row * _STEP


def _box(row: int, name: str, n: int, column: tuple[int, int], style: str = "box") -> Box:
    return Box(f"{name}　{n:,}", (column[0], _top(row)), (column[1], _HIGH), style)


def _to_right(row: int, words: str) -> Iterator[Box]:
    yield from _across(row, sum(_MIDDLE), _RIGHT[0], "矢印（右）", words)


def _to_left(row: int, words: str) -> Iterator[Box]:
    yield from _across(row, sum(_LEFT), _MIDDLE[0], "矢印（左）", words)


def _across(row: int, start: int, end: int, arrow: str, words: str) -> Iterator[Box]:
    y = _top(row) + _HIGH // 2
    yield Box("", (start, y - _BROAD // 2), (end - start, _BROAD), "arrow", arrow)
    if words:
        yield Box(words, (start, y - 30), (end - start, 24), "words")


def _down(row: int, words: str) -> Iterator[Box]:
    x, start, end = _MIDDLE[0] + _MIDDLE[1] // 2, _top(row) + _HIGH, _top(row + 1)
    yield Box("", (x - _BROAD // 2, start), (_BROAD, end - start), "arrow", "矢印（下）")
    if words:
        yield Box(words, (x + 4, start + 4), (110, 24), "words")
