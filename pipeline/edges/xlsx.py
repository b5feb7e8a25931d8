"""Excel workbooks, read as a person sees them, in one streaming pass per sheet.

Why not openpyxl: it gives merged ranges only when it holds the whole workbook, makes an object of every
formatted but empty cell (a used range of a million rows), shows ``m月d日`` as a bare number, and fails on
characters XML forbids; all four come with real inquiries.
"""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.edges.cell_format import BUILTIN, show_number
from pipeline.edges.xlsx_grid import Grid
from pipeline.edges.xml_parts import parse_part, unescape
from pipeline.errors import InputError
from pipeline.sheets import Remark, Sheet

_MACRO = (
    "マクロ付きのブックです。マクロは実行せず、表だけを読みました。"
    "Excelブック（.xlsx）で保存し直してください。"
)
_HIDDEN = "非表示のシートです。読みましたので、不要なら削除してください。必要なら再表示してください。"


@dataclass
class _Book:
    """What a cell needs from the rest of the workbook."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, relation id and state of every sheet, in the order of the tabs."""
    targets: dict[str, str] = field(default_factory=dict)
    is_1904: bool = False
    strings: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)


def read_xlsx(path: Path) -> list[Sheet]:
    """Read every worksheet, hidden ones too, in the order of the tabs.

    Raises:
        InputError: A part is missing or damaged, or a sheet is too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            book = _read_book(archive)
            macro = "xl/vbaProject.bin" in archive.namelist()
            return [
                _read_sheet(archive, book, sheet, path.name, macro and i == 0)
                for i, sheet in enumerate(book.sheets)
            ]
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def _read_book(archive: zipfile.ZipFile) -> _Book:
    book = _Book()
    names = set(archive.namelist())
    root = _workbook_part(archive)
    folder = posixpath.dirname(root)

    def on_workbook(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), "")
            book.sheets.append((attributes.get("name", ""), relation, attributes.get("state", "visible")))
        elif name == "workbookPr":
            book.is_1904 = attributes.get("date1904") in ("1", "true")

    parse_part(archive, root, on_workbook, _ignore, _ignore)
    relations = _relations(archive, posixpath.join(folder, "_rels", posixpath.basename(root) + ".rels"))
    for relation, (kind, target) in relations.items():
        part = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
        if kind == "sharedStrings" and part in names:
            book.strings = _read_strings(archive, part)
        elif kind == "styles" and part in names:
            book.formats = _read_formats(archive, part)
        elif kind == "worksheet":
            book.targets[relation] = part
    book.sheets = [sheet for sheet in book.sheets if sheet[1] in book.targets]
    if not book.sheets:
        raise InputError("シートがありません。意見の表があるブックか確かめてください。")
    return book


def _ignore(_: str) -> None:
    pass


def _workbook_part(archive: zipfile.ZipFile) -> str:
    for kind, target in _relations(archive, "_rels/.rels").values():
        if kind == "officeDocument":
            return target.lstrip("/")
    return "xl/workbook.xml"


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Relation id → last word of its type, target."""
    found: dict[str, tuple[str, str]] = {}

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    if part in archive.namelist():
        parse_part(archive, part, on_start, _ignore, _ignore)
    return found


def _read_strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Shared strings, runs joined; furigana (``rPh``) is not part of what is written."""
    strings: list[str] = []
    pieces: list[str] = []
    inside = {"t": False, "rPh": False}

    def on_start(name: str, _: dict[str, str]) -> None:
        if name == "si":
            pieces.clear()
        elif name in inside:
            inside[name] = True

    def on_end(name: str) -> None:
        if name in inside:
            inside[name] = False
        elif name == "si":
            strings.append(unescape("".join(pieces)))

    def on_text(text: str) -> None:
        if inside["t"] and not inside["rPh"]:
            pieces.append(text)

    parse_part(archive, part, on_start, on_end, on_text)
    return strings


def _read_formats(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Number format of every cell style, by index."""
    custom: dict[str, str] = {}
    used: list[str] = []
    inside: list[str] = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if name == "cellXfs":
            inside.append(name)
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "General")
        elif name == "xf" and inside:
            used.append(attributes.get("numFmtId", "0"))

    def on_end(name: str) -> None:
        if name == "cellXfs":
            inside.clear()

    parse_part(archive, part, on_start, on_end, _ignore)
    builtin = {str(number): code for number, code in BUILTIN.items()}
    return [custom.get(number) or builtin.get(number, "General") for number in used]


def _read_sheet(
    archive: zipfile.ZipFile, book: _Book, sheet: tuple[str, str, str], file: str, macro: bool
) -> Sheet:
    name, relation, state = sheet
    grid = Grid()
    reader = _Cells(book, grid)
    parse_part(archive, book.targets[relation], reader.on_start, reader.on_end, reader.on_text)
    remarks = [Remark(0, "macro", _MACRO)] if macro else []
    if state != "visible" and grid.n_cells:
        remarks.append(Remark(0, "hidden_sheet", _HIDDEN))
    return grid.sheet(file, unescape(name), tuple(remarks))


class _Cells:
    """Turns the elements of one worksheet into cells of a grid."""

    def __init__(self, book: _Book, grid: Grid) -> None:
        self._book, self._grid = book, grid
        self._row = self._column = 0
        self._kind = self._style = self._formula = self._value = ""
        self._pieces: list[str] | None = None
        self._phonetic = False

    def on_start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._row, self._column = self._grid.place(attributes.get("r", ""), self._row, self._column)
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._formula = self._value = ""
        elif name in ("v", "f", "t"):
            self._pieces = []
        elif name == "row":
            number = attributes.get("r", "")
            self._row, self._column = int(number) if number.isdigit() else self._row + 1, 0
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._grid.merge(attributes.get("ref", ""))

    def on_text(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def on_end(self, name: str) -> None:
        if name in ("v", "f", "t") and self._pieces is not None:
            written, self._pieces = "".join(self._pieces), None
            if name == "f":
                self._formula = written
            elif not self._phonetic:
                self._value += written
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._grid.put(self._row, self._column, self._shown())

    def _shown(self) -> str:
        """The value kept in the file; a formula nobody has computed is shown as itself."""
        value = self._value
        if not value:
            return f"={self._formula}" if self._formula else ""
        if self._kind == "s":
            index = int(value) if value.isdigit() else -1
            if not 0 <= index < len(self._book.strings):
                raise InputError(
                    "ファイルが壊れています（共有文字列）。Excelで修復して保存し直してください。"
                )
            return self._book.strings[index]
        if self._kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if self._kind != "n":
            return unescape(value)
        formats = self._book.formats
        style = int(self._style) if self._style.isdigit() else 0
        number_format = formats[style] if style < len(formats) else "General"
        return show_number(value, number_format, is_1904=self._book.is_1904)
