"""Layout: a sheet as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["text", "wrap", "number", "share", "blank"]
Value = str | int | float
FIRST_ROW = 4
"""Row of a table's first entry as Excel counts: title, note and headings stand above it."""
INK, LINE, PAPER = "#1B2A41", "#C9CED6", "#F4F5F7"
_BASE = {"font_name": "BIZ UDPゴシック", "font_size": 10, "valign": "top"}
_BODY = {**_BASE, "border": 1, "border_color": LINE}
_STRONG = {"bold": True, "bg_color": PAPER}
FORMATS: dict[str, dict[str, Any]] = {
    "title": {**_BASE, "font_size": 16, "bold": True, "font_color": INK, "valign": "vcenter"},
    "section": {**_BASE, "font_size": 12, "bold": True, "font_color": INK, "bottom": 2, "bottom_color": INK},
    "note": {**_BASE, "font_color": "#4A5568", "text_wrap": True},
    "plain": {**_BASE, "text_wrap": True},
    "head": {
        **_BODY,
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": INK,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
    },
    "text": {**_BODY, "indent": 1},
    "wrap": {**_BODY, "text_wrap": True},
    "number": {**_BODY, "num_format": "#,##0", "align": "right", "indent": 1},
    "figure": {**_BODY, "num_format": "#,##0", "align": "right", "valign": "vcenter", "indent": 1},
    "total": {**_BODY, "num_format": "#,##0", "align": "right", "valign": "vcenter", "indent": 1, **_STRONG},
    "name": {**_BODY, "text_wrap": True, "valign": "vcenter", "indent": 1, **_STRONG},
    "cell": {**_BODY, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "share": {**_BODY, "num_format": "0%", "align": "right"},
    "blank": {**_BODY, "text_wrap": True, "bg_color": "#FFFDF2"},
    "box": {
        **_BASE,
        "border": 2,
        "border_color": INK,
        "bold": True,
        "text_wrap": True,
        "valign": "vcenter",
        "indent": 1,
    },
}
MARKS: dict[str, dict[str, Any]] = {
    # Told apart by lightness as well as by hue, so that a grey print reads the same.
    "strong": {"bg_color": INK, "font_color": "#FFFFFF", "bold": True},
    "open": {"bg_color": "#FFE08A", "bold": True},
    "faint": {"bg_color": "#E3E5E9", "font_color": "#3B4453"},
    "settled": {"bg_color": "#EDF6EE"},
}


_TEXT = {"font": {"name": "BIZ UDPゴシック", "size": 10, "color": INK}}
_CENTRED = {"align": {"vertical": "middle", "horizontal": "center"}}
_EDGE = {"line": {"color": INK, "width": 1.5}}
BOXES: dict[str, dict[str, Any]] = {
    "box": {**_CENTRED, **_EDGE, "font": {**_TEXT["font"], "bold": True}, "fill": {"color": "#FFFFFF"}},
    "strong": {
        **_CENTRED,
        **_EDGE,
        "font": {**_TEXT["font"], "bold": True, "color": "#FFFFFF"},
        "fill": {"color": INK},
    },
    "open": {**_CENTRED, **_EDGE, "font": {**_TEXT["font"], "bold": True}, "fill": {"color": "#FFE08A"}},
    "faint": {**_CENTRED, **_TEXT, "line": {"color": INK, "width": 0.75}, "fill": {"color": "#E3E5E9"}},
    "settled": {**_CENTRED, **_TEXT, "line": {"color": INK, "width": 0.75}, "fill": {"color": "#EDF6EE"}},
    "arrow": {"line": {"none": True}, "fill": {"color": INK}},
    "words": {
        **_CENTRED,
        "font": {**_TEXT["font"], "size": 9},
        "line": {"none": True},
        "fill": {"none": True},
    },
}
"""Boxes of a drawing; the same lightness as the marks, so that a grey print reads the same."""


@dataclass(frozen=True)
class Box:
    """A box of a drawing: its text, where its upper left corner is and how large it is, in pixels."""

    text: str
    at: tuple[int, int]
    size: tuple[int, int]
    style: str
    name: str = ""
    """What a screen reader says of a box without text; names of arrows make it one (``arrows.py``)."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet; ``marks`` says which values stand out, and how."""

    heading: str
    width: float
    kind: Kind = "text"
    marks: tuple[tuple[str, str], ...] = ()
    is_group: bool = False
    """True draws a heavier line where the value changes."""
    choices: str = ""
    """A range of cells a person chooses from."""


@dataclass(frozen=True)
class Page:
    """A sheet that is one table: ``rows[i]`` fits ``columns``."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[tuple[Value, ...]]
    n_frozen: int = 1
    n_printed: int = 0
    """The first so many columns are printed; 0 prints every column."""


@dataclass(frozen=True)
class Cell:
    """A cell of a free sheet, ``span`` columns wide."""

    value: Value
    style: str = "plain"
    span: int = 1


@dataclass(frozen=True)
class Grid:
    """A sheet laid out freely: rows of cells, and heights where the text needs more than a line."""

    name: str
    widths: tuple[float, ...]
    rows: Sequence[tuple[Cell, ...]]
    heights: dict[int, float]
    breaks: tuple[int, ...] = ()
    """Rows a new printed page starts at."""
    drawing: tuple[Box, ...] = ()
    drawn_at: int = 0
    """Row whose upper left corner the drawing starts from."""
