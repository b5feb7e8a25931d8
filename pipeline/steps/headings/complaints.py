"""What to tell staff of a sheet whose headings are not understood: what was found, and what to write."""

from __future__ import annotations

from pipeline.errors import Problem
from pipeline.headings import HeadingWords, fold_heading
from pipeline.sheets import Sheet
from pipeline.steps.headings.header import Header

_LONG = 15
"""Characters: an opinion, not a name or a number."""


def looks_like_opinions(sheet: Sheet, words: HeadingWords, lacking: Header | None) -> bool:
    """Two rows or more with several cells, one of them a sentence; lists and guides do not look like that."""
    if any(word in sheet.name for word in (*words.sheets.example, *words.sheets.other)):
        return False
    if lacking:
        return any(len(text) >= _LONG for row in sheet.rows[lacking.last :] for text in row)
    rows = [row for row in sheet.rows if len({text for text in row if text}) >= 3]
    return sum(any(len(text) >= _LONG for text in row) for row in rows) >= 2


def complain(sheet: Sheet, words: HeadingWords, lacking: Header | None) -> Problem:
    """Say which headings were found and show a mapping file that would settle it."""
    at = lacking.last - 1 if lacking else _likely_header(sheet)
    row = sheet.rows[at] if sheet.rows else ()
    headings = list(dict.fromkeys(text.replace("\n", "") for text in row if text and len(text) <= 40))
    unknown = [heading for heading in headings if not words.guesses(fold_heading(heading))]
    if len(headings) < 2:
        message = "意見の表が見つかりません。表の上に見出し（番号、団体名、意見など）を付けてください。"
        return Problem(sheet.file, sheet.name, 0, "no_table", message)
    shown = "、".join(f"「{heading}」" for heading in headings) or "なし"
    guess = _likely_opinion(sheet, at, unknown)
    number = sheet.numbers[at] if sheet.rows else 0
    message = (
        f"意見の列が見つかりません。見つかった見出し: {shown}。"
        "見出しを付け直すか、次のように書いた対応表（.toml）を --mapping で指定してください: "
        f'headings = {{ "{guess}" = "意見" }}'
    )
    return Problem(sheet.file, sheet.name, number, "no_opinion_column", message)


def _likely_header(sheet: Sheet) -> int:
    """The first row with the most short cells."""
    counts = [len({text for text in row if text and len(text) <= 30}) for row in sheet.rows[:50]]
    return counts.index(max(counts)) if counts else 0


def _likely_opinion(sheet: Sheet, at: int, headings: list[str]) -> str:
    """The heading over the longest texts."""
    if not headings:
        return "意見の見出し"
    lengths: dict[str, int] = {}
    for row in sheet.rows[at + 1 : at + 200]:
        for heading, text in zip(sheet.rows[at], row, strict=True):
            name = heading.replace("\n", "")
            if name in headings:
                lengths[name] = lengths.get(name, 0) + len(text)
    return max(headings, key=lambda heading: lengths.get(heading, 0))
