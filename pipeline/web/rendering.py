"""Rendering: templates, and the few things every page shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from pydantic import AfterValidator

from pipeline.edges.store.accounts import ROLES
from pipeline.edges.trail import KINDS, READINGS, STATES

_TOKYO = ZoneInfo("Asia/Tokyo")
TIERS = {
    "undetermined": "判定不能",
    "wrong_exclusion": "除外の確認",
    "revision_request": "修正協議の確認",
    "recheck": "ラベルの点検",
    "margin": "確信が低い",
    "random": "無作為抽出",
}
SECTIONS = {
    "scope_in": "対象",
    "scope_out": "対象外",
    "answered": "回答済み事項",
    "measures": "公表・実施済みの措置",
    "alternative_parts": "共通化以外とされた部分",
    "draft": "方針案",
}


def mark(text: str, spans: Iterable[str]) -> Markup:
    """Escape a text and highlight verbatim spans of it; overlapping ones are merged.

    >>> mark("<b>利用料</b>は高い", ["利用料"])
    Markup('&lt;b&gt;<mark>利用料</mark>&lt;/b&gt;は高い')
    """
    inside = [False] * len(text)
    for span in spans:
        start = text.find(span) if span else -1
        if start >= 0:
            inside[start : start + len(span)] = [True] * len(span)
    pieces: list[Markup] = []
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or inside[i] != inside[start]:
            piece = escape(text[start:i])
            pieces.append(Markup("<mark>{}</mark>").format(piece) if inside[start] else piece)
            start = i
    return Markup("").join(pieces)


def percent(value: float) -> str:
    """A probability for people: whole per cent, never rounded up to certainty.

    >>> percent(0.999), percent(0.456), percent(0.001)
    ('99%', '46%', '1%')
    """
    return f"{min(99, max(1, round(value * 100)))}%"


def japan_time(at: datetime) -> str:
    """Time as staff write it.

    >>> from datetime import UTC
    >>> japan_time(datetime(2026, 11, 25, 4, 5, tzinfo=UTC))
    '11月25日 13:05'
    """
    local = at.astimezone(_TOKYO)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def to_segment(name: str) -> str:
    """One name as one segment of an address, whatever is in it; an inquiry without a name is ``-``.

    Quoted twice: a slash quoted once would be a slash again before the address is taken apart.

    >>> [to_segment(name) for name in ("window1", "", "-", "R8/意見")]
    ['window1', '-', '%252D', 'R8%252F%25E6%2584%258F%25E8%25A6%258B']
    """
    if name == "-":
        return "%252D"
    return quote(quote(name, safe="~"), safe="~") or "-"


def from_segment(segment: str) -> str:
    """The name in a segment that was unquoted once.

    >>> [from_segment(segment) for segment in ("window1", "-", "%2D", "R8%2F")]
    ['window1', '', '-', 'R8/']
    """
    return "" if segment == "-" else unquote(segment)


Segment = Annotated[str, AfterValidator(from_segment)]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, japan_time=japan_time, mark=mark, seg=to_segment)
    environment.globals.update(
        STATES=STATES, READINGS=READINGS, TIERS=TIERS, KINDS=KINDS, SECTIONS=SECTIONS, ROLES=ROLES
    )
    return environment


_ENVIRONMENT = _environment()


def render(request: Request, template: str, values: dict[str, Any], status: int = 200) -> Response:
    """An HTML page; a page without a session or window shows no navigation."""
    base = {"session": None, "window": None, "flash": "", "path": request.url.path}
    html = _ENVIRONMENT.get_template(template).render({**base, **values})
    return HTMLResponse(_printable(html), status)


_UNPRINTABLE = re.compile("[\ud800-\udfff]")


def _printable(html: str) -> str:
    """A lone surrogate cannot be sent at all; it is shown as what it is, a broken character."""
    return _UNPRINTABLE.sub("\ufffd", html)
