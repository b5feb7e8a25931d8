"""Text: one spelling for what is one thing, without touching what was sent."""

from __future__ import annotations

import re
import unicodedata

NORMALIZER_VERSION = "1"
"""Part of every embedding cache key: a change here means different vectors."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")


def normalize(text: str) -> str:
    """Fold width and dashes, drop invisible characters, and squeeze spaces; idempotent.

    The text as sent is kept elsewhere; this form is for comparing, counting and models only.

    Example:
        >>> normalize("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞの\\u200b利用料　は１０％―")
        'マイナンバーカードの利用料 は10%-'
        >>> normalize(" 一行目 \\r\\n\\r\\n 二行目 ")
        '一行目\\n二行目'
    """
    folded = unicodedata.normalize("NFKC", text.replace("\r\n", "\n").replace("\r", "\n"))
    folded = _INVISIBLE.sub("", _CONTROL.sub("", folded)).translate(_DASHES)
    folded = _BREAKS.sub("\n", _SPACES.sub(" ", folded)).strip()
    return unicodedata.normalize("NFKC", folded)
