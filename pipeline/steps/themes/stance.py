"""Stance: for or against, where a writer says so."""

from __future__ import annotations

import re

# Only what the writer asks for or refuses counts: 勧告を撤回した場合 and 見送る団体が出れば are against
# nothing, and べきではないか asks for the thing. Silence costs less than a request called an objection.
_WISH = r"(?:て(?:いただ|頂|ほし|欲し|くださ|下さ|もらい)|(?:さ|ら)れたい|るべき|すべき|た方が(?:よい|良い))"
_AGAINST = re.compile(
    r"反対(?:である|です|する|せざる|の立場|。|$)"
    r"|(?:賛成|賛同|同意|容認)(?:は)?(?:でき(?:ない|ません|ず|かね)|しかね|しがた|し難|いたしかね)"
    r"|(?:容認|認め|受け入れ)(?:られ|でき)(?:ない|ません)"
    r"|不要(?:である|です|だ(?:。|$|と)|と考え|。|$)"
    r"|必要性(?:は|が)(?:ない|ありません|乏しい|感じられない)"
    r"|(?:べき|方がよい|ことが適当)(?:では|とは)(?:ない|ありません|思わない|言えない)(?!か|の(?:では|か)|でしょうか)"
    rf"|(?:撤回|中止|白紙撤回)し?{_WISH}|(?:撤回|中止|白紙撤回)(?:を(?:求め|願|お願)|すべき|されたい)"
    rf"|(?:取りやめ|取り止め|やめ|見送|見合わせ)っ?{_WISH}"
    rf"|(?:対象|候補)から(?:外|除外)(?:し|す)?{_WISH}"
    r"|時期尚早|白紙に戻|異議がある"
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
