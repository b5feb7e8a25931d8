"""Cell formats: a stored number as Excel shows it to a person in Japan."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[0#?]+(?:[.,0#?]*[0#?])?|.', re.DOTALL)
_DATE_TOKEN = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|am/pm|g+|e+|y+|m+|d+|h+|s+|a{3,4}|.', re.DOTALL | re.IGNORECASE
)
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^\]]*\]', re.IGNORECASE)
_WEEKDAYS = "月火水木金土日"
_ERAS = (
    (datetime(2019, 5, 1), "令和", "R"),
    (datetime(1989, 1, 8), "平成", "H"),
    (datetime(1926, 12, 25), "昭和", "S"),
    (datetime(1912, 7, 30), "大正", "T"),
    (datetime(1868, 1, 25), "明治", "M"),
)
# Excel keeps only a number for these; what it shows for it in Japan is in ECMA-376 part 1, 18.8.30.
BUILTIN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "¥#,##0",
    6: "¥#,##0",
    7: "¥#,##0.00",
    8: "¥#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    30: "m/d/yy",
    31: "yyyy年m月d日",
    32: "h時mm分",
    33: "h時mm分ss秒",
    37: "#,##0",
    38: "#,##0",
    39: "#,##0.00",
    40: "#,##0.00",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss",
    49: "@",
    **dict.fromkeys((27, 36, 50, 57), "ge.m.d"),
    **dict.fromkeys((28, 29, 51, 54, 58), "ggge年m月d日"),
    **dict.fromkeys((34, 52, 55), "yyyy年m月"),
    **dict.fromkeys((35, 53, 56), "m月d日"),
}


def show_number(stored: str, number_format: str, *, is_1904: bool = False) -> str:
    """The number ``stored`` in a cell as its format shows it; what is no number stays as it is.

    Example:
        >>> [show_number("12", f) for f in ("00000", "General", '"第"0"号"', "0%", "#,##0")]
        ['00012', '12', '第12号', '1200%', '12']
        >>> [show_number("46113", f) for f in ("yyyy/m/d", BUILTIN[58], BUILTIN[56], BUILTIN[57])]
        ['2026/4/1', '令和8年4月1日', '4月1日', 'R8.4.1']
        >>> show_number("1.1000000000000001", "General"), show_number("1234567", '000"-"0000')
        ('1.1', '123-4567')
    """
    try:
        value = float(stored)
    except ValueError:
        return stored
    if value != value or value in (float("inf"), float("-inf")):
        return stored
    section = number_format.split(";")[0]
    if is_date_format(section):
        return _show_date(value, section, is_1904) or _general(value)
    return _show_plain(value, section)


@lru_cache(maxsize=1024)
def is_date_format(number_format: str) -> bool:
    """True where the format shows a date or a time.

    Example:
        >>> [is_date_format(f) for f in ("ge.m.d", "General", '0"年"', "[$-411]m月d日", "[h]:mm", "[Red]0")]
        [True, False, False, True, True, False]
    """
    rest = _LITERALS.sub("", number_format)
    return (
        rest.lower() != "general"
        and re.search(r"[ymdhsge]", rest, re.IGNORECASE) is not None
        and ("E+" not in rest.upper())
    )


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.11g}"


def _show_plain(value: float, section: str) -> str:
    tokens = _TOKEN.findall(section)
    slots = [token for token in tokens if token[0] in "0#?"]
    if not slots or "E+" in section.upper() or "/" in tokens:
        return _general(value)
    if "%" in tokens:
        value *= 100
    filled = _fill_slots(abs(value), slots)
    shown = "".join(filled.pop(0) if token[0] in "0#?" else _literal(token) for token in tokens)
    return f"-{shown}" if value < 0 else shown


def _fill_slots(value: float, slots: list[str]) -> list[str]:
    """Digits for each group of placeholders, filled from the right."""
    if len(slots) > 1 and not any("." in slot for slot in slots):
        digits = f"{round(value):0{sum(len(slot) for slot in slots)}d}"
        parts: list[str] = []
        for slot in reversed(slots[1:]):
            parts.insert(0, digits[-len(slot) :])
            digits = digits[: -len(slot)]
        return [digits, *parts]
    whole, _, decimals = slots[0].partition(".")
    text = f"{value:{',' if ',' in whole else ''}.{len(decimals)}f}"
    if decimals.endswith("#"):
        text = text.rstrip("0").rstrip(".")
    zeros = whole.count("0")
    integer, dot, rest = text.partition(".")
    return [integer.rjust(zeros, "0") + dot + rest, *[""] * (len(slots) - 1)]


def _literal(token: str) -> str:
    if token[0] == '"':
        return token[1:-1]
    if token[0] == "\\":
        return token[1:]
    return "" if token[0] in "[_*" and len(token) > 1 else token


def _show_date(value: float, section: str, is_1904: bool) -> str:
    days = value + 1462 if is_1904 else value
    if not 0 <= days < 2_958_466:
        return ""
    # Excel believes in 29 February 1900: numbers before it are one day off.
    moment = datetime(1899, 12, 30) + timedelta(days=days + (1 if days < 60 else 0))
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    tokens = _DATE_TOKEN.findall(section)
    lowered = [token.lower() for token in tokens]
    half_day = "am/pm" in lowered
    shown = []
    for i, token in enumerate(lowered):
        is_minute = token in ("m", "mm") and _beside_time(lowered, i)
        shown.append(_date_part(token, tokens[i], moment, (is_minute, half_day, days)))
    return "".join(shown)


def _beside_time(tokens: list[str], i: int) -> bool:
    """``m`` means minutes right after hours or right before seconds."""
    before = next((t for t in reversed(tokens[:i]) if t[0] in "ymdhs["), "")
    after = next((t for t in tokens[i + 1 :] if t[0] in "ymdhs"), "")
    return before.strip("[]").startswith("h") or after.startswith("s")


def _date_part(token: str, raw: str, moment: datetime, how: tuple[bool, bool, float]) -> str:
    is_minute, half_day, days = how
    if token in ("[h]", "[hh]"):
        return str(int(days * 24 + 1e-9))
    if token == "am/pm":
        return "AM" if moment.hour < 12 else "PM"
    kind, n = token[0], len(token)
    if kind == "m":
        return f"{moment.minute if is_minute else moment.month:0{min(n, 2)}d}"
    if kind in "dhs":
        hour = (moment.hour % 12 or 12) if half_day else moment.hour
        number = {"d": moment.day, "h": hour, "s": moment.second}[kind]
        return _WEEKDAYS[moment.weekday()] if kind == "d" and n > 2 else f"{number:0{n}d}"
    if kind == "y":
        return f"{moment.year % 100:02d}" if n <= 2 else f"{moment.year:04d}"
    if kind == "a" and n >= 3:
        return _WEEKDAYS[moment.weekday()] + ("曜日" if n == 4 else "")
    if kind in "ge":
        return _era(kind, n, moment)
    return _literal(raw)


def _era(kind: str, n: int, moment: datetime) -> str:
    for start, name, letter in _ERAS:
        if moment >= start:
            if kind == "e":
                return f"{moment.year - start.year + 1:0{n}d}"
            return {1: letter, 2: name[0]}.get(n, name)
    return "" if kind == "g" else str(moment.year)
