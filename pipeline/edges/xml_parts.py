"""XML parts of a workbook, streamed: no entity is ever expanded, no part is ever held whole."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from pipeline.errors import InputError

_CHUNK = 1 << 20
_DAMAGED = "ファイルが壊れています。Excelで開き、修復して保存し直してください。"
_ENTITIES = (
    "通常のExcelブックには無い宣言（DTD）が含まれるため、安全のため開きません。Excelで保存し直してください。"
)
# Formatted but empty: a sheet whose used range grew to a million rows is made of these alone.
_EMPTY = re.compile(
    rb"<(?:x:)?row (?:[^<>]* )?r=[^<>]*>(?:<(?:x:)?c [^<>]*/>)*</(?:x:)?row>"
    rb"|<(?:x:)?(?:c|row) (?:[^<>]* )?r=[^<>]*/>"
)
_RAW_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}));")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def parse_part(archive: zipfile.ZipFile, part: str, start: Start, end: End, text: End) -> None:
    """Send the elements of ``part`` to the three callbacks, by local name, in document order.

    Raises:
        InputError: The part is missing, damaged, not XML, or declares a DTD.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_dtd
    try:
        with archive.open(part) as stream:
            for chunk in _chunks(stream):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (KeyError, OSError, EOFError, zlib.error) as error:
        raise InputError(_DAMAGED) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, expat.ExpatError, ValueError) as error:
        raise InputError(_DAMAGED) from error


def _refuse_dtd(*_: object) -> None:
    raise InputError(_ENTITIES)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """Cut after a ``>``, drop empty cells, and spell characters XML forbids the way Excel spells them."""
    rest = stream.read(_CHUNK)
    if rest[:2] in (b"\xff\xfe", b"\xfe\xff"):
        yield rest
        yield from iter(lambda: stream.read(_CHUNK), b"")
        return
    while True:
        more = stream.read(_CHUNK)
        cut = rest.rfind(b">") + 1 if more else len(rest)
        cut = cut or len(rest)
        yield _mend(rest[:cut])
        rest = rest[cut:] + more
        if not more:
            return


def _mend(chunk: bytes) -> bytes:
    chunk = _EMPTY.sub(b"", chunk)
    if _RAW_CONTROL.search(chunk):
        chunk = _RAW_CONTROL.sub(lambda found: b"_x%04X_" % found[0][0], chunk)
    if b"&#" in chunk:
        chunk = _REFERENCE.sub(_mend_reference, chunk)
    return chunk


def _mend_reference(found: re.Match[bytes]) -> bytes:
    code = int(found[1], 16) if found[1] else int(found[2])
    legal = code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000
    if legal:
        return found[0]
    return b"_x%04X_" % code if code < 0x10000 else b"_xFFFD_"


def unescape(text: str) -> str:
    """Decode ``_x000D_`` and its kind; halves of a surrogate pair are joined, lone ones become U+FFFD.

    Example:
        >>> unescape("一行目_x000D_\\n二行目_x005F_x000D_"), unescape("_xD83D__xDE00_ _xD800_")
        ('一行目\\n二行目_x000D_', '😀 \ufffd')
    """
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return clean_breaks(text)


def clean_breaks(text: str) -> str:
    """One spelling of a line break, and no half characters that nothing could write again."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
