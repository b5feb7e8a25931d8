"""Receipt: when the opinions came in, where the forms say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.edges.outputs.material import Material

_MOST = 45
"""Columns a chart can hold; beyond it, they stand for weeks, then for months."""


@dataclass(frozen=True)
class Receipt:
    """Opinions per day, week or month, without gaps; ``unit`` says which."""

    unit: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    undated: int
    """Opinions without a day of receipt that can be read."""


def receipt(material: Material) -> Receipt | None:
    """None where no form has a day of receipt."""
    written = material.result.intake.opinions["received_on"]
    days = [date.fromisoformat(day) for day in written if day]
    if not days:
        return None
    first, last = min(days), max(days)
    span = [first + timedelta(days=k) for k in range((last - first).days + 1)]
    unit, begin = _unit(len(span))
    names = dict.fromkeys(_name(begin(day), unit) for day in span)
    counts = Counter(_name(begin(day), unit) for day in days)
    return Receipt(unit, tuple(names), tuple(counts[name] for name in names), len(written) - len(days))


def _unit(n_days: int) -> tuple[str, Callable[[date], date]]:
    if n_days <= _MOST:
        return "日", lambda day: day
    if n_days <= 7 * _MOST:
        return "週", lambda day: day - timedelta(days=day.weekday())
    return "月", lambda day: day.replace(day=1)


def _name(day: date, unit: str) -> str:
    if unit == "月":
        return f"{day.year}年{day.month}月"
    return f"{day.month}/{day.day}" + ("～" if unit == "週" else "")
