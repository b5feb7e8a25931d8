"""Names: in signature blocks by their place beside an office, a title or a number; elsewhere with a title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.steps.personal.numbers import Found, find_street
from pipeline.steps.personal.surnames import SURNAME

_LABEL = (
    r"(?:本件)?(?:ご|御|お)?(?:担当(?:者|課|係)?|連絡先|問い?合わ?せ先?|照会先|記入者|記載者|作成者|回答者|発信者|文責"
    r"|氏名|お名前|提出者|責任者|報告者|起案者)(?:名|氏名)?"
)
_TITLES = (
    r"(?:課長補佐|係長|課長|部長|局長|室長|次長|館長|所長|主査|主任|主事補?|主幹|主席|参事|技師|主任技師|書記|事務局長|班長"
    r"|補佐|主任主事|副主幹|副主査|副参事|保健師|司書|技術員|会計年度任用職員|担当者?|専門員|調整官|企画官|総括|グループリーダー)"
)
_OFFICE = re.compile(
    r"(?:[課係部局室班所館署園校]|センター|委員会|農委|事務局|本部|支所|役場|役所|県庁|都庁|道庁|府庁|グループ|チーム|ライン|担当|組合"
    r"|連合|[都道府県市区町村]|保健所|病院|窓口)$"
)
_IS_TITLE = re.compile(rf"{_TITLES}$")
_IS_LABEL = re.compile(rf"[※＊・]?(?:.{{0,12}}(?:は|の))?{_LABEL}(?:は|先)?$")
_CONTACT_WORD = re.compile(
    r"(?:電話|ＴＥＬ|TEL|Tel|tel|℡|ＦＡＸ|FAX|Fax|直通|内線|携帯|メール|ﾒｰﾙ|Ｅメール|E-?mail|e-?mail"
    r"|Mail|mail|アドレス|番号|代表|住所|〒)+$"
)
_SEPARATOR = re.compile(
    r"[\s、，,・:：/／()（）【】\[\]「」『』〔〕<>＜＞※。.．;；]+|(?<=[課係部局室班館所会])の(?=[一-龥])"
)
_TAIL = re.compile(r"(?:(?:まで|宛て?|あて|へ(?!お)).*|様|さん|氏|です|と申します|より|から|である|が|に)$")
_NAME = re.compile(r"[一-龥々〆ヶケヵノ]{1,5}[ぁ-んァ-ヴー]{0,5}[一-龥々]{0,3}")
_GIVEN = re.compile(r"[一-龥々ぁ-んァ-ヴー]{1,5}")
_NO_NAME = re.compile(
    r"^(?:以上|本件|別紙|同上|なし|無し|平日|土日|祝日|時間|午前|午後|不明|詳細|関係|各|全|当|本|同"
    r"|上記|下記|代表|直通|様式|又は|及び|並びに|若しくは|夜間|昼間|緊急|休日)|[はもをでと]$"
)
_BRACKETED = re.compile(r"[(（【\[〔][^()（）【】\[\]〔〕\n]{0,120}[)）】\]〕]")
_LINE = re.compile(r"[^\n。！？]+")
_UNTIL = re.compile(r"[^\n。！？]{1,60}(?:まで|へ)(?:[^\n。！？]{0,12})。[^\n。！？]+")
_READING = re.compile(r"[ \u3000]?[(（][ぁ-んァ-ヴー \u3000]{2,14}[)）]")
_BEGINS = re.compile(
    rf"[ \u3000]*[(（【\[〔※＊・]*[ \u3000]*{_LABEL}[)）】\]〕]?"
    r"[ \u3000]*(?:[:：]|は|[ \u3000]|(?<=[)）】\]〕]))"
)
_TITLED = re.compile(
    r"(?<![一-龥々])([一-龥々]{1,3}[ \u3000]?[一-龥々]{0,3}?)[ \u3000]?"
    rf"(?:{_TITLES}|さん|氏|様|殿)(?![一-龥])"
)


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    kind: str
    """``office``, ``title``, ``label``, ``contact``, ``word`` or ``other``."""


def find_names(text: str, contacts: list[Found]) -> Iterator[Found]:
    """Names and street addresses in signature blocks, and surnames before a title.

    Args:
        text: An opinion or a reason.
        contacts: Telephone numbers and mail addresses found in it.

    Example:
        >>> text = "様式を統一されたい。（担当：保育課　須々木 いずみ　内線217）"
        >>> sorted({text[f.start:f.end] for f in find_names(text, [])})
        ['いずみ', '須々木']
        >>> [list(find_names(t, [])) for t in ("担当者が一人で不安である。", "総務課長の決裁を要する。")]
        [[], []]
    """
    for start, end in _blocks(text, contacts):
        yield from _names_in_block(text, start, end, contacts)
        yield from find_street(text, start, end)
    for found in _TITLED.finditer(text):
        if SURNAME.fullmatch(re.split(r"[ \u3000]", found[1])[0]):
            yield Found(found.start(1), found.end(1), "name")


def _blocks(text: str, contacts: list[Found]) -> list[tuple[int, int]]:
    """Stretches that give a contact: a bracket, or a sentence or line with a number or a label."""
    spans: list[tuple[int, int]] = []
    for form in (_LINE, _UNTIL, _BRACKETED):
        for found in form.finditer(text):
            inside = any(found.start() <= c.start < found.end() for c in contacts)
            begins = _BEGINS.match(found[0]) is not None and len(found[0]) <= 80
            inline = re.search(r"内線|℡|[@＠]", found[0]) is not None
            if inside or begins or inline:
                spans.append(found.span())
    return spans


def _names_in_block(text: str, start: int, end: int, contacts: list[Found]) -> Iterator[Found]:
    tokens = _tokens(text, start, end, contacts)
    after_name = False
    for i, token in enumerate(tokens):
        before = tokens[i - 1].kind if i else ""
        following = tokens[i + 1].kind if i + 1 < len(tokens) else ""
        beside = before in ("office", "title", "label", "contact") or following == "contact"
        if (
            after_name
            and token.kind in ("word", "other")
            and _GIVEN.fullmatch(token.text)
            and _near(tokens, i)
        ):
            yield Found(token.start, _with_reading(text, token.end), "name")
            after_name = False
        elif token.kind == "word" and beside:
            yield Found(token.start, _with_reading(text, token.end), "name")
            after_name = True
        else:
            after_name = False


def _with_reading(text: str, end: int) -> int:
    """The reading in brackets right after a name gives the name away too."""
    found = _READING.match(text, end)
    return found.end() if found else end


def _near(tokens: list[_Token], i: int) -> bool:
    """A given name follows its surname after one blank."""
    return tokens[i].start - tokens[i - 1].end <= 2


def _tokens(text: str, start: int, end: int, contacts: list[Found]) -> list[_Token]:
    tokens: list[_Token] = []
    at = start
    for contact in [c for c in sorted(contacts) if start <= c.start < end] + [Found(end, end, "")]:
        tokens.extend(_words(text, at, contact.start))
        if contact.kind:
            tokens.append(_Token(contact.start, contact.end, "", "contact"))
        at = max(at, contact.end)
    return tokens


def _words(text: str, start: int, end: int) -> Iterator[_Token]:
    at = start
    before = ""
    cuts = [(m.start(), m.end()) for m in _SEPARATOR.finditer(text, start, end)] + [(end, end)]
    for cut, after in cuts:
        word = text[at:cut]
        if word:
            bare = _TAIL.sub("", word) if not _CONTACT_WORD.match(word) else word
            yield _Token(at, at + len(bare), bare, _kind(bare, before))
            before = bare
        at = after


def _kind(word: str, before: str) -> str:
    """What a word in a signature is; below a section (課、係) no town follows, but a Mr 樫村 or 服部 may."""
    is_small = re.search(r"[課係室班]$", before) is not None or _IS_TITLE.search(before) is not None
    if SURNAME.fullmatch(word) or (is_small and re.fullmatch(r"[一-龥々]{1,2}[市区町村部所園]", word)):
        return "other" if word in ("支所", "本所", "本部", "支部") else "word"
    if _CONTACT_WORD.fullmatch(word):
        return "contact"
    if _IS_LABEL.fullmatch(word):
        return "label"
    if _IS_TITLE.search(word):
        return "title"
    if _OFFICE.search(word):
        return "office"
    if _NAME.fullmatch(word) and not _NO_NAME.search(word):
        return "word"
    return "other"
