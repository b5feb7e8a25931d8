"""Telephone numbers, mail addresses, 個人番号 and street addresses: known by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Found(NamedTuple):
    """A piece of personal data in a text."""

    start: int
    end: int
    kind: str


_D = "[0-9０-９]"
_HYPHEN = r"[-‐‑–—―−－ーｰ]"
_JOIN = rf"(?:{_HYPHEN}|[ \u3000]|[)）](?:{_HYPHEN})?|[(（])"
_PHONES = (
    re.compile(
        rf"(?<![0-9０-９,，.．\-－])(?:\+81{_HYPHEN}?{_D}|[0０])(?!(?:120|800|１２０|８００){_HYPHEN})"
        rf"{_D}{{1,4}}{_JOIN}{_D}{{1,4}}{_JOIN}{_D}{{3,4}}(?![0-9０-９])(?!{_HYPHEN}{_D})"
    ),
    re.compile(
        rf"[(（][0０](?!(?:120|800|１２０|８００)[)）]){_D}{{1,4}}[)）][ \u3000]?"
        rf"{_D}{{1,4}}{_HYPHEN}{_D}{{4}}(?![0-9０-９])"
    ),
    re.compile(rf"(?<![0-9０-９,，.．])[0０][5-9５-９][0０]{_D}{{8}}(?![0-9０-９])"),
    re.compile(
        rf"(?:電話|ＴＥＬ|TEL|Tel|tel|℡|ＦＡＸ|FAX|Fax|ファクス|ファックス|直通)(?:番号)?[ \u3000:：.．]*"
        rf"({_D}{{2,5}}{_HYPHEN}{_D}{{4}}(?!{_HYPHEN})|[0０]{_D}{{8,10}})(?![0-9０-９])"
    ),
    re.compile(rf"(?:内線|ext\.?)(?:番号)?[ \u3000:：.．]*({_D}{{2,6}})(?![0-9０-９])"),
)
_MAIL = re.compile(
    r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９._%+\-－＿．]{1,64}[ ]?[@＠][ ]?"
    r"[A-Za-z0-9Ａ-Ｚａ-ｚ０-９\-－]{1,63}(?:[.．][A-Za-z0-9Ａ-Ｚａ-ｚ０-９\-－]{1,63}){1,8}"
)
_MY_NUMBER = re.compile(
    rf"(?<![0-9０-９,，.．\-－]){_D}{{4}}(?:{_HYPHEN}|[ \u3000])?{_D}{{4}}(?:{_HYPHEN}|[ \u3000])?{_D}{{4}}"
    r"(?![0-9０-９,，.．\-－]|[ \u3000]*[円件名人世帯])"
)
_ADDRESS = re.compile(
    rf"〒[ \u3000]*{_D}{{3}}{_HYPHEN}?{_D}{{4}}[^、。\n()（）「」]{{0,40}}"
    rf"|(?<=住所)[ \u3000]*[:：][ \u3000]*[^、。\n()（）]{{3,40}}"
)
_STREET = re.compile(
    rf"[^\s、。，,:：()（）「」]{{0,14}}[市区町村郡][^\s、。，,:：()（）「」0-9０-９]{{0,14}}"
    rf"{_D}{{1,4}}(?:丁目|番地?|{_HYPHEN})(?:の?{_D}{{1,4}}(?:丁目|番地?|号|{_HYPHEN})?){{0,3}}"
)


def find_numbers(text: str) -> Iterator[Found]:
    """What is personal wherever it stands; free numbers (0120) and counts are not.

    Example:
        >>> text = "電話０３－１２３４－５６７８、内線 217、k.sato@city.example.jp まで。費用は1,200万円。"
        >>> [text[f.start:f.end] for f in find_numbers(text)]
        ['k.sato@city.example.jp', '０３－１２３４－５６７８', '217']
        >>> list(find_numbers("平成15年法律第57号、令和8年4月1日、2026-04-01、4,321-5,000円、0120-00-1234"))
        []
    """
    for found in _MAIL.finditer(text):
        yield Found(found.start(), found.end(), "mail")
    for form in _PHONES:
        for found in form.finditer(text):
            group = 1 if form.groups else 0
            if group or 9 <= sum(map(str.isdigit, found[0])) <= 12:
                yield Found(found.start(group), found.end(group), "phone")
    for found in _MY_NUMBER.finditer(text):
        yield Found(found.start(), found.end(), "my_number")
    for found in _ADDRESS.finditer(text):
        yield Found(found.start(), found.end(), "address")


def find_street(text: str, start: int, end: int) -> Iterator[Found]:
    """Street addresses in a signature, where a place with a house number is the writer's."""
    for found in _STREET.finditer(text, start, end):
        yield Found(found.start(), found.end(), "address")
