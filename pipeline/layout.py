"""Layout: what was understood of a sheet, before its rows are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from pipeline.errors import Problem

Field = Literal[
    "number",
    "source",
    "prefecture",
    "organization",
    "organization_type",
    "candidate",
    "section",
    "opinion",
    "reason",
    "answer",
    "received",
    "ignored",
]


class Column(NamedTuple):
    """One column of a table as understood."""

    position: int
    """In ``Sheet.rows[i]``."""
    heading: str
    """As written, the rows of a merged heading joined by ``／``."""
    field: Field | Literal[""]
    """Empty where the heading is not known; the column is not read."""
    group: int = 0
    """1, 2 … where opinions stand side by side in one row; else 0."""
    candidate: str = ""
    """The candidate a column of opinions is about, where the heading names one."""


class Block(NamedTuple):
    """One table in a sheet; positions are those of ``Sheet.rows``."""

    header: int
    first: int
    """First row below the headings."""
    last: int
    """One past the last row."""
    columns: tuple[Column, ...]


class Setting(NamedTuple):
    """A value that holds for the rows below it: ``団体名：○○市``, a title that names the candidate."""

    position: int
    field: Field
    value: str


class Record(NamedTuple):
    """One opinion of a form where labels stand beside or above their values."""

    position: int
    values: tuple[tuple[Field, str], ...]


Role = Literal["opinions", "example", "other"]


@dataclass(frozen=True)
class SheetHeadings:
    """What was understood of one sheet."""

    file: str
    sheet: str
    role: Role
    blocks: tuple[Block, ...] = ()
    settings: tuple[Setting, ...] = ()
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Headings:
    """What was understood of every sheet, in the order given; ``problems`` are told to staff."""

    sheets: tuple[SheetHeadings, ...]
    problems: tuple[Problem, ...] = ()
