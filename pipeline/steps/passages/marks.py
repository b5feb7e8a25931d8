"""Marks: the numbers official drafts put before headings and items, and which of them stands above which."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBER = "0-9０-９一二三四五六七八九十"
_NOT_IN_TEXT = r"(?![にのでをはがとへも、。]|から|まで)"
_KINDS = (
    ("part", 1, rf"第[{_NUMBER}]+[部編]{_NOT_IN_TEXT}[\s　]*"),
    ("chapter", 2, rf"第[{_NUMBER}]+章{_NOT_IN_TEXT}[\s　]*"),
    ("section", 3, rf"第[{_NUMBER}]+[節款]{_NOT_IN_TEXT}[\s　]*|[Ⅰ-Ⅻ]+[.．、\s　]*"),
    ("item", 4, rf"第[{_NUMBER}]+[\s　]+"),
    (
        "article",
        5,
        rf"第[{_NUMBER}]+条(?:の[{_NUMBER}]+)?(?:[（(][^（）()]{{1,30}}[)）]|(?=[\s　]|$))[\s　]*",
    ),
    ("number", 6, r"[0-9０-９]+[.．、\s　]+(?![0-9０-９])"),
    ("decimal", 7, r"[0-9０-９]+(?:[.．][0-9０-９]+)+[.．\s　]*"),
    ("bracket", 8, rf"[（(][{_NUMBER}]+[)）][\s　]*"),
    ("circle", 9, r"[①-⑳][\s　]*"),
    ("kana", 9, r"[ア-ン][)）.．、\s　]+"),
    ("kana in brackets", 9, r"[（(][ア-ン][)）][\s　]*"),
    ("letter", 9, r"[（(]?[ａ-ｚa-z][)）.．、\s　]+"),
)
_PATTERNS = tuple((kind, rank, re.compile(pattern)) for kind, rank, pattern in _KINDS)
LOWEST = 9
"""Rank of the kinds that different offices put in different orders."""
_STYLES = (6, 8, LOWEST)
"""Rank of a heading without a number by its level in the word processor."""


class Mark(NamedTuple):
    """What a line begins with."""

    kind: str
    rank: int
    """1 stands above 2; among the lowest, what comes first stands above."""
    text: str


def mark_of(text: str) -> Mark | None:
    """The number a line begins with.

    >>> mark_of("２　現状").kind, mark_of("（１）対象").kind, mark_of("第３条（費用）　国は").text
    ('number', 'bracket', '第３条（費用）　')
    >>> mark_of("令和８年"), mark_of("第３条の規定による。"), mark_of("第２章に示す。")
    (None, None, None)
    """
    for kind, rank, pattern in _PATTERNS:
        found = pattern.match(text)
        if found:
            return Mark(kind, rank, found.group())
    return None


def style_mark(level: int) -> Mark:
    """The mark of a heading that has no number, from its level (1 and deeper)."""
    return Mark(f"level {level}", _STYLES[min(level, len(_STYLES)) - 1], "")
