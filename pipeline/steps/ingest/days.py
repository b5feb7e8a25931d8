"""Days: a date as forms write it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipeline.text import normalize

_MONTH_AND_DAY = r"\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)"
_WESTERN = re.compile(r"(20\d\d)" + _MONTH_AND_DAY)
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)$")
_ERA = re.compile(r"(?:令和|r)\s*(元|\d{1,2})" + _MONTH_AND_DAY, re.IGNORECASE)
_SERIAL = re.compile(r"([45]\d{4})(?:\.\d+)?$")
_REIWA = 2018
_EXCEL_ZERO = date(1899, 12, 30)


def day_of(text: str) -> str:
    """The day a text begins with, as ISO 8601; empty where there is none, or where its year is not said.

    A bare five-digit number is the day Excel keeps it for: only a column of dates is read with this.

    Example:
        >>> [day_of(text) for text in ("2026/11/5 9:30", "令和８年１１月５日（木）", "R8.11.5", "46331")]
        ['2026-11-05', '2026-11-05', '2026-11-05', '2026-11-05']
        >>> [day_of(t) for t in ("11月5日", "2026/13/1", "未定", "")]
        ['', '', '', '']
    """
    bare = normalize(text).strip()
    serial = _SERIAL.match(bare)
    if serial:
        return (_EXCEL_ZERO + timedelta(days=int(serial[1]))).isoformat()
    era = _ERA.match(bare)
    found = era or _WESTERN.match(bare) or _COMPACT.match(bare)
    if found is None:
        return ""
    first = "1" if found[1] == "元" else found[1]
    year = int(first) + (_REIWA if era else 0)
    try:
        return date(year, int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return ""
