"""Guard: look at a file's outside before anything opens it."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Literal

from pipeline.errors import InputError

Kind = Literal["workbook", "text"]

MAX_BYTES = 200_000_000
"""Of a file, and of what its parts unpack to: ten times a workbook of 100,000 opinions."""
_MAX_ENTRIES = 10_000
_MAX_DIRECTORY = 5_000_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt"}
_BOOK_SUFFIXES = {".xlsx", ".xlsm", ".xltx", ".xltm"}
_RESAVE = "Excelで開き、「名前を付けて保存」で「Excelブック（.xlsx）」にしてください。"


def check_outside(path: Path) -> Kind:
    """Tell a workbook from text by its first bytes, and refuse what cannot or must not be opened.

    Raises:
        InputError: Missing, empty, too large, password-protected, an old or foreign format, a zip bomb.
    """
    if path.name.startswith("~$"):
        raise InputError(
            f"{path.name}: Excelが開いている間だけ置く一時ファイルです。入力から外してください。"
        )
    head = _head(path)
    if head.startswith(_OLE):
        raise InputError(f"{path.name}: {_ole_message(path)}")
    if head.startswith(b"PK"):
        _check_zip(path)
        return "workbook"
    return _text_or_refuse(path)


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path.name}: フォルダーです。ファイルを指定してください。")
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = MAX_BYTES // 1_000_000
            raise InputError(f"{path.name}: {limit}MBを超えるため開きません。ファイルを分けてください。")
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        reason = "ファイルがありません" if isinstance(error, FileNotFoundError) else "ファイルを開けません"
        raise InputError(
            f"{path.name}: {reason}。場所と権限を確かめ、他のソフトで開いていれば閉じてください。"
        ) from error
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf"):
        raise InputError(f"{path.name}: ファイルが空です。中身のあるファイルを指定してください。")
    return head


def _ole_message(path: Path) -> str:
    """What an OLE container is: an encrypted workbook, or a workbook of Excel 97-2003."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "パスワードで保護されています。Excelで開き、パスワードを外して保存し直してください。"
    return f"古い形式（.xls）などのファイルです。拡張子を変えただけでは読めません。{_RESAVE}"


def _text_or_refuse(path: Path) -> Kind:
    suffix = path.suffix.lower()
    if suffix in _TEXT_SUFFIXES:
        return "text"
    if suffix in _BOOK_SUFFIXES:
        raise InputError(
            f"{path.name}: Excelブックではないか、壊れています。{_RESAVE}CSVなら拡張子を.csvにしてください。"
        )
    raise InputError(f"{path.name}: この種類のファイルは読めません。.xlsx か .csv にしてください。")


def _check_zip(path: Path) -> None:
    """Read only the table of contents; what it declares is also the most that zipfile will unpack."""
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise InputError(f"{path.name}: ファイルが壊れています。元のファイルから{_RESAVE}") from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise InputError(
            f"{path.name}: パスワードで保護されています。パスワードを外して保存し直してください。"
        )
    if sum(entry.file_size for entry in entries if _is_read(entry)) >= MAX_BYTES:
        raise _bomb(path)
    names = {entry.filename for entry in entries}
    if "xl/workbook.bin" in names:
        raise InputError(f"{path.name}: バイナリ形式（.xlsb）は読めません。{_RESAVE}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise InputError(f"{path.name}: Excelブックではありません（中身が別の形式です）。{_RESAVE}")


def _is_read(entry: zipfile.ZipInfo) -> bool:
    """Text that is read, or anything that unpacks to far more than a photograph would."""
    is_text = entry.filename.lower().endswith((".xml", ".rels"))
    return is_text or entry.file_size > 20 * entry.compress_size


def _check_directory(path: Path) -> None:
    """Refuse an endless table of contents before zipfile makes an object of every entry."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and len(tail) >= at + 22:
        _, entries, size = struct.unpack("<HHL", tail[at + 8 : at + 16])
        if entries > _MAX_ENTRIES or size > _MAX_DIRECTORY:
            raise _bomb(path)


def _bomb(path: Path) -> InputError:
    return InputError(
        f"{path.name}: 展開すると{MAX_BYTES // 1_000_000}MB以上になるため、安全のため開きません。"
        "不要なシートや書式を消して保存し直すか、ファイルを分けてください。"
    )
