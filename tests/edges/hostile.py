"""Hostile files, built by the tests: nothing of the kind lies in the repository."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
_BOOK = (
    f'<workbook xmlns:r="{_REL}"><sheets><sheet name="様式1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_BOOK_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_REL}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{_REL}/styles" Target="styles.xml"/></Relationships>'
)
HEADINGS = ("番号", "団体名", "候補", "意見", "理由")
_SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def cell(reference: str, text: str) -> str:
    """A cell with its text in it; the text is XML."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row(number: int, texts: Iterable[str]) -> str:
    """A row of text cells from column A."""
    cells = "".join(cell(f"{chr(65 + j)}{number}", text) for j, text in enumerate(texts) if text)
    return f'<row r="{number}">{cells}</row>'


def worksheet(*rows: str, tail: str = "", head: str = "") -> str:
    """A worksheet part."""
    start = f"<?xml version='1.0' encoding='UTF-8'?>{head}<worksheet><sheetData>"
    return f"{start}{''.join(rows)}</sheetData>{tail}</worksheet>"


def opinions(*texts: str) -> str:
    """A worksheet with headings and one opinion per text."""
    rows = [row(1, HEADINGS)]
    rows += [row(i, (str(i), "鐘ヶ峰村", "D1", text, "")) for i, text in enumerate(texts, start=2)]
    return worksheet(*rows)


def pack(path: Path, sheet: str | bytes, **others: str | bytes | None) -> Path:
    """Pack a worksheet into a workbook; ``others`` replace or (None) leave out parts, ``__`` for ``/``."""
    parts: dict[str, str | bytes | None] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": _BOOK,
        "xl/_rels/workbook.xml.rels": _BOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    parts.update({name.replace("__", "/").replace("_dot_", "."): part for name, part in others.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part)
    return path


def bomb(path: Path, megabytes: int) -> Path:
    """A workbook whose one sheet unpacks to so many megabytes of blanks; a few hundred kB on disk."""
    pack(path, "", xl__worksheets__sheet1_dot_xml=None)
    packed = zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED)
    with packed as archive, archive.open(_SHEET, "w") as part:
        part.write(b"<worksheet><sheetData>")
        for _ in range(megabytes):
            part.write(b" " * 1_000_000)
        part.write(b"</sheetData></worksheet>")
    return path


def endless_rows(path: Path, n: int) -> Path:
    """Two opinions and then ``n`` formatted rows without content, as Excel leaves them behind."""
    start = opinions("画面を分けてほしい。").removesuffix("</sheetData></worksheet>")
    pack(path, "", xl__worksheets__sheet1_dot_xml=None)
    packed = zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1)
    with packed as archive, archive.open(_SHEET, "w") as part:
        part.write(start.encode())
        for first in range(3, n, 10_000):
            rows = (f'<row r="{i}" s="1"><c r="A{i}" s="1"/></row>' for i in range(first, first + 10_000))
            part.write("".join(rows).encode())
        part.write(b"</sheetData></worksheet>")
    return path


def ole(path: Path, stream: str) -> Path:
    """The stub of an OLE container with a stream of that name."""
    path.write_bytes(OLE + b"\0" * 504 + stream.encode("utf-16-le") + b"\0" * 512)
    return path
