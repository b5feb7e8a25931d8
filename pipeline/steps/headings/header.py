"""Where the heading rows are: one to three rows that name enough columns, wherever they stand."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.headings import Guess
from pipeline.layout import Field
from pipeline.steps.headings.reading import Reading

_BESIDE: frozenset[Field] = frozenset({"ignored", "received"})
"""Columns that stand in tables of every kind: they do not make a row a heading of opinions."""
_DEEPEST = 3
_SEARCHED = 1_000
"""Rows searched for the first heading."""


class Header(NamedTuple):
    """Rows that may be headings, and how many different fields they name."""

    first: int
    last: int
    """One past the last heading row."""
    n_fields: int
    has_opinion: bool


def find_headers(reading: Reading, fixed: int = -1) -> tuple[list[Header], Header | None]:
    """Every heading in the sheet, and the best that lacks only a column of opinions.

    Args:
        reading: Of the sheet.
        fixed: Position of the heading row where the mapping file tells it, else -1.

    Returns:
        Headings with opinions in order, and one without or None.
    """
    found: list[Header] = []
    lacking: Header | None = None
    i = max(fixed, 0)
    n = len(reading.sheet.rows)
    while i < n:
        if not _worth_a_look(reading, i, found):
            i += 1
            continue
        header = _best_at(reading, i)
        if header is None or not header.has_opinion:
            if header and (lacking is None or header.n_fields > lacking.n_fields):
                lacking = header
            if fixed >= 0 and not found:
                break
            i += 1
            continue
        later = _best_at(reading, i + 1) if i + 1 < n and fixed < 0 else None
        if later and later.has_opinion and later.n_fields >= header.n_fields + _stands_alone(reading, i):
            header = later
        found.append(header)
        i = header.last
    return found, lacking


def _stands_alone(reading: Reading, i: int) -> bool:
    """A row of headings in its own right, or tied to the next by a merged cell."""
    sheet = reading.sheet
    known = sum(any(guess.score > 1.9 for guess in reading.guesses(text)) for text in set(sheet.rows[i]))
    return known > 1 or any((i + 1, j) in sheet.filled for j in range(len(sheet.rows[i])))


def _worth_a_look(reading: Reading, i: int, found: list[Header]) -> bool:
    """Below a first heading, another stands only after a gap or a title, or repeats the first."""
    sheet = reading.sheet
    if not found:
        return i < _SEARCHED
    gap = sheet.numbers[i] > sheet.numbers[i - 1] + 1 or len(set(sheet.rows[i - 1]) - {""}) <= 3
    return gap or len(set(sheet.rows[found[0].last - 1]) & set(sheet.rows[i]) - {""}) >= 2


def _best_at(reading: Reading, i: int) -> Header | None:
    if not _may_begin(reading, i):
        return None
    best: Header | None = None
    for last in range(i + 1, min(i + _DEEPEST, len(reading.sheet.rows)) + 1):
        if last > i + 1 and not (_groups(reading, last - 2) and _continues(reading, range(i, last))):
            break
        header = _judge(reading, range(i, last))
        if header and (
            best is None or (header.has_opinion, header.n_fields) > (best.has_opinion, best.n_fields)
        ):
            best = header
    return best


def _may_begin(reading: Reading, i: int) -> bool:
    row = reading.sheet.rows[i]
    if (len(row) > 1 and len(set(row) - {""}) < 2) or any(text.endswith((":", "：")) for text in row):
        return False
    return any(reading.guesses(text) for text in row) or any(
        reading.candidates.match(text) for text in row if 0 < len(text) < 60
    )


def _continues(reading: Reading, rows: range) -> bool:
    """The last of ``rows`` holds only headings, some of them below a group's heading."""
    sheet = reading.sheet
    i = rows[-1]
    new = 0
    if sheet.numbers[i] != sheet.numbers[i - 1] + 1:
        return False
    for j, text in enumerate(sheet.rows[i]):
        if not text or (i, j) in sheet.filled or text == sheet.rows[i - 1][j]:
            continue
        if not reading.column(rows, j)[1] and not reading.guesses(text):
            above = sheet.rows[i - 1][j]
            grouped = above and above in (sheet.rows[i - 1][j - 1 : j] + sheet.rows[i - 1][j + 1 : j + 2])
            if not grouped or len(text) > 15:
                return False
        new += 1
    return new > 0


def _groups(reading: Reading, i: int) -> bool:
    """Everything in the row is a heading or stands over several columns: it may head the row below."""
    sheet = reading.sheet
    row = sheet.rows[i]
    for j, text in enumerate(row):
        if not text or (i, j) in sheet.filled or reading.guesses(text):
            continue
        merged = (i, j + 1) in sheet.filled or (i + 1, j) in sheet.filled
        spans = j + 1 < len(row) and not row[j + 1] and all(sheet.rows[i + 1][j : j + 2])
        if not merged and not spans:
            return False
    return True


def _judge(reading: Reading, rows: range) -> Header | None:
    width = len(reading.sheet.rows[rows[0]])
    named = [reading.column(rows, j) for j in range(width)]
    headings = {heading for heading, _ in named if heading}
    known: dict[str, Guess] = {heading: guesses[0] for heading, guesses in named if guesses}
    about = {heading for heading in headings if len(heading) < 60 and reading.candidates.match(heading)}
    strong = {g.field for g in known.values() if g.score >= 1.9 and g.field not in _BESIDE}
    others = strong - {"opinion"}
    opinion = max((g.score for g in known.values() if g.field == "opinion"), default=0.0)
    # A column per candidate: never beside the label 対象候補, whose value the name would be.
    if not opinion and "candidate" not in others and len(about) + len(others) >= 3 - (len(about) > 1):
        opinion = 1.5 if about else 0.0
    alone = opinion >= 2 and rows[0] == 0 and len(headings) <= 2
    enough = (opinion >= 1.9 and others) or (opinion > 0 and len(others) >= 2) or (opinion == 1.5 and others)
    asked = {guess.field for guess in known.values() if guess.score >= 1}
    if rows[0] == 0 and {"opinion", "organization"} <= asked:
        enough = enough or len(asked - _BESIDE) >= 3  # questions of a web form
    if 2 * len(set(known) | about) < len(headings) and opinion < 4:
        return None
    if enough or alone or opinion >= 4:
        return Header(rows[0], rows[-1] + 1, len(strong), has_opinion=True)
    return Header(rows[0], rows[-1] + 1, len(strong), has_opinion=False) if len(others) >= 3 else None
