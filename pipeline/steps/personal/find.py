"""Every opinion and reason searched for personal data; spans, not texts, are handed on."""

from __future__ import annotations

import pandas as pd

from pipeline.steps.personal.names import find_names
from pipeline.steps.personal.numbers import Found, find_numbers
from pipeline.tables import Personal, make_table


def find_personal(opinions: pd.DataFrame) -> pd.DataFrame:
    """Find names, telephone numbers, mail and street addresses and 個人番号 of writers.

    Args:
        opinions: An ``Opinions`` table, n rows.

    Returns:
        A ``Personal`` table: spans in ``text`` and ``reason``, in input order, none overlapping another.

    Example:
        >>> signed = "問合せ先：保育課　須々木（03-0000-3308）"
        >>> one = {"opinion_key": ["k"], "text": ["賛成。"], "reason": [signed]}
        >>> found = find_personal(pd.DataFrame(one))
        >>> [(r.kind, one[r.field][0][r.start:r.end]) for r in found.itertuples()]
        [('name', '須々木'), ('phone', '03-0000-3308')]
    """
    rows: list[dict[str, object]] = []
    for key, text, reason in zip(opinions["opinion_key"], opinions["text"], opinions["reason"], strict=True):
        for field, content in (("text", text), ("reason", reason)):
            rows.extend({"opinion_key": key, "field": field, **found._asdict()} for found in find_in(content))
    return make_table(Personal, rows)


def find_in(text: str) -> list[Found]:
    """Personal data of one text, by place; of two that overlap the longer one stays."""
    numbers = _apart(list(find_numbers(text)))
    return _apart([*numbers, *find_names(text, numbers)])


def _apart(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in sorted(set(found), key=lambda f: (f.start - f.end, f.start, f.kind)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return _joined(sorted(kept))


def _joined(found: list[Found]) -> list[Found]:
    """Surname and given name are one name."""
    joined: list[Found] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and one.kind == last.kind == "name" and one.start - last.end <= 1:
            joined[-1] = Found(last.start, one.end, "name")
        else:
            joined.append(one)
    return joined
