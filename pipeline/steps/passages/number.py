"""Passages: the lines of a ministry's draft become numbered passages under their headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from pipeline.candidates import Passage
from pipeline.steps.passages.lines import Line
from pipeline.steps.passages.marks import Mark, mark_of, style_mark
from pipeline.steps.passages.outline import Outline

_BULLET = re.compile(r"[・●○◯■□▪–\-*※][\s　]*")
_ENDS = re.compile(r"[。！？!?」）)]$")
_CONTENTS = re.compile(r"(?:[.…‥・･．]{3,}|\t)\s*[0-9０-９]+$")
_PAGE_NUMBER = re.compile(r"[\s\-－―–—/／0-9０-９]+|(?:p|P|ページ|頁)?\s*[0-9０-９]+\s*(?:ページ|頁)?")
_TITLE_TAIL = re.compile(r"(?:に係る|に関する|の)?(?:共通化)?(?:推進)?方針(?:案)?(?:[（(]案[)）])?$")
_CAPTION = re.compile(r"[（(][^（）()]{1,30}[)）]")
_LONG = 34
"""Characters; a heading in these drafts is shorter."""
_LARGE = 1.15
"""Times the usual print; a title is set larger."""


@dataclass(frozen=True)
class Draft:
    """A draft read: every line of it is the title, in a passage, or left out and listed."""

    title: str
    passages: tuple[Passage, ...]
    left_out: tuple[str, ...]
    """Page numbers, running heads, the table of contents, and what stands before the first heading."""


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
    usual = median([line.size for line in kept if line.size] or [0]) * _LARGE
    title, body, before = _front(list(_with_captions(_large_print(kept, usual))))
    outline = Outline()
    for line in body:
        is_heading = usual < line.size and len(line.text) <= _LONG and not line.level
        _read(line._replace(level=1) if is_heading else line, outline)
    passages = tuple(
        Passage(passage_id=f"p{number:02d}", heading=heading, text=text)
        for number, (heading, text) in enumerate(outline.finish(), start=1)
    )
    return Draft(title, passages, (*left_out, *before))


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


def _large_print(lines: list[Line], usual: float) -> Iterator[Line]:
    """A title printed over several lines is one; print above ``usual`` points is large."""
    before: Line | None = None
    for line in lines:
        if before and line.size == before.size > usual and not mark_of(line.text):
            before = before._replace(text=before.text + line.text)
            continue
        if before:
            yield before
        before = line
    if before:
        yield before


def _with_captions(lines: Iterator[Line]) -> Iterator[Line]:
    """The caption above an article （目的） belongs behind its number: 第１条（目的）."""
    caption: Line | None = None
    for line in lines:
        mark = mark_of(line.text)
        if caption and mark and mark.kind == "article" and "（" not in mark.text:
            rest = line.text[len(mark.text) :]
            line = line._replace(text=f"{mark.text.strip()}{caption.text}　{rest}")
        elif caption:
            yield caption
        caption = line if _CAPTION.fullmatch(line.text) and not mark else None
        if caption is None:
            yield line
    if caption:
        yield caption


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
    if not lines or lines[0].level != 1 or mark_of(lines[0].text.lstrip("# ")):
        return False
    others = [line.level for line in lines[1:] if line.level or mark_of(line.text)]
    return bool(others) and 1 not in others


def _opens(line: Line) -> bool:
    return bool(line.level or mark_of(line.text) or (_ENDS.search(line.text) and len(line.text) > _LONG))


def _read(line: Line, outline: Outline) -> None:
    text, mark = line.text, None if line.is_table else _mark(line, outline)
    if not text or line.is_table:
        outline.end()
    if not text:
        return
    head, rest = _split(text, mark, is_known=bool(line.level)) if mark else ("", text)
    if mark:
        outline.close(mark)
    if mark and head:
        outline.open(mark, head)
        if mark.kind == "number":
            outline.number = _chapter(text)
        text = rest
    if not text:
        return
    goes_on = not line.is_whole and not head and not mark and not _ENDS.search(outline.text)
    if outline.text and _BULLET.match(text):
        outline.text += "\n" + text
    elif outline.text and goes_on:
        outline.text += text
    else:
        outline.end()
        outline.text = text
    if line.is_table:
        outline.end()


def _mark(line: Line, outline: Outline) -> Mark | None:
    """The line's mark; a year or an amount at the start of a printed line is none."""
    mark = mark_of(line.text.lstrip("# ") if line.level else line.text)
    if mark and mark.kind == "number" and not line.is_whole and outline.text:
        is_next = _chapter(line.text) == outline.number + 1
        mark = mark if is_next or _ENDS.search(outline.text) else None
    return mark or (style_mark(line.level) if line.level else None)


def _chapter(text: str) -> int:
    """The number a line begins with, 0 where there is none.

    >>> _chapter("１３ 年度"), _chapter("（１）")
    (13, 0)
    """
    found = re.match(r"[#\s]*([0-9０-９]{1,4})", text)
    return int(found.group(1)) if found else 0


def _split(text: str, mark: Mark, *, is_known: bool) -> tuple[str, str]:
    """A line that begins with a number: its heading, and the text that follows in the same line.

    >>> _split("（１）対象業務　受付から許可までとする。", mark_of("（１）"), is_known=False)
    ('（１）対象業務', '受付から許可までとする。')
    >>> _split("（１）受付から許可までを対象とする。", mark_of("（１）"), is_known=False)
    ('', '（１）受付から許可までを対象とする。')
    >>> _split("第３条（費用） 国は、費用を負担する。", mark_of("第３条（費用） "), is_known=False)
    ('第３条（費用）', '国は、費用を負担する。')
    """
    plain = text.lstrip("# ") if is_known else text
    if mark.kind == "article":
        return mark.text.strip(), plain[len(mark.text) :]
    if is_known or (len(plain) <= _LONG and not plain.endswith(("。", "、"))):
        return plain, ""
    found = re.match(r"([^　。、\t]*)([　\t]*)(.*)", text[len(mark.text) :], re.DOTALL)
    title, gap, rest = found.groups() if found else ("", "", "")
    if gap and rest and 0 < len(title) <= _LONG:
        return mark.text + title, rest
    return "", text
