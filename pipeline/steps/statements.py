"""Statements: each point of an opinion verbatim, masked for every output, and normalized for models."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import NamedTuple

import pandas as pd

from pipeline.tables import Statements, make_table
from pipeline.text import normalize

MASKS = {
    "name": "〔氏名〕",
    "phone": "〔電話番号〕",
    "mail": "〔メール〕",
    "my_number": "〔個人番号〕",
    "address": "〔住所〕",
}
_MASK = "〔(?:氏名|電話番号|メール|個人番号|住所)〕"
# The last sentence or line, or a bracket, that only says whom to ask.
_SIGNATURES = (
    re.compile(
        rf"(?:(?<=\n)|(?<=[。)])|\A)[^。\n]{{0,60}}{_MASK}(?:[^。\n]{{0,30}}{_MASK})*"
        rf"[)\]】]?(?:です|(?:まで|宛て?).{{0,14}})?。?\s*\Z"
    ),
    re.compile(
        r"(?:(?<=\n)|(?<=。))[※ ]*[^。\n]{0,20}(?:不明|問い?合わ?せ|照会|詳し)[^。\n]{0,30}まで。?\s*\Z"
    ),
    re.compile(
        rf"[ \n]*[(\[【][^()\[\]【】\n]*{_MASK}(?:[^()\[\]【】\n]|\({_MASK}[^()\n]*\))*[)\]】](?:まで。?)?"
    ),
)
_LEADING = re.compile(
    r"\A\s*(?:[0-9０-９一二三][点つ件]目(?:は|に|として)?[。、．.:：]?|第[一二三四五]に[、，]?|[・●○◯◎■□◆◇▪•*]|[①-⑳]"
    r"|[(（]?(?:[0-9０-９]{1,2}|[アイウエオ]|[一二三四五])[)）．.、 \u3000])?"
    r"\s*(?:(?:また|加えて|さらに|それと|あと|それから|もう[一1１][つ点件])(?:は|ですが)?[、，])?\s*"
)
_HAS_MASK = re.compile(_MASK)
_NOTHING = re.compile(r"[-ー・.。…\s]*|(?:特に)?なし。?")


class Mask(NamedTuple):
    """Where personal data stands, and what it is: a key of ``MASKS``."""

    start: int
    end: int
    kind: str


def make_statements(opinions: pd.DataFrame, spans: pd.DataFrame, personal: pd.DataFrame) -> pd.DataFrame:
    """Cut the statements out of their opinions, mask the writer's personal data, and normalize.

    Args:
        opinions: An ``Opinions`` table.
        spans: What ``split`` made of it, m rows.
        personal: What ``find_personal`` made of it.

    Returns:
        A ``Statements`` table, m rows in the order of ``spans``. ``norm`` also leaves out signature lines,
        and, where an opinion was split, the number or connective the part begins with.

    Example:
        >>> mask("電話は03-0000-1111まで", [Mask(3, 15, "phone")], 0, 17)
        '電話は〔電話番号〕まで'
    """
    by_key = {row["opinion_key"]: row for row in opinions.to_dict("records")}
    masks: dict[tuple[str, str], list[Mask]] = defaultdict(list)
    for key, field, start, end, kind in personal.itertuples(index=False, name=None):
        masks[key, field].append(Mask(start, end, kind))
    n_parts = spans["opinion_key"].value_counts().to_dict()
    rows: list[dict[str, object]] = []
    for statement_id, key, start, end in spans.itertuples(index=False, name=None):
        opinion = by_key[key]
        reason = str(opinion["reason"])
        shown = mask(str(opinion["text"]), masks[key, "text"], start, end)
        shown_reason = mask(reason, masks[key, "reason"], 0, len(reason))
        rows.append(
            {
                "statement_id": statement_id,
                "opinion_key": key,
                "candidate_id": opinion["candidate_id"],
                "section": opinion["section"],
                "start": start,
                "end": end,
                "text": str(opinion["text"])[start:end],
                "reason": reason,
                "shown": shown,
                "shown_reason": shown_reason,
                "norm": norm_of(shown, is_part=n_parts[key] > 1),
                "norm_reason": norm_of(shown_reason, is_part=False),
            }
        )
    return make_table(Statements, rows)


def mask(text: str, found: list[Mask], start: int, end: int) -> str:
    """``text[start:end]`` with every piece of personal data replaced by what it is."""
    shown: list[str] = []
    at = start
    for piece in sorted(found):
        if piece.end <= start or piece.start >= end:
            continue
        shown.append(text[at : max(at, piece.start)])
        shown.append(MASKS[piece.kind])
        at = max(at, piece.end)
    shown.append(text[at : max(at, end)])
    return "".join(shown)


def norm_of(shown: str, *, is_part: bool) -> str:
    """What models read: normalized, without signatures; empty where nothing was said.

    Example:
        >>> norm_of("①様式を統一されたい。\\n（担当：保育課　〔氏名〕　内線〔電話番号〕）", is_part=True)
        '様式を統一されたい。'
        >>> norm_of("－", is_part=False)
        ''
    """
    text = normalize((_LEADING.sub("", shown) if is_part else shown) or shown)
    bare = text
    before = ""
    while before != bare and _HAS_MASK.search(text):
        before = bare
        for form in _SIGNATURES:
            bare = form.sub("", bare).rstrip()
    bare = normalize(_HAS_MASK.sub("", bare)) or text
    return "" if _NOTHING.fullmatch(bare) else bare
