"""CSV files: the encoding and the delimiter are found by evidence, never by a fallback that cannot fail."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from pipeline.edges.xml_parts import clean_breaks
from pipeline.errors import InputError
from pipeline.sheets import Sheet

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_RESAVE = "Excelで開き、「CSV UTF-8（コンマ区切り）」で保存し直してください。"
_MAX_CELLS = 20_000_000


def read_csv(path: Path) -> list[Sheet]:
    """Read a delimited text file as one sheet; a row keeps the number Excel would show.

    Raises:
        InputError: The encoding cannot be told, or a quotation mark never closes.
    """
    text = clean_breaks(decode(path.name, path.read_bytes()))
    # One limit for the whole process: raised, never lowered, since others read CSV too.
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error as error:
        raise InputError(
            f'{path.name}: {len(rows) + 1}行目から、引用符「"」の対応が崩れていて、どこまでが1つの欄か'
            f"分かりません。{_RESAVE}"
        ) from error
    kept = {number: row for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row)}
    width = max((len(row) for row in kept.values()), default=0)
    if width * len(kept) > _MAX_CELLS:
        raise InputError(f"{path.name}: 表が大きすぎます。ファイルを分けてください。")
    cells = tuple(
        (*(cell if cell.strip() else "" for cell in row), *[""] * (width - len(row))) for row in kept.values()
    )
    return [Sheet(path.name, "", cells, tuple(kept))]


def decode(name: str, data: bytes) -> str:
    """Text of a file in the encoding its bytes give evidence of.

    Raises:
        InputError: No encoding fits, or the one its mark names does not.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(name, data, encoding)
    if b"\x1b$" in data:
        return _strictly(name, data, "iso2022_jp")
    if _is(data, "utf-8"):
        return data.decode("utf-8")
    text = _cp932_or_euc(data)
    if text:
        return text
    raise InputError(f"{name}: 文字コードを判別できません（UTF-8でもShift_JISでもありません）。{_RESAVE}")


def _strictly(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: {error.start + 1}バイト目の文字が壊れています（{encoding}）。{_RESAVE}"
        ) from error


def _is(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _cp932_or_euc(data: bytes) -> str:
    """EUC-JP is often valid CP932 too, but then it is half-width katakana from end to end."""
    text = data.decode("cp932") if _is(data, "cp932") else ""
    wide = [char for char in text if not char.isascii()]
    half = sum("\uff61" <= char <= "\uff9f" for char in wide)
    if 2 * half >= len(wide) and _is(data, "euc_jp"):
        other = data.decode("euc_jp")
        if any("\u3041" <= char <= "\u3096" for char in other):
            return other
    return text


def _delimiter(text: str) -> str:
    """Whichever of comma, tab and semicolon stands most often outside quotation marks near the top."""
    outside = "".join(text[:20_000].split('"')[::2])
    return max(",\t;", key=lambda delimiter: (outside.count(delimiter), delimiter == ","))
