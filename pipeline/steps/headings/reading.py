"""What the cells of a possible heading row say, each cell looked up once."""

from __future__ import annotations

import re

from pipeline.candidates import Candidates
from pipeline.headings import Guess, HeadingWords, SheetMapping, fold_heading
from pipeline.layout import Field
from pipeline.sheets import Sheet

MAX_HEADING = 120
"""Characters: a longer cell is no heading, however it begins."""
_SERIAL = re.compile(r"(?:その|no\.?|第)?[(\[]?([1-9][0-9]?)[)\]]?(?:点目|つ目|件目)?$")


class Reading:
    """Looks headings up for one sheet: the mapping file first, then the words of the forms."""

    def __init__(self, sheet: Sheet, words: HeadingWords, mapping: SheetMapping, candidates: Candidates):
        self.sheet = sheet
        self.words = words
        self.candidates = candidates
        by_name: dict[str, Field] = {part.name: field for field, part in words.fields.items()}
        self._mapped = {
            fold_heading(heading): Guess(by_name[name], 4.0) for heading, name in mapping.headings.items()
        }
        self._known: dict[str, list[Guess]] = {}

    def guesses(self, text: str) -> list[Guess]:
        """What one cell may be the heading of, best first."""
        if not text or len(text) > MAX_HEADING:
            return []
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._look_up(text)
        return found

    def _look_up(self, text: str) -> list[Guess]:
        for part in (text, text.split("\n")[0]):
            folded = fold_heading(part)
            if folded in self._mapped:
                return [self._mapped[folded]]
            tries = [self.words.guesses(form) for form in (folded, _SERIAL.sub("", folded))]
            best = max(tries, key=lambda found: found[0].score if found else 0.0)
            if best:
                return best
        return []

    def column(self, header: range, j: int) -> tuple[str, list[Guess]]:
        """The heading of column ``j`` as written over the rows of ``header``, and what it may mean."""
        levels: list[str] = []
        for i in header:
            text = self.sheet.rows[i][j]
            if text and (not levels or levels[-1] != text):
                levels.append(text)
        heading = "／".join(levels)
        if len(levels) < 2:
            return heading, self.guesses(heading)
        group = levels[-2] if len(levels[-2]) <= 20 and not self._is_title(header, levels[-2]) else ""
        tries = [self.guesses(group + levels[-1]), self.guesses(levels[-1])]
        if not fold_heading(levels[-1]).strip("0123456789") or levels[-1].startswith(("（", "(", "※")):
            tries.append(self.guesses(levels[-2]))
        return heading, max(tries, key=lambda found: found[0].score if found else 0.0)

    def _is_title(self, header: range, text: str) -> bool:
        """A text that stands over the whole table is its title, not the heading of a group."""
        return any(set(self.sheet.rows[i]) - {""} == {text} for i in header)
