"""Split: a cell becomes several statements only where it clearly holds several; precision first."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from pipeline.tables import Spans, make_table

_SPACE = r"[ \t\u3000]*"
_AT = rf"(?:\A|(?<=[。！？!?）)])|(?<=\n)){_SPACE}"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_KANA = "アイウエオカキクケコ"
_KANJI = "一二三四五六七八九十"
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
# One way of numbering each; group 1 is the number.
_NUMBERINGS = tuple(
    re.compile(_AT + form)
    for form in (
        rf"([{_CIRCLED}])",
        r"[(（]([0-9０-９]{1,2})[)）]",
        r"([0-9０-９]{1,2}|[一二三四五六七八九十])[点つ件]目(?:は|に|として|[。、．.:：])",
        rf"第([{_KANJI}])に",
        rf"[(（]([{_KANA}])[)）]",
    )
) + tuple(
    re.compile(rf"(?:\A|(?<=\n)){_SPACE}" + form)
    for form in (
        r"([0-9０-９]{1,2})(?:[．.、)）](?![0-9０-９])|[ \u3000]+)",
        rf"([{_KANA}])(?:[．.、)）]|[ \u3000]+)",
        rf"([{_KANJI}])(?:[．.、)）]|[ \u3000]+)",
    )
)
_BULLET = re.compile(rf"(?:\A|(?<=\n)){_SPACE}([・●○◯◎■□◆◇▪•*＊]|[-－―–](?![0-9０-９]))")
_OWN_TOPIC = re.compile(
    rf"{_AT}(?:もう[一１1](?:点|つ|件)|それと|あと|それから|別件(?:です|になります)|ついでに)(?:は|ですが|が)?[、，]?"
)
# 「併せて」 is not here: it mostly adds to the same request.
_NEXT_TOPIC = re.compile(rf"{_AT}(?:また|加えて|さらに|このほか|そのほか|次に)[、，]")
_ASKS = re.compile(
    r"[されしきいめみりけえ]たい|ください|下さい|べき|ほしい|欲しい"
    r"|求め(?:る|ます)|望(?:む|みます|ましい)|お?願(?:う|い|います)|要望(?:する|します)|必要(?:が|で|だ)"
    r"|こと[。\s]*\Z|こと。|(?:の|です|ます|る|い)(?:でしょう)?か[。？?]|できないか|ないか。|明らかに"
    r"|でき(?:れば|ると)|対象(?:に|と)|[たな]い(?:です|と思)"
    r"|助か(?:る|ります)|有り?難い|ありがたい|幸い(?:です|である)"
)
_LIST_OF_ONE = re.compile(r"次の|以下の|下記|具体的に|のとおり|とおり[。：:]")
_SIGNATURE = re.compile(
    rf"\n?{_SPACE}[(（]?(?:担当|連絡先|問い?合わ?せ先?|記入者|照会先|回答者|発信者)|\n?{_SPACE}[(（]"
)
_ANNOUNCES = re.compile(
    r"(?:点|つ|件)(?:を|について|に関して)?.{0,12}(?:意見|要望|申し上げ|述べ|提出)|意見(?:は|を|等)"
)
_COMMON = re.compile("共通|団体|市町|町村|[本当][市県町村区]|必要|検討|対応|場合|自治|治体|システム")


class _Part(NamedTuple):
    start: int
    end: int


def split(opinions: pd.DataFrame) -> pd.DataFrame:
    """Split an opinion where every part asks for something of its own; else it stays whole.

    A list of things under one request stays whole; so does a list of reasons, steps or examples.

    Args:
        opinions: An ``Opinions`` table, n rows.

    Returns:
        A ``Spans`` table in input order, at least n rows. The spans of an opinion follow each other and
        leave out nothing but the blanks between them.

    Example:
        >>> whole = pd.DataFrame({"opinion_key": ["k"], "text": ["①入力を減らすこと。②費用を示されたい。"]})
        >>> split(whole)[["start", "end"]].values.tolist()
        [[0, 10], [10, 20]]
    """
    rows: list[dict[str, object]] = []
    for key, text in zip(opinions["opinion_key"], opinions["text"], strict=True):
        rows.extend(
            {"statement_id": _statement_id(key, part), "opinion_key": key, **part._asdict()}
            for part in find_parts(text)
        )
    return make_table(Spans, rows)


def _statement_id(opinion_key: str, part: _Part) -> str:
    content = f"{opinion_key}:{part.start}:{part.end}"
    return hashlib.sha256(content.encode("ascii")).hexdigest()[:12]


def find_parts(text: str) -> list[_Part]:
    """The independent points of one cell, as spans; one span where there is no clear sign of more.

    Example:
        >>> text = "次の点を要件として定めていただきたい。\\n・表示の制限\\n・通知先の切替え"
        >>> find_parts(text) == [_Part(0, len(text))]
        True
    """
    cuts = _numbered(text) or _bulleted(text) or _connected(text)
    edges = [0, *cuts, len(text)]
    parts = [_trim(text, start, end) for start, end in pairwise(edges)]
    return [part for part in parts if part.end > part.start] or [_Part(0, len(text))]


def _trim(text: str, start: int, end: int) -> _Part:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return _Part(start + left, max(start + left, start + len(piece.rstrip())))


def _numbered(text: str) -> list[int]:
    for form in _NUMBERINGS:
        found = list(form.finditer(text))
        numbers = [_number(match[1]) for match in found]
        if len(found) >= 2 and numbers == list(range(1, len(found) + 1)):
            return _cuts(text, [match.start() for match in found])
    return []


def _number(written: str) -> int:
    for row in (_CIRCLED, _KANA, _KANJI):
        if written in row:
            return row.index(written) + 1
    return int(written.translate(_DIGITS))


def _bulleted(text: str) -> list[int]:
    found = list(_BULLET.finditer(text))
    if len(found) < 2 or len({match[1] for match in found}) > 1:
        return []
    return _cuts(text, [match.start() for match in found])


def _cuts(text: str, starts: list[int]) -> list[int]:
    """Where to cut at the items of a list: nowhere unless every item is a sentence that asks."""
    intro = text[: starts[0]].strip()
    items = [text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    lines = [line for line in items[-1].splitlines() if line.strip()]
    if any(not _SIGNATURE.match(line) for line in lines[1:]):
        return []
    if not all(_ends(item) and _ASKS.search(item) for item in [*items[:-1], lines[0]]):
        return []
    announced = _ANNOUNCES.search(intro) is not None
    if intro and not announced and (_ASKS.search(intro) or _LIST_OF_ONE.search(intro) or not _ends(intro)):
        return []
    return starts[1:]


def _ends(item: str) -> bool:
    return item.rstrip().endswith(("。", "！", "？", "!", "?", ")", "）", "」"))


def _connected(text: str) -> list[int]:
    """Where a connective opens another request about something else."""
    cuts: list[int] = []
    opens = [(match.start(), True) for match in _OWN_TOPIC.finditer(text)]
    opens += [(match.start(), False) for match in _NEXT_TOPIC.finditer(text)]
    for at, is_own in sorted(opens):
        before, after = text[cuts[-1] if cuts else 0 : at], text[at:]
        if not (_ASKS.search(before) and _ASKS.search(after)):
            continue
        if is_own or not _words(before) & _words(_first_request(after)):
            cuts.append(at)
    return cuts


def _first_request(text: str) -> str:
    """From the connective to the end of the first sentence that asks."""
    end = 0
    for sentence in re.findall(r"[^。！？!?\n]*[。！？!?\n]?", text):
        end += len(sentence)
        if _ASKS.search(sentence):
            break
    return text[:end]


def _words(text: str) -> set[str]:
    """What a text is about: pairs of kanji, and words in katakana or Latin letters."""
    pairs = {run[i : i + 2] for run in re.findall(r"[一-龥]{2,}", text) for i in range(len(run) - 1)}
    words = pairs | set(re.findall(r"[ァ-ヴー]{3,}|[A-Za-zＡ-Ｚａ-ｚ]{2,}", text))
    return {word for word in words if not _COMMON.fullmatch(word)}
