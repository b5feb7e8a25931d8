"""Passages: the lines of a ministry's draft become numbered passages under their headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.candidates import Passage

_NUMBER = "0-9０-９一二三四五六七八九十"
_LEVELS = (
    (
        1,
        re.compile(
            rf"第[{_NUMBER}]+[章節編部]?[\s　]*|[Ⅰ-Ⅻ]+[.．、\s　]*|#{{1,2}}\s+"
            r"|[0-9０-９]+[.．、\s　]+(?![0-9０-９])"
        ),
    ),
    (2, re.compile(rf"[（(][{_NUMBER}]+[)）][\s　]*|[0-9０-９]+[.．][0-9０-９]+[.．\s　]*|#{{3,6}}\s+")),
    (3, re.compile(r"[①-⑳][\s　]*|[（(]?[ア-ンａ-ｚa-z][)）.．、\s　]+")),
)
_BULLET = re.compile(r"[・●○◯■□▪–\-*※][\s　]*")
_ENDS = re.compile(r"[。！？!?」）)]$")
_CONTENTS = re.compile(r"[.…‥・･．]{3,}\s*[0-9０-９]+$")
_PAGE_NUMBER = re.compile(r"[\s\-－―–—/／0-9０-９]+|(?:p|P|ページ|頁)?\s*[0-9０-９]+\s*(?:ページ|頁)?")
_TITLE_TAIL = re.compile(r"(?:に係る|に関する|の)?(?:共通化)?(?:推進)?方針(?:案)?(?:[（(]案[)）])?$")
_LONG = 34
"""Characters; a heading in these drafts is shorter."""


class Line(NamedTuple):
    """One line or paragraph of a draft, as a converter gave it."""

    text: str
    level: int = 0
    """Of a heading the converter knows to be one, 1 and deeper; 0 where it does not know."""
    is_whole: bool = True
    """False for a line of a page, which may go on in the next one."""
    page: int = 0


@dataclass(frozen=True)
class Draft:
    """A draft read: every line of it is the title, in a passage, or left out and listed."""

    title: str
    passages: tuple[Passage, ...]
    left_out: tuple[str, ...]
    """Page numbers, running heads, the table of contents, and what stands before the first heading."""


@dataclass
class _Reading:
    heads: dict[int, str] = field(default_factory=dict)
    passages: list[Passage] = field(default_factory=list)
    text: str = ""
    chapter: int = 0
    """Number of the last heading of the first level."""

    def end(self) -> None:
        """Close the passage being read."""
        if self.text:
            heading = "".join(self.heads[level] for level in sorted(self.heads))
            number = f"p{len(self.passages) + 1:02d}"
            self.passages.append(Passage(passage_id=number, heading=heading, text=self.text))
        self.text = ""


def number_passages(lines: Sequence[Line]) -> Draft:
    """Number the paragraphs of a draft, each under the headings it stands below.

    Args:
        lines: In reading order; empty lines separate paragraphs.

    Returns:
        The draft; no passages where there is no running text.

    Example:
        >>> lines = ["予約システムの方針案", "１　目的", "予約を楽にする。"]
        >>> draft = number_passages([Line(line) for line in lines])
        >>> draft.title, draft.passages[0].heading, draft.passages[0].text
        ('予約システムの方針案', '１　目的', '予約を楽にする。')
    """
    kept, left_out = _without_furniture(lines)
    title, body, before = _front(kept)
    reading = _Reading()
    for line in body:
        _read(line, reading)
    reading.end()
    return Draft(title, tuple(reading.passages), (*left_out, *before))


def short_title(title: str) -> str:
    """The candidate's name in a draft's title.

    >>> short_title("公共施設予約システムに係る共通化推進方針（案）")
    '公共施設予約システム'
    """
    return _TITLE_TAIL.sub("", title.strip()) or title.strip()


def _without_furniture(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Take out page numbers, contents, and what stands on three pages and more."""
    pages: dict[str, set[int]] = {}
    for line in lines:
        pages.setdefault(line.text.strip(), set()).add(line.page)
    kept, left_out = [], Counter[str]()
    for line in lines:
        text = line.text.strip()
        is_running = bool(text) and len(pages[text]) >= 3 and not text.endswith("。")
        if text and (is_running or _CONTENTS.search(text) or _PAGE_NUMBER.fullmatch(text)):
            left_out[text] += 1
        else:
            kept.append(line._replace(text=text))
    return kept, list(left_out)


