"""Marks: which parts of each statement people marked as personal data, wherever they marked them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.edges.facts import Fact
from pipeline.reviews import Review


def gather_marks(facts: Mapping[str, Fact], reviews: Mapping[str, Review]) -> dict[str, tuple[str, ...]]:
    """Marks by statement, as ``hide`` takes them; statements without any are left out.

    A piece keeps the marks of the whole it was cut from, and every statement of one opinion those of the
    reason they share.

    Args:
        facts: Every current statement.
        reviews: What people said of these, and of those that were cut in pieces since.
    """
    marked = {one: review.personal for one, review in reviews.items() if review.personal}
    if not marked:
        return {}
    in_reason: dict[str, list[str]] = {}
    for one, fact in facts.items():
        said = [*marked.get(one, ()), *marked.get(_whole(one), ())]
        in_reason.setdefault(fact.opinion_key, []).extend(mark for mark in said if _is_reason(mark))
    found = {}
    for one, fact in facts.items():
        own = [mark for mark in marked.get(one, ()) if not _is_reason(mark)]
        found[one] = tuple(dict.fromkeys([*own, *_inherited(marked, one), *in_reason[fact.opinion_key]]))
    return {one: marks for one, marks in found.items() if marks}


def _whole(statement_id: str) -> str:
    return statement_id.partition("~")[0]


def _is_reason(mark: str) -> bool:
    return mark.endswith(":reason")


def _inherited(marked: Mapping[str, tuple[str, ...]], statement_id: str) -> Iterator[str]:
    whole, _, span = statement_id.partition("~")
    if span:
        first, last = map(int, span.split("-"))
        yield from shift_marks(marked.get(whole, ()), first, last)


def shift_marks(marks: Iterable[str], first: int, last: int) -> Iterator[str]:
    """Marks of a text, as they lie in ``text[first:last]``.

    >>> list(shift_marks(["3:5:name", "8:12:name", "0:2:name:reason"], 4, 10))
    ['0:1:name', '4:6:name']
    """
    for mark in marks:
        if _is_reason(mark):
            continue
        start, end, kind = mark.split(":")
        inside = (max(int(start), first) - first, min(int(end), last) - first)
        if inside[0] < inside[1]:
            yield f"{inside[0]}:{inside[1]}:{kind}"
