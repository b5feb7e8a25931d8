"""Values that hold for a whole table: labels with their value, and titles that name the candidate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.layout import Field, Setting
from pipeline.steps.headings.reading import Reading

SETTABLE: frozenset[Field] = frozenset(
    {"candidate", "organization", "prefecture", "organization_type", "source", "section", "received"}
)
_PAIR = re.compile(
    r"([^\s:：()（）]{1,20})\s*[:：]\s*([^:：]*?)\s*(?=[\s　]+[^\s:：]{1,12}\s*[:：]|[)）]?\s*$)"
)


def find_settings(reading: Reading, outside: list[range], inside: list[range]) -> list[Setting]:
    """Labels and titles, by position.

    Args:
        reading: Of the sheet.
        outside: Rows above the first table.
        inside: Rows of the tables, where only a row of its own may change what holds.
    """
    found: list[Setting] = []
    for rows in outside:
        for i in rows:
            found.extend(_labels(reading, i, strict=False) or _title(reading, i))
    for rows in inside:
        for i in rows:
            texts = {text for text in reading.sheet.rows[i] if text}
            if len(texts) <= 4:
                found.extend(_labels(reading, i, strict=True))
            if len(texts) == 1 and len(next(iter(texts))) <= 60 and _stands_first(reading, i):
                found.extend(_title(reading, i))
    return sorted(found, key=lambda setting: setting.position)


def _labels(reading: Reading, i: int, *, strict: bool) -> Iterator[Setting] | list[Setting]:
    row = reading.sheet.rows[i]
    found: list[Setting] = []
    for j, text in enumerate(row):
        if not text or len(text) > 200 or (j and text == row[j - 1]):
            continue
        pairs = [(label, value) for label, value in _PAIR.findall(text) if value]
        if not pairs and (not strict or text.rstrip().endswith((":", "："))):
            value = next((cell for cell in row[j + 1 :] if cell and cell != text), "")
            pairs = [(text.rstrip(" 　:："), value)] if value and not is_label(reading, value) else []
        for label, value in pairs:
            guess = next(iter(reading.guesses(label)), None)
            if guess and guess.score > 2.5 and guess.field in SETTABLE:
                found.append(Setting(i, guess.field, value.strip()))
    return found


def is_label(reading: Reading, text: str) -> bool:
    """The cell is nothing but the name of a field, known or ignored."""
    guess = next(iter(reading.guesses(text.rstrip(" 　:："))), None)
    return guess is not None and guess.score > 2.5


def _title(reading: Reading, i: int) -> list[Setting]:
    """The one candidate named in the row."""
    named = {name for text in set(reading.sheet.rows[i]) for name in named_candidates(reading, text)}
    return [Setting(i, "candidate", named.pop())] if len(named) == 1 else []


def named_candidates(reading: Reading, text: str) -> set[str]:
    """Names of candidates that stand in ``text``; a name inside a longer one does not count."""
    bare = re.sub(r"\s", "", text)
    names = {c.name for c in reading.candidates if re.sub(r"\s", "", c.name) in bare}
    return {name for name in names if not any(name != other and name in other for other in names)}


def _stands_first(reading: Reading, i: int) -> bool:
    row = reading.sheet.rows[i]
    filled = [j for j, text in enumerate(row) if text]
    return filled[0] == 0 or len(filled) > 2
