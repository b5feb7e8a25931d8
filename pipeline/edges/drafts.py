"""Drafts: the lines of a ministry's draft, from Word, PDF, PowerPoint, Markdown or plain text."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.candidates import Candidate
from pipeline.edges.delimited import decode
from pipeline.errors import InputError
from pipeline.steps.passages import Line, blank_lines, table_lines

MAX_BYTES = 200_000_000
"""Of the file, and of what it unpacks to."""
_EXTRA = "pip install 'ikenwake[drafts]' で読み取り用の部品を入れてください。"


def read_draft(path: Path) -> list[Line]:
    """Read a draft's lines in reading order.

    Raises:
        InputError: The file is missing, of another kind, too large, protected, damaged or without text.
    """
    readers: dict[str, Callable[[Path], Iterator[Line]]] = {
        ".docx": _word,
        ".pptx": _slides,
        ".pdf": _pdf,
        ".md": _plain,
        ".txt": _plain,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(
            f"{path.name}: 読めるのは {'、'.join(readers)} です。その形式で保存し直してください。"
        )
    _check(path)
    lines = list(reader(path))
    if not any(line.text.strip() for line in lines):
        raise InputError(
            f"{path.name}: 文字がありません（画像だけの文書など）。文字のある元のファイルを指定してください。"
        )
    return lines


def write_candidate(candidate: Candidate, path: Path) -> None:
    """Write a candidate file for people to complete; one that is there already may hold their work.

    Raises:
        InputError: The file exists, or cannot be written.
    """
    text = candidate.model_dump_json(indent=1, by_alias=True, exclude={"items"}) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(
            f"{path}: 既にあります。書き足した内容を消さないため、別の名前を --out に指定してください。"
        ) from error
    except OSError as error:
        raise InputError(f"{path}: 書き込めません。場所と権限を確かめてください。") from error


def _check(path: Path) -> None:
    try:
        size = path.stat().st_size
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                size = max(size, sum(entry.file_size for entry in archive.infolist()))
    except FileNotFoundError as error:
        raise InputError(f"{path.name}: ファイルがありません。場所を確かめてください。") from error
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path.name}: ファイルを開けません。権限と中身を確かめてください。") from error
    if size > MAX_BYTES:
        raise InputError(
            f"{path.name}: 展開すると{MAX_BYTES // 1_000_000}MBを超えます。図を減らして保存し直してください。"
        )


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path.name}: 開けません。壊れているか、保護されています。"
        "元のソフトで開き、保護を外して保存し直してください。"
    )


def _plain(path: Path) -> Iterator[Line]:
    return blank_lines(decode(path.name, path.read_bytes()))


def _word(path: Path) -> Iterator[Line]:
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    from pipeline.edges.word_draft import word_lines

    try:
        yield from word_lines(path)
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        LxmlError,
        zipfile.BadZipFile,
        OpcError,
    ) as error:
        raise _damaged(path) from error


def _slides(path: Path) -> Iterator[Line]:
    try:
        import pptx
        from lxml.etree import LxmlError
        from pptx.exc import PythonPptxError
    except ImportError as error:
        raise InputError(f"{path.name}: PowerPointを読めません。{_EXTRA}") from error
    try:
        slides = list(pptx.Presentation(str(path)).slides)
    except (ValueError, KeyError, LxmlError, zipfile.BadZipFile, PythonPptxError) as error:
        raise _damaged(path) from error
    for number, slide in enumerate(slides, start=1):
        title = slide.shapes.title
        if title is not None and title.text_frame.text.strip():
            yield Line(" ".join(title.text_frame.text.split()), 1, page=number)
        for shape in slide.shapes:
            if shape.has_table:
                rows = [
                    list(dict.fromkeys(cell.text.strip() for cell in row.cells)) for row in shape.table.rows
                ]
                yield from (line._replace(page=number) for line in table_lines(rows))
            elif shape.has_text_frame and shape != title:
                yield from (Line(p.text, page=number) for p in shape.text_frame.paragraphs)
        yield Line("", page=number)


def _pdf(path: Path) -> Iterator[Line]:
    try:
        from pdfminer.psexceptions import PSException
    except ImportError as error:
        raise InputError(f"{path.name}: PDFを読めません。{_EXTRA}") from error
    from pipeline.edges.pdf_draft import pdf_lines

    try:
        yield from pdf_lines(path)
    # A damaged PDF fails anywhere in the parser, not only with the parser's own errors.
    except (PSException, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise _damaged(path) from error
