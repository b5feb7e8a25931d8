"""An outline being read: the headings that stand above, and the passages below them so far."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.steps.passages.marks import LOWEST, Mark


@dataclass
class _Head:
    mark: Mark
    text: str
    has_text: bool = False
    """Something stands below it; a "heading" with nothing below is an item of a list."""


class Outline:
    """Headings are opened and closed, text is gathered under them."""

    def __init__(self) -> None:
        self.text = ""
        """Of the passage being read."""
        self.number = 0
        """Of the last heading with a bare number."""
        self._heads: list[_Head] = []
        self._passages: list[tuple[str, str]] = []
        self._has_text = False

    def open(self, mark: Mark, text: str) -> None:
        """A heading stands above what follows."""
        self.close(mark)
        for head in self._heads:
            head.has_text = True
        self._heads.append(_Head(mark, text))

    def close(self, mark: Mark) -> None:
        """End the headings that do not stand above this mark; those with nothing below were items."""
        self.end()
        for i, head in enumerate(self._heads):
            if self._ends(head.mark, mark):
                gone, self._heads = self._heads[i:], self._heads[:i]
                for k, one in enumerate(gone):
                    if not one.has_text:
                        self._keep(_joined([*self._heads, *gone[:k]]), one.text, is_item=True)
                break
        if mark.rank < 6:
            self.number = 0

    def _ends(self, above: Mark, mark: Mark) -> bool:
        return above.rank > mark.rank or (
            above.rank == mark.rank and (mark.rank < LOWEST or above.kind == mark.kind)
        )

    def end(self) -> None:
        """Close the passage being read."""
        if self.text:
            self._has_text = True
            self._keep(_joined(self._heads), self.text)
            for head in self._heads:
                head.has_text = True
        self.text = ""

    def finish(self) -> list[tuple[str, str]]:
        """Heading and text of every passage; none where headings are all there is."""
        self.close(Mark("", 0, ""))
        return self._passages if self._has_text else []

    def _keep(self, heading: str, text: str, *, is_item: bool = False) -> None:
        if is_item and self._passages and self._passages[-1][0] == heading:
            text = f"{self._passages.pop()[1]}\n{text}"
        self._passages.append((heading, text))


def _joined(heads: list[_Head]) -> str:
    return "".join(head.text for head in heads)
