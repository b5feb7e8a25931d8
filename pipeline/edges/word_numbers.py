"""Numbers that Word counts itself: they stand in no paragraph's text, and are printed before it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from docx.oxml.ns import qn

_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_KANJI = "〇一二三四五六七八九"


def _kanji(n: int) -> str:
    """
    >>> _kanji(1), _kanji(10), _kanji(23), _kanji(100)
    ('一', '十', '二十三', '100')
    """
    if not 0 < n < 100:
        return str(n)
    tens, ones = divmod(n, 10)
    return ("" if tens < 2 else _KANJI[tens]) + ("十" if tens else "") + (_KANJI[ones] if ones else "")


def _roman(n: int) -> str:
    """
    >>> _roman(4), _roman(19), _roman(10**12)
    ('IV', 'XIX', '1000000000000')
    """
    if not 0 < n < 100:
        return str(n)
    values = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    said = ""
    for value, letters in values:
        said += letters * (n // value)
        n %= value
    return said


def _one_of(letters: str) -> Callable[[int], str]:
    return lambda n: letters[(n - 1) % len(letters)]


def _circled(n: int) -> str:
    return chr(0x2460 + n - 1) if n <= 20 else f"({n})"


_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_FORMATS: dict[str, Callable[[int], str]] = {
    "decimalFullWidth": lambda n: str(n).translate(_WIDE),
    "decimalFullWidth2": lambda n: str(n).translate(_WIDE),
    "decimalZero": lambda n: f"{n:02d}",
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda n: f"({n})",
    "decimalEnclosedFullstop": lambda n: f"{n}.",
    "aiueo": _one_of(_AIUEO),
    "aiueoFullWidth": _one_of(_AIUEO),
    "iroha": _one_of(_IROHA),
    "irohaFullWidth": _one_of(_IROHA),
    "japaneseCounting": _kanji,
    "ideographDigital": _kanji,
    "japaneseDigitalTenThousand": _kanji,
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
    "upperLetter": lambda n: _one_of(_ALPHABET)(n).upper(),
    "lowerLetter": _one_of(_ALPHABET),
    "bullet": lambda _: "",
    "none": lambda _: "",
}


class Numbers:
    """Counts as Word does: asked once for every paragraph, in order.

    Source: ECMA-376 Part 1, 17.9 (numbering), 17.18.59 (number formats).
    """

    def __init__(self, document: Any) -> None:
        self._styles = {style.style_id: style.element for style in document.styles}
        # A document without any list has no part for them.
        parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")]
        root = parts[0].element if parts else None
        found = [] if root is None else root.findall(qn("w:abstractNum"))
        self._abstract = {one.get(qn("w:abstractNumId")): one for one in found}
        nums = [] if root is None else root.findall(qn("w:num"))
        self._nums = {one.get(qn("w:numId")): one for one in nums}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def before(self, paragraph: Any) -> str:
        """What Word prints before this paragraph's text; empty where it counts nothing."""
        num_id, level = self._place(paragraph.find(qn("w:pPr")))
        if num_id not in self._nums:
            return ""
        abstract = self._nums[num_id].find(qn("w:abstractNumId")).get(qn("w:val"))
        levels = {int(one.get(qn("w:ilvl"))): one for one in self._abstract[abstract].findall(qn("w:lvl"))}
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        self._restart(num_id, counts)
        counts[level] = counts.get(level, _value(levels[level], "w:start", 1) - 1) + 1
        for deeper in [one for one in counts if one > level]:
            del counts[deeper]
        return _printed(levels, counts, level)

    def _place(self, properties: Any) -> tuple[str, int]:
        """List and level, from the paragraph or else from its style and that style's ancestors."""
        style_id: str | None = None
        passed: set[str] = set()
        while True:
            number = None if properties is None else properties.find(qn("w:numPr"))
            if number is not None and number.find(qn("w:numId")) is not None:
                num_id = number.find(qn("w:numId")).get(qn("w:val"))
                return num_id, _value(number, "w:ilvl", 0) if style_id is None else self._level(
                    num_id, style_id
                )
            holder, name = (
                (properties, "w:pStyle") if style_id is None else (self._styles[style_id], "w:basedOn")
            )
            named = None if holder is None else holder.find(qn(name))
            style_id = None if named is None else named.get(qn("w:val"))
            # A damaged file may hold a style that is based on itself.
            if style_id is None or style_id not in self._styles or style_id in passed:
                return "", 0
            passed.add(style_id)
            properties = self._styles[style_id].find(qn("w:pPr"))

    def _level(self, num_id: str, style_id: str) -> int:
        """The level of a list that a style stands for."""
        if num_id in self._nums:
            abstract = self._nums[num_id].find(qn("w:abstractNumId")).get(qn("w:val"))
            for one in self._abstract[abstract].findall(qn("w:lvl")):
                linked = one.find(qn("w:pStyle"))
                if linked is not None and linked.get(qn("w:val")) == style_id:
                    return int(one.get(qn("w:ilvl")))
        return 0

    def _restart(self, num_id: str, counts: dict[int, int]) -> None:
        """A list that says so begins anew where it is used first."""
        if num_id in self._begun:
            return
        self._begun.add(num_id)
        for one in self._nums[num_id].findall(qn("w:lvlOverride")):
            if one.find(qn("w:startOverride")) is not None:
                counts[int(one.get(qn("w:ilvl")))] = _value(one, "w:startOverride", 1) - 1


def _value(element: Any, name: str, default: int) -> int:
    found = element.find(qn(name))
    return default if found is None else int(found.get(qn("w:val")))


def _printed(levels: dict[int, Any], counts: dict[int, int], level: int) -> str:
    def number(match: re.Match[str]) -> str:
        wanted = int(match.group(1)) - 1
        form = levels[wanted].find(qn("w:numFmt")) if wanted in levels else None
        said = _FORMATS.get("decimal" if form is None else form.get(qn("w:val")), str)
        return said(counts.get(wanted, 1))

    form = levels[level].find(qn("w:numFmt"))
    if form is not None and form.get(qn("w:val")) == "bullet":
        return "・"
    text = levels[level].find(qn("w:lvlText"))
    return re.sub(r"%([1-9])", number, "" if text is None else text.get(qn("w:val"), ""))
