"""Stance: for or against, where a writer says so."""

from __future__ import annotations

import re

_AGAINST = re.compile(
    r"反対(?:である|です|する|せざる|の立場|。|$)|賛成(?:でき|しかね|しがた|し難)|賛同(?:でき|しかね)|(?:認め|受け入れ|容認でき)られ?(?:ない|ません)"
    r"|不要(?:である|です|だ|と考え|。|$)|必要(?:は|が|性は|性が)(?:ない|ありません|乏しい|感じられない)"
    r"|撤回|(?:べき|方がよい|ことが適当)(?:では|とは)(?:ない|ありません|思わない|言えない)|取りやめ|やめ(?:て|るべき|られたい)"
    r"|時期尚早|見送(?:る|り|って)|白紙|(?:対象|候補)から(?:外|除)|異議がある|再考(?:を|され|す)"
)
_FOR = re.compile(
    r"賛成(?:である|です|する|したい|します|。|$)|賛同(?:する|します|いたします|。|$)|異論は?(?:ない|ありません|ございません|なし)"
    r"|歓迎(?:する|します|したい|。)|評価(?:する|します|したい|できる)(?:。|が|もの|$)|(?:ぜひ|是非)進め"
)
_ASKS = re.compile(r"たい|ほしい|欲しい|べき|ください|下さい|願|求め|望|必要|明記|こと。?$|か[。?]?$")


def stance_of(norm: str) -> str:
    """``for`` or ``against`` where a text says so in as many words, else empty.

    Example:
        >>> [stance_of(s) for s in ("案に賛成である。", "移行には賛成できない。", "料金を示されたい。")]
        ['for', 'against', '']
    """
    if _AGAINST.search(norm):
        return "against"
    return "for" if _FOR.search(norm) else ""


def stances_of(norms: list[str]) -> list[str]:
    """Stances of the statements of one theme: where some are against it, those who ask for it are for it.

    Example:
        >>> stances_of(["一括申請の口は不要である。", "一括申請の口を設けられたい。"])
        ['against', 'for']
        >>> stances_of(["一括申請の口を設けられたい。"])
        ['']
    """
    said = [stance_of(norm) for norm in norms]
    if "against" not in said:
        return said
    return [stance or ("for" if _ASKS.search(norm) else "") for stance, norm in zip(said, norms, strict=True)]
