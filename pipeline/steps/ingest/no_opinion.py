"""「特になし」 and its kin. A real opinion thrown away is the worst error here, so all of it must fit."""

from __future__ import annotations

import re

from pipeline.text import normalize

_LONGEST = 160
_NOTHING = re.compile(r"[-ー・.。…/\\*×✕xX〃\s]*|n/?a|null|none")
_ASKS = re.compile(
    r"たい|べき|ほしい|欲しい|ください|下さい|願(?!いま?した)|を要望|要望(?:する|し|いたし)|必要|懸念|求め|ただし|但し|ものの|一方|検討|希望|明記|課題|難し|困|不安"
)
_PARENTHESIS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]{0,80})[)\]】〕]")
_WHO = (
    r"(?:(?:本|当|弊|我が)(?:県|都|道|府|市|区|町|村|組合|団体|連合|局|課|市町村|自治体|"
    r"広域連合|企業団|事務組合))"
)
_TOPIC = (
    r"(?:今回の?(?:件|照会|意見照会|案|方針案)?|現時点|現段階|現在|"
    r"(?:原案|方針案|案|御?提示(?:案|内容)?|内容)の?(?:とおり|どおり|通り)|(?:本|当該)(?:件|案件|案|方針案|照会|候補|計画|資料|項目|システム)"
    r"|方針案|推進方針案|共通化推進方針案|対象候補案|候補案|内容|特段?|特別|全体|全般|上記)"
)
_PARTICLE = (
    r"(?:に(?:対する|対して|対し|関する|関して|関し|つきまして|ついて|おいて)|"
    r"として|から|で|の|は|も|に|とも|、|,|\s)"
)
_LEAD = rf"(?:(?:{_WHO}|{_TOPIC}|{_PARTICLE})*)"
_WHAT = (
    r"(?:(?:修正|追加|提出|該当する|具体的な)?(?:御|ご)?(?:意見|要望|指摘|質問|コメント|提案|異論|異議|申し上げること|記載事項|該当|指摘事項|"
    r"要望事項|意見事項|特記事項|回答|修正意見|該当箇所|該当事項|問題|異存|支障)(?:・|や|及び|、|又は|と)?)+"
    r"(?:等|など|事項|の?提出|とも(?:に)?)*"
)
_HOW = r"(?:(?:について|につきまして)?は|も|が|の|、)*\s*(?:特に|特段|とくに|何も|一切)?(?:の)?(?:は)?"
_NONE = (
    r"(?:なし|無し|無い|ない|無|ナシ|ありません|有りません|ありませんでした|ございません|御座いません|ありませんです|"
    r"ないです|無いです|なかった|あるません)(?:です|でした|とする|とします|と致します|といたします|としました|である|で|との回答|で(?:回答|提出)(?:します|いたします|しました))?"
)
_NONE_SENTENCE = re.compile(
    rf"{_LEAD}(?:(?:特に|特段|とくに|特別)(?:の|な)?)?(?:{_WHAT}{_HOW}{_NONE}"
    rf"|(?:特に|特段|とくに|特別に?|何も)(?:は|、)?{_NONE}|{_NONE}|(?:意見|該当)[:は、]?\s*(?:無し?|なし))"
)
_DO = "(?:扱|取り?扱|行|実施|所管|設置|導入|保有|所有|有|担当|管轄|運用|運営|該当|使用|持)"
_BECAUSE = re.compile(
    rf"[^。]{{0,60}}?(?:{_DO}(?:っ|し|い|ち)?(?:て|た)?(?:い|お)?(?:ない|りません|ません|らず|ず)"
    r"|(?:業務|事務|施設|対象|該当)(?:が|は|も)?(?:ない|無い|ありません|なし)"
    r"|未設置|未実施|未導入|対象外|所管外|管轄外|(?:照会|確認)した(?:が|ところ))"
    r"(?:の)?(?:で(?:ある|す))?(?:ため|ので|ことから|事から|が|ところ|により)?、?"
)
_EXPLAINS = re.compile(
    r"所管|照会|確認|該当|対象外|設置|未実施|未導入|行っていない|扱|異議|異存|承知|了承|同意|差し?支え"
)
_POLITE = re.compile(
    r"(?:引き続き)?(?:どうぞ)?(?:何卒)?(?:よろしく|宜しく)(?:御|お)?願い(?:いた|致)?し(?:ます|たい(?:です|と存じます)?)"
    rf"|{_LEAD}(?:案|方針案|原案|内容)?(?:のとおり|の通り)?(?:について|につきまして)?(?:で|に|は)?(?:特に|特段)?"
    r"(?:問題(?:は)?(?:あり|ござい)ません|問題(?:は)?ない(?:です)?|差し?支え(?:は)?(?:ない(?:です)?|ありません|ございません|ありません)|"
    r"異議(?:は)?(?:なし|ありません|ございません|ない)|異存(?:は)?(?:なし|ありません|ございません|ない)|"
    r"(?:了解|承知|確認|了承)(?:しました|いたしました|致しました|した|済み?|しております))"
    r"|以上(?:です)?|(?:関係|庁内|所管|担当)?(?:部局|部署|課|各課|関係課)?(?:に|へ|も)?(?:照会|確認)(?:済み?|しました|いたしました|した)"
)


def is_no_opinion(text: str) -> bool:
    """True where the cell only says that there is nothing to say, with or without why and courtesies.

    Example:
        >>> [is_no_opinion(t) for t in ("－", "当組合では保育の業務を扱っていないため、意見はありません。")]
        [True, True]
        >>> [is_no_opinion(t) for t in ("特になし。ただし費用は国の負担とされたい。", "なしの団体にも照会を")]
        [False, False]
    """
    bare = normalize(text)
    if len(bare) > _LONGEST:
        return False
    if _NOTHING.fullmatch(bare.casefold()):
        return True
    for inside in _PARENTHESIS.findall(bare):
        if _ASKS.search(inside):
            return False
    whole = _PARENTHESIS.sub("", bare).strip(" 「」『』\"'")
    if not whole:
        return is_no_opinion(bare.strip("()[]【】〔〕 ")) if whole != bare else False
    sentences = [part.strip(" ・-*") for part in re.split(r"[。.\n!]+", whole)]
    sentences = [sentence for sentence in sentences if sentence]
    nothing = [_says_nothing(sentence) for sentence in sentences]
    polite = [_POLITE.fullmatch(sentence) is not None for sentence in sentences]
    return bool(sentences) and any(nothing) and all(a or b for a, b in zip(nothing, polite, strict=True))


def _says_nothing(sentence: str) -> bool:
    if _NONE_SENTENCE.fullmatch(sentence):
        return True
    clause = _BECAUSE.match(sentence)
    if not clause or _ASKS.search(sentence):
        return False
    rest = sentence
    while (cut := re.search("、|ため|ので|ことから", rest)) is not None:
        rest = rest[cut.end() :]
        if rest and _NONE_SENTENCE.fullmatch(rest) and _BECAUSE.fullmatch(sentence[: -len(rest)]):
            return True
    return False


def is_reason_empty(text: str) -> bool:
    """A reason that says nothing, or only why there is nothing to say.

    Example:
        >>> [is_reason_empty(t) for t in ("－", "図書館を設置していないため。", "費用を国の負担とされたい。")]
        [True, True, False]
    """
    bare = normalize(text)
    explains = _EXPLAINS.search(bare) is not None and not _ASKS.search(bare)
    return not bare or is_no_opinion(text) or (len(bare) <= 60 and explains)
