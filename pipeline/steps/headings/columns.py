"""Which column is which field: by its heading, and by what stands below it where that leaves it open."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from pipeline.headings import Guess
from pipeline.layout import Column, Field
from pipeline.sheets import Sheet
from pipeline.steps.headings.header import Header
from pipeline.steps.headings.reading import Reading

_SAMPLE = 300
"""Rows looked at to tell what a column holds."""
_PAIRED: tuple[Field, ...] = ("section", "reason", "candidate")
_SINGLE: tuple[Field, ...] = (
    "organization",
    "prefecture",
    "organization_type",
    "source",
    "candidate",
    "section",
    "reason",
    "number",
    "answer",
    "received",
    "ignored",
)


_Given = dict[int, tuple[Field | Literal[""], int]]


class _Named(NamedTuple):
    position: int
    heading: str
    guesses: list[Guess]
    values: list[str]

    def score(self, field: Field) -> float:
        return max((guess.score for guess in self.guesses if guess.field == field), default=0.0)

    @property
    def mean_length(self) -> float:
        return sum(map(len, self.values)) / len(self.values) if self.values else 0.0


def assign_columns(reading: Reading, header: Header, last: int) -> tuple[Column, ...]:
    """Give every column its field; a column nothing is known of keeps an empty one and is not read.

    Args:
        reading: Of the sheet.
        header: Its heading rows.
        last: One past the last row of the table.

    Returns:
        All columns that have a heading, in order.
    """
    sheet = reading.sheet
    named = []
    for j in range(len(sheet.rows[header.first])):
        heading, guesses = reading.column(range(header.first, header.last), j)
        own = _own_values(sheet, header, last, j)
        if heading and (own or not _repeats_left(sheet, header, j)):
            named.append(_Named(j, heading, _by_content(reading, guesses, own), own))
    about = {
        column.position: candidate
        for column in named
        if not column.guesses and (candidate := reading.candidates.match(column.heading[:100]))
    }
    if any(column.score("candidate") >= 1 for column in named):
        about = {}
    opinions = _opinion_columns(named) or [column for column in named if column.position in about]
    given: _Given = {
        column.position: ("opinion", k if len(opinions) > 1 else 0)
        for k, column in enumerate(opinions, start=1)
    }
    _give_pairs(named, given, len(opinions))
    _give_single(reading, named, given)
    columns = []
    for column in named:
        field, group = given.get(column.position, ("", 0))
        candidate = about.get(column.position, "") if group or field == "opinion" else ""
        columns.append(Column(column.position, column.heading, field, group, candidate))
    return tuple(columns)


def _by_content(reading: Reading, guesses: list[Guess], values: list[str]) -> list[Guess]:
    """A question that only mentions 意見 and is answered with candidates asks for the candidate."""
    vague = bool(guesses) and guesses[0].field == "opinion" and guesses[0].score < 1.9
    if vague and values and all(reading.candidates.match(value) for value in values):
        return [Guess("candidate", 1.5)]
    return guesses


def _own_values(sheet: Sheet, header: Header, last: int, j: int) -> list[str]:
    """Texts below the heading, without those a merged range brings from the left."""
    rows = range(header.last, min(last, header.last + _SAMPLE))
    return [sheet.rows[i][j] for i in rows if sheet.rows[i][j] and not _from_left(sheet, i, j)]


def _from_left(sheet: Sheet, i: int, j: int) -> bool:
    return j > 0 and (i, j) in sheet.filled and sheet.rows[i][j] == sheet.rows[i][j - 1]


def _repeats_left(sheet: Sheet, header: Header, j: int) -> bool:
    return _from_left(sheet, header.last - 1, j)


def _opinion_columns(named: list[_Named]) -> list[_Named]:
    """The columns of opinions: usually one; several where opinions stand side by side."""
    found = [column for column in named if column.score("opinion") >= 1]
    if not found:
        weak = [column for column in named if column.score("opinion") > 0]
        return sorted(weak, key=lambda column: -column.score("opinion"))[:1]
    mapped = [column for column in found if column.score("opinion") >= 4]
    if mapped:
        return mapped
    # 「意見」の列に ○ だけを書かせ、「意見の内容」に文章を書かせる様式がある。
    longest = max(column.mean_length for column in found)
    if any(column.score("opinion") >= 1.9 and column.values for column in found):
        found = [c for c in found if c.score("opinion") >= 1.9 or 2 * c.mean_length >= longest]
    wordy = [column for column in found if not column.values or 4 * column.mean_length >= longest]
    texts = [column for column in wordy if column.values] or wordy
    return (
        texts
        if any(column.values for column in texts) or _numbered(texts)
        else [max(texts, key=lambda column: column.score("opinion"))]
    )


def _numbered(columns: list[_Named]) -> bool:
    return len({re.sub(r"[\d①-⑳]+", "", column.heading) for column in columns}) == 1


def _give_pairs(named: list[_Named], given: _Given, n_opinions: int) -> None:
    """Where each opinion of a row has its own reason or place, give them the opinion's number."""
    if n_opinions < 2:
        return
    for field in _PAIRED:
        columns = [c for c in named if c.position not in given and c.score(field) >= 1]
        if len(columns) == n_opinions:
            given.update({column.position: (field, k) for k, column in enumerate(columns, start=1)})


def _give_single(reading: Reading, named: list[_Named], given: _Given) -> None:
    taken = {field for field, _ in given.values()}
    for floor in (1.0, 0.0):
        for field in _SINGLE:
            columns = [c for c in named if c.position not in given and c.score(field) > 0]
            columns = [c for c in columns if c.score(field) >= floor and (floor or _looks(reading, c, field))]
            if field == "ignored":
                given.update({column.position: (field, 0) for column in columns})
            elif columns and field not in taken:
                best = max(columns, key=lambda column: (column.score(field), -column.position))
                if field == "organization":
                    best = _below_prefecture(columns, best, given, taken)
                given[best.position] = (field, 0)
                taken.add(field)


def _below_prefecture(
    columns: list[_Named], best: _Named, given: _Given, taken: set[Field | Literal[""]]
) -> _Named:
    """One heading 団体名 over two columns: the prefecture, and beside it the municipality."""
    beside = next((c for c in columns if c.position == best.position + 1 and c.heading == best.heading), None)
    if beside is None or not beside.values or "prefecture" in taken:
        return best
    if all(re.search(r"[都道府県]\s*$", value) for value in best.values):
        given[best.position] = ("prefecture", 0)
        taken.add("prefecture")
        return beside
    return best


def _looks(reading: Reading, column: _Named, field: Field) -> bool:
    """Where the heading leaves it open (区分), two cells in five look like the field."""
    form = reading.words.fields[field].looks
    if not form:
        return True
    fitting = sum(re.search(form, value) is not None for value in column.values)
    return fitting > 0 and fitting * 5 >= len(column.values) * 2
