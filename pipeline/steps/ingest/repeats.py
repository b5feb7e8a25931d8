"""Repeats: an opinion that stands in two sheets, as where a workbook holds senders' sheets and a summary."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

_SAME = ("candidate", "organization", "text", "reason")
_UNLESS_EMPTY = ("prefecture", "section", "source")


def find_repeats(opinions: Sequence[dict[str, Any]]) -> dict[int, int]:
    """The opinions that another sheet holds already, each with the one that counts.

    The same municipality must have said the same on the same candidate for the same reason; prefecture, place
    and source may be given in one sheet only. What a sender says twice in one sheet stays two opinions,
    matched one by one with what stands twice in another. Without a sender nothing is a repeat.

    Args:
        opinions: In the order in which they were read.

    Returns:
        Position of the repeat to position of the first; empty where nothing is repeated.

    Example:
        >>> row = dict.fromkeys((*_SAME, *_UNLESS_EMPTY, "candidate_id", "file"), "同")
        >>> find_repeats([row | {"sheet": "集約"}, row | {"sheet": "折戸市"}, row | {"sheet": "折戸市"}])
        {1: 0}
    """
    found: dict[int, int] = {}
    counted: dict[tuple[str, ...], list[int]] = defaultdict(list)
    matched: dict[tuple[str, str], set[int]] = defaultdict(set)
    for i, opinion in enumerate(opinions):
        if not opinion["organization"]:
            continue
        mine = matched[_place(opinion)]
        same = counted[_said(opinion)]
        first = next((j for j in same if j not in mine and _agree(opinions[j], opinion)), None)
        if first is None:
            same.append(i)
        else:
            found[i] = first
            mine.add(first)
    return found


def _place(opinion: dict[str, Any]) -> tuple[str, str]:
    return opinion["file"], opinion["sheet"]


def _said(opinion: dict[str, Any]) -> tuple[str, ...]:
    named = opinion | {"candidate": opinion["candidate_id"] or opinion["candidate"]}
    return tuple(_fold(named[field]) for field in _SAME)


def _agree(first: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether they stand in different sheets, and nothing that both tell differs."""
    pairs = [(_fold(first[field]), _fold(other[field])) for field in _UNLESS_EMPTY]
    return _place(first) != _place(other) and all(a == b or not a or not b for a, b in pairs)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