def _front(lines: list[Line]) -> tuple[str, list[Line], list[str]]:
    """Split off the title and what stands between it and the first heading or sentence."""
    first = next((i for i, line in enumerate(lines) if _opens(line)), len(lines))
    front = [line.text for line in lines[:first] if line.text]
    if not front and _is_title(lines[first:]):
        return lines[first].text.lstrip("# "), lines[first + 1 :], []
    title = max(front, key=lambda text: ("方針" in text, "システム" in text), default="")
    return title, lines[first:], [text for text in front if text != title]


def _is_title(lines: list[Line]) -> bool:
    """The first line is the one heading of its level, has no number, and others stand below it."""
    if not lines or lines[0].level != 1 or _mark(lines[0].text.lstrip("# ")):
        return False
    others = [line.level for line in lines[1:] if line.level or _mark(line.text)]
    return bool(others) and 1 not in others


def _opens(line: Line) -> bool:
    return bool(line.level or _mark(line.text) or (_ENDS.search(line.text) and len(line.text) > _LONG))


def _mark(text: str) -> tuple[int, str] | None:
    """Level and number of a line that begins with one.

    >>> _mark("２　現状"), _mark("（１）対象"), _mark("令和８年")
    ((1, '２　'), (2, '（１）'), None)
    """
    for level, pattern in _LEVELS:
        found = pattern.match(text)
        if found:
            return level, found.group()
    return None


def _read(line: Line, reading: _Reading) -> None:
    text, mark = line.text, _mark(line.text)
    if not text:
        reading.end()
        return
    number = _chapter(text)
    if number and not line.is_whole and reading.text and number != reading.chapter + 1:
        # A year or an amount at the start of a printed line is no chapter.
        mark = mark if _ENDS.search(reading.text) else None
    level = line.level or (mark[0] if mark else 0)
    head, rest = _split(text, is_known=bool(line.level)) if level else ("", text)
    if head:
        reading.end()
        reading.heads = {k: v for k, v in reading.heads.items() if k < level} | {level: head}
        reading.chapter = number if level == 1 and number else reading.chapter
        text = rest
    if not text:
        return
    goes_on = not line.is_whole and not head and not mark and not _ENDS.search(reading.text)
    if reading.text and _BULLET.match(text):
        reading.text += "\n" + text
    elif reading.text and goes_on:
        reading.text += text
    else:
        reading.end()
        reading.text = text


def _chapter(text: str) -> int:
    """The number a line begins with, 0 where there is none.

    >>> _chapter("１３ 年度"), _chapter("（１）")
    (13, 0)
    """
    found = re.match(r"第?([0-9０-９]{1,4})", text)
    return int(found.group(1)) if found else 0


def _split(text: str, *, is_known: bool) -> tuple[str, str]:
    """A line that begins with a number: its heading, and the text that follows in the same line.

    >>> _split("（１）対象業務　受付から許可までとする。", is_known=False)
    ('（１）対象業務', '受付から許可までとする。')
    >>> _split("（１）受付から許可までを対象とする。", is_known=False)
    ('', '（１）受付から許可までを対象とする。')
    """
    plain = text.lstrip("# ") if text.startswith("#") else text
    if is_known or (len(plain) <= _LONG and not plain.endswith(("。", "、"))):
        return plain, ""
    mark = _mark(text)
    number = mark[1] if mark else ""
    title, gap, rest = re.match(r"([^　。、\t]*)([　\t]*)(.*)", text[len(number) :], re.S).groups()  # type: ignore[union-attr]
    if gap and rest and 0 < len(title) <= _LONG:
        return number + title, rest
    return "", text


def blank_lines(text: str) -> Iterator[Line]:
    """The lines of a plain text; those of Markdown too, whose headings begin with ``#``."""
    for line in text.splitlines():
        stripped = line.strip()
        depth = len(stripped) - len(stripped.lstrip("#"))
        yield Line(re.sub(r"\*\*(.+?)\*\*", r"\1", stripped), level=min(depth, 6), is_whole=False)
