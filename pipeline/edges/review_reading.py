"""Review reading: a review workbook as it came back; nothing is applied here."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl

from pipeline.edges.review_columns import TITLES
from pipeline.edges.review_workbook import ABOUT, SHEET
from pipeline.errors import InputError

_MAX_UNPACKED = 300_000_000
_MAX_ROWS = 200_000


@dataclass(frozen=True)
class FilledRow:
    """One row as it came back; ``row`` as Excel numbers it."""

    row: int
    statement_id: str
    number: str
    text_hash: str
    label: str = ""
    secondary: str = ""
    coverage: str = ""
    contrary: str = ""
    passages: str = ""
    comment: str = ""
    apart: str = ""
    into: str = ""
    cuts: str = ""
    personal: str = ""


@dataclass(frozen=True)
class Filled:
    """A workbook as it came back."""

    file: str
    window: str
    reviewer: str
    taxonomy_version: str
    rows: tuple[FilledRow, ...]


def read_review_workbook(source: Path | BinaryIO, name: str) -> Filled:
    """Read a workbook that came back; nothing is applied.

    Raises:
        InputError: It is not a workbook of ours, or unpacks to more than is reasonable.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
                raise InputError(f"{name}: ファイルが大きすぎます。書き出した表に記入して送ってください。")
        book = openpyxl.load_workbook(source, read_only=True, data_only=True)
    except (zipfile.BadZipFile, OSError, KeyError, ValueError, SyntaxError) as error:
        raise InputError(f"{name}: Excel の表（.xlsx）として読めません。") from error
    try:
        if SHEET not in book.sheetnames or ABOUT not in book.sheetnames:
            raise InputError(
                f"{name}: 「{SHEET}」の表がありません。reviews export で書き出した表を使ってください。"
            )
        about = {_text(row[0]): _text(row[1]) for row in book[ABOUT].iter_rows(max_col=2, values_only=True)}
        return Filled(
            file=name,
            window=about.get("照会", ""),
            reviewer=about.get("確認する人", ""),
            taxonomy_version=about.get("判断基準書の版", ""),
            rows=_rows(book[SHEET], name),
        )
    finally:
        book.close()


def _rows(sheet: Any, name: str) -> tuple[FilledRow, ...]:
    found: list[FilledRow] = []
    titles: dict[str, int] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_row=_MAX_ROWS), 1):
        texts = [_text(cell) for cell in cells]
        if not titles:
            titles = {text: i for i, text in enumerate(texts)}
            missing = [title for title in TITLES if title not in titles]
            if missing:
                raise InputError(
                    f"{name}、シート「{SHEET}」: 列「{missing[0]}」がありません。"
                    "書き出した表を使ってください。"
                )
            continue
        value = {title: texts[i] if i < len(texts) else "" for title, i in titles.items()}
        if any(texts):
            found.append(_row(number, value))
    return tuple(found)


_FIELDS = {
    "statement_id": "意見ID",
    "number": "版",
    "text_hash": "照合値",
    "label": "区分",
    "secondary": "副区分",
    "coverage": "突合",
    "contrary": "反対の結論",
    "passages": "段落",
    "comment": "コメント",
    "apart": "別に見る",
    "into": "統合先",
    "cuts": "分割",
    "personal": "個人情報",
}


def _row(number: int, value: dict[str, str]) -> FilledRow:
    return FilledRow(number, **{field: value[title] for field, title in _FIELDS.items()})


def _text(cell: object) -> str:
    """A cell as text; a whole number that Excel turned into a float is a whole number again."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
