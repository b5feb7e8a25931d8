"""A draft in Word, as it prints: numbers that Word counts, insertions, notes and boxes included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.edges.word_numbers import Numbers
from pipeline.steps.passages import Line, table_lines

_HEADING = re.compile(r"(?:heading|見出し)\s*(\d)", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = {f"{_W}{name}" for name in ("del", "moveFrom", "rt", "instrText", "txbxContent", "pPr")}
"""What was struck out, furigana, codes of fields; text boxes are read on their own."""
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOTE = {f"{_W}footnoteReference": "footnotes", f"{_W}endnoteReference": "endnotes"}


def word_lines(path: Path) -> Iterator[Line]:
    """The paragraphs and tables of a document, in order.

    Raises:
        ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile, OpcError, LxmlError: The
            document is damaged.
    """
    import docx

    document = docx.Document(str(path))
    yield from _Reader(document).block(document.element.body)


class _Reader:
    def __init__(self, document: Any) -> None:
        self._numbers = Numbers(document)
        self._styles = {style.style_id: style.name or "" for style in document.styles}
        self._notes = dict(_notes(document))

    def block(self, parent: Any) -> Iterator[Line]:
        """What stands in the body, a content control or a text box."""
        for element in parent:
            if element.tag == f"{_W}p":
                yield from self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                yield from table_lines(self._rows(element))
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}moveTo"):
                yield from self.block(element)

    def _paragraph(self, element: Any) -> Iterator[Line]:
        named = element.find(f"{_W}pPr/{_W}pStyle")
        style = "" if named is None else self._styles.get(named.get(f"{_W}val"), "")
        number, text = self._numbers.before(element), _text(element)
        level = _HEADING.match(style)
        if number and text.strip():
            text = number + ("" if number == "・" else "　") + text
        for part in text.splitlines() or [""]:
            yield Line(part, int(level.group(1)) if level else 0)
        for reference in _seen(element):
            if reference.tag in _NOTE:
                key = (_NOTE[reference.tag], reference.get(f"{_W}id"))
                yield Line(f"※{self._notes.get(key, '')}")
        for element_box in _boxes(element):
            yield from self.block(element_box)

    def _rows(self, table: Any) -> Iterator[list[str]]:
        """Cells row by row; a merged cell once, a table within a cell as words of that cell."""
        for row in _own(table, f"{_W}tr"):
            cells = [_cell(cell) for cell in _own(row, f"{_W}tc")]
            yield [text for text in cells if text]


def _notes(document: Any) -> Iterator[tuple[tuple[str, str], str]]:
    from lxml import etree

    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("footnotes", "endnotes"):
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False))
            for note in root:
                text = " ".join(_text(one).strip() for one in note.iter(f"{_W}p"))
                yield (kind, note.get(f"{_W}id")), text.strip()


def _own(element: Any, tag: str) -> Iterator[Any]:
    """The nearest elements of a kind below, not those of a table within."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in (_FALLBACK, f"{_W}tbl"):
            yield from _own(child, tag)


def _cell(cell: Any) -> str:
    return " ".join(" ".join(_text(one).split()) for one in _paragraphs(cell)).strip()


def _paragraphs(element: Any) -> Iterator[Any]:
    """Every paragraph below, those of boxes and tables within too."""
    for child in element:
        if child.tag == f"{_W}p":
            yield child
        if child.tag != _FALLBACK:
            yield from _paragraphs(child)


def _text(paragraph: Any) -> str:
    """The words of a paragraph as they print; a note is marked where it is called."""
    said = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    said |= dict.fromkeys(_NOTE, "（※）")
    return "".join(
        (element.text or "") if element.tag == f"{_W}t" else said.get(element.tag, "")
        for element in _seen(paragraph)
    )


def _seen(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag not in _UNSEEN and child.tag != _FALLBACK:
            yield child
            yield from _seen(child)


def _boxes(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{_W}txbxContent":
            yield child
        elif child.tag != _FALLBACK:
            yield from _boxes(child)
