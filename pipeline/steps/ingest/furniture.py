"""Furniture: rows of the form itself, which nobody sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from pipeline.layout import Field
from pipeline.steps.ingest.units import Unit

Kind = Literal["example", "total", "note", ""]

_NEAR_TOP = 4
"""Rows below the headings in which a form shows how to fill it in."""
_EXAMPLE_MARK = re.compile(
    r"[(\[【〔<〈《]?(?:記入|記載|入力)?例(?:示)?[0-9]*[)\]】〕>〉》]?[:.]?|サンプル|見本|\(?ex\)?\.?|sample"
)
_EXAMPLE_TEXT = re.compile(
    r"[(\[【〔<〈《](?:記入|記載|入力)?例[0-9]*[)\]】〕>〉》]|(?:記入|記載|入力)例[:0-9]"
)
_PLACEHOLDER = re.compile(
    r"[(（]?(?:例[:：]?)?[○〇◯●◎△□×xX＊*]{1,4}(?:都|道|府|県|市|区|町|村|組合|連合).{0,12}|[(（].{0,6}(?:団体名|市町村名|候補名)[)）]"
)
_TOTAL = re.compile(
    r"(?:合|小|総|累)?計[:]?|総?件数[:]?|総合計|(?:合|小|総)?計[:]?[0-9,]+件?|[0-9,]+件|total"
)
_COUNT = re.compile(r"(?:[0-9,]+件?)?|(?:合|小|総)?計[:]?(?:[0-9,]+件?)?")
_NOTE = re.compile(r"[※＊*注]|[(（]注|備考[:：]|以上$|[-ー－（(]*以下[、]?余白|以降余白|\[?EOF")
_SERIAL = re.compile(r"[(（]?(?:[0-9]{1,2}|[a-zA-Zア-ン]|[①-⑳])[)）]?")
_INSTRUCTION = re.compile(
    r"(?:記入|記載|入力|選択|御?回答)(?:して|する|の上|してください|すること|願います|のこと|不要)|プルダウン|自動(?:入力|表示|計算)|字以内|リストから"
)
_CONTENT: tuple[Field, ...] = ("organization", "opinion", "reason", "section", "answer")


def furniture_kinds(units: Sequence[Unit]) -> list[Kind]:
    """What each row is if nobody sent it, else empty: when in doubt, it was sent.

    Args:
        units: The rows of one sheet, from top to bottom.
    """
    # Where many senders are ○○市, the file was made anonymous, and none of them is an example.
    masked = sum(_PLACEHOLDER.fullmatch(_sender(unit)) is not None for unit in units) > _NEAR_TOP
    kinds: list[Kind] = []
    shows_how = False
    for unit in units:
        kind = _kind(unit, masked=masked)
        if shows_how and not kind:
            kind = "example"
        elif kind != "note" and shows_how:
            shows_how = False
        kinds.append(kind)
        if kind == "note":
            shows_how = any(_EXAMPLE_MARK.fullmatch(_plain(text)) for text in unit.cells)
        elif kind == "example" and shows_how:
            shows_how = False
    return kinds


def _kind(unit: Unit, *, masked: bool) -> Kind:
    if _is_example(unit, masked=masked):
        return "example"
    if _is_total(unit):
        return "total"
    return "note" if _is_note(unit) else ""


def _sender(unit: Unit) -> str:
    return (unit.values.get("organization", "") or unit.values.get("prefecture", "")).strip()


def _plain(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def _is_example(unit: Unit, *, masked: bool) -> bool:
    short = [_plain(unit.values.get(field, "")) for field in ("number", "organization", "prefecture")]
    if any(_EXAMPLE_MARK.fullmatch(text) for text in short):
        return len(unit.cells) > 1
    first = _plain(unit.cells[0]) if unit.cells else ""
    if _EXAMPLE_MARK.fullmatch(first):
        return len(unit.cells) > 1
    if unit.offset >= _NEAR_TOP:
        return False
    opinion = _plain(unit.values.get("opinion", ""))
    if _PLACEHOLDER.fullmatch(_sender(unit)):
        return not masked
    return bool(_EXAMPLE_TEXT.match(opinion)) and (not _sender(unit) or unit.offset == 0)


def _is_total(unit: Unit) -> bool:
    opinion = _plain(unit.values.get("opinion", ""))
    if not unit.is_banner and not _COUNT.fullmatch(opinion):
        return False
    if not unit.is_banner and not _COUNT.fullmatch(_plain(unit.values.get("reason", ""))):
        return False
    sender = _plain(unit.values.get("organization", ""))
    if sender and not _TOTAL.fullmatch(sender):
        return False
    return any(_TOTAL.fullmatch(_plain(text)) and not _plain(text).isdigit() for text in unit.cells)


def _is_note(unit: Unit) -> bool:
    if unit.is_banner:
        return True
    if unit.offset < _NEAR_TOP and _guides(unit):
        return True
    filled = [field for field in _CONTENT if unit.values.get(field)]
    if not filled:
        return True
    return (
        len(unit.cells) == 1
        and filled != ["opinion"]
        and filled != ["reason"]
        and bool(_NOTE.match(unit.cells[0]))
    )


def _guides(unit: Unit) -> bool:
    """A row that numbers the columns or says how to fill them in."""
    texts = [text for text in unit.values.values() if text]
    if len(texts) >= 3 and all(_SERIAL.fullmatch(text.strip()) for text in texts):
        return True
    return sum(bool(_INSTRUCTION.search(text)) for text in unit.cells) >= 2
