# ruff: noqa: E501 -- a pattern cut in the middle is harder to read than a long line
"""Cues: wordings a careful reader of the codebook looks for, counted in the text, the reason and the last sentence.

The patterns were written after reading part of labels/gold (window0 and window1 only); they are tried on
candidates nobody looked at. They name wordings of Japanese administration, never a candidate's subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

PATTERNS: dict[str, str] = {
    # 前提条件: something is open, and the writer cannot judge until it is settled
    "premise_open": r"(決ま|定ま|固ま|確定|見え|明らかになら|分から|示され|整理され|出そろ|まとま|見通せ|付か|つか"
    r"|はっきりし|立た)[^。]{0,10}(ない|なければ|ねば|ぬ|ず|うち|段階|限り|まで)",
    "premise_cannot": r"(判断|評価|回答|申し上げ|意見|検討|賛否|賛成|答え|是非|当否|可否|適否|良し悪し|返事|決め"
    r"|言え|述べ|書き|示)[^。]{0,25}(でき(ない|ません|かね)|ようがな|ようがあり|難しい|にくい|かね|控え|示せな"
    r"|言えな|られな|ません|困難)",
    "premise_again": r"(改めて|もう一度|再度|その段階で|その時点で|その上で|定まってから|決まってから|待って)"
    r"[^。]{0,20}(意見|聞|照会|伺|回答|判断|述べ|検討|議論)",
    "premise_if": r"(であれば|のなら|ならば|となれば|場合は|ないなら|なら、)",
    "premise_word": r"前提",
    "premise_depends": r"次第|によって|どちら|いずれ|左右|変わ(る|り|って)|逆になる",
    "premise_first": r"先に|先決|待た|待って|までは|以前に|段階では|現時点|現段階|今の段階",
    "premise_undecided": r"未定|未確定|見直しの議論|検討中|調整中|協議中|不透明|結論が|帰すう|見通し|検討が進|改正が",
    # 根拠不明確: hearsay, conjecture, bare assertion, figures, a premise taken from the draft
    "hearsay": r"と聞|との(こと|話|噂|うわさ|声)|らしい|そうだ|そうで|と言われて|と伺|耳に|噂|うわさ|と記憶"
    r"|によれば|と聞き|だと(いう|か)|という話|とも聞",
    "conjecture": r"はず(だ|で|である|が)|に違いな|目に見え|であろう|だろう|でしょう|と思われ|思う|思い|気がする"
    r"|気がし|とは思え|考えにくい|想像|恐らく|おそらく|きっと|必至|かもしれ|かねな|おそれ|疑わ|印象|見込まれ",
    "assertion": r"当然|決まって|必ず|確実|間違いな|通例|常識|明らか|誰でも|どう考えても|論外|しかない|はなはだ"
    r"|あり得な|言わざるを得|に決ま|だけである|ほかない|到底|すべての|全ての|誰も",
    "figures": r"\d[\d,.]*(倍|割|億|万円|千万|%|パーセント)",
    "draft_premise": r"(方針案|案|国|本案|記載|説明)(では|は|に|の)[^。]{0,40}(とされ|としてい|となってい|いる。|いるが"
    r"|ている|とのこと|除|外|義務|強制|一律)|外れている|除かれて|除外|義務付け|強制|触れられていない"
    r"|書かれていない|一切|撤回|理解に苦し",
    # 抽象的: approval, hope, worry
    "abstract": r"丁寧|寄り添|実態を踏まえ|実情|十分|配慮|望む|望み|期待|努め|図られ|賛同|感謝|一層|万全|しっかり"
    r"|スピード|緊密|柔軟|慎重|使いやす|分かりやす|無理のない|最適|有意義|意義|真に|より良|よりよ|円滑|着実"
    r"|適切|総合的|留意|意を用い|国と地方|現場の声|声を|バランス|公平|くれぐれも|安心",
    "concrete_request": r"明記|明示|規定|書き加え|追加|加え|設け|含め|対象とし|できるように|機能|項目|仕様|様式"
    r"|期限|費用|負担|標準|示され|示して|定め|公表|提供|整備|改め|見直",
    # 団体固有: the writer's own body, its own conditions, or bodies in general
    "own_body": r"本市|当市|本町|当町|本村|当村|本県|当県|本区|当区|当組合|本組合|当企業団|うち(の|は|で)|当方"
    r"|わが|我が|当団体|本都|本府|本広域|当広域|当連合|当事務|当委員会|当課|当庁|本庁|村では|町では|市では",
    "own_only": r"独自|条例により|旧.{1,6}(町|村|市|庁舎)|合併|協定|覚書|慣例|経緯|昭和\d+年|平成\d+年|大正|明治"
    r"|長期継続|契約(は|を|が|期間|満了)|リース|更新(は|を|した|済)|専用|だけは|に限り|個別|特別に|のまま|猶予"
    r"|焼失|水害|浸水|火災|離島|山間|退職|令和1\d年",
    "bodies_general": r"団体(は|が|も)?(多|少なくな)|どこの|どこも|各地|他の(団体|市町村|自治体)|全国(の|で|どこ)"
    r"|ような(団体|町村|市町村|村|町)|同種|同様の|多くの(団体|市町村|町村)|一般|各団体|団体ごと|市町村ごと"
    r"|町村は|町村で|小規模な|珍しくない|いずれの|県内",
    # 射程外: take in more, or change the institution rather than the system
    "include": r"一体|併せて|あわせて|加えて|含め|対象に|広げ|拡大|取り込|載せ|扱えるよう|外さ|対象外",
    "institution": r"制度|法改正|法律|廃止|補助(率|金|の)|助成|交付税|交付金|人件費|報酬|処遇|手当|給与|罰則|過料"
    r"|義務|免除|減免|単価|基準(を|の)(緩和|見直)|緩和|引上げ|引下げ|引き上げ|引き下げ|人員|職員(の)?(増|確保)"
    r"|増員|予算(の|を)|財源|税",
    "other_programmes": r"20業務|標準化対象|標準準拠|基幹業務|標準化の|ガバメントクラウド|マイナンバー|ガバクラ|為替"
    r"|円建て|デジタル庁|DX",
    # 共通化以外: written as if there would be one shared system, or about the other method
    "one_system": r"共通(システム|SaaS|サービス|基盤|アプリ|画面|の仕組)|共通化|全国(共通|一律|一本|で一つ|一つ)|一本化|国(が|で)(一|用意|作|つく|整備|開発|持)"
    r"|国の(システム|サービス|基盤)|(全国|どこ)[^。]{0,8}同じ(システム|画面|仕組)",
    "other_method": r"共同(調達|利用)|参考仕様|仕様書|参考例|標準形式|推奨形式|データ(形式|項目|標準)|項目(標準|定義)|横展開|単価契約"
    r"|モデル(仕様|契約)|手引|ガイド|事例集|API|公募|協議会",
    "system_thing": r"システム|画面|機能|台帳|データ|入力|出力|連携|通知|様式|端末|ログイン|ID|API|帳票|一覧|地図|検索|表示|取込|取り込|登録|設定"
    r"|添付|電子|オンライン|接続|権限",
    "reform": r"(制|基準|額|率|単価|期間|期限|年限|頻度|要件|義務|報告|手当|定数|配置|区分|業種|年齢)[^。]{0,12}(改め|改正|見直|延ば|延長|統一|一律"
    r"|緩和|撤廃|廃止|無償|引き?上げ|引き?下げ|増や|減ら|広げ|整理し)|増員|無償化|法定|許可制|法改正|政令改正|省令改正|条例改正|処遇",
    "shared_system": r"共通システム|全国共通|国で一|一本化|全国一|全国で一つ|国が一|一つの(システム|画面)|標準機能"
    r"|共通の(システム|基盤|画面|仕組)|共同調達|参考仕様|事例|標準(の|を)",
    # grounds and kinds of request
    "question": r"[か？?]$|のか|でしょうか|ますか|いただけないか",
    "because": r"ため|から|ので|ことから|による|に伴い",
    "number": r"\d",
    "law": r"法第?\d|条|省令|政令|規則|告示|通知",
    "experience": r"昨年|令和\d年度|年間|件|時間|人(で|が|の)|名(で|が|の)|実際|調査|アンケート|聞き取り|見積|回答"
    r"|集計|経験|事例|実績",
    "against": r"反対|不要|撤回|見直す|すべきでない|必要はない|認められない|再検討|再考|時期尚早|中止",
    "approval": r"賛成|賛同|評価する|歓迎|感謝|ありがた|異論はない|結構",
    "timing": r"時期|期限|スケジュール|年度(から|まで|以降)|月(から|まで)|いつ",
    "cost": r"費用|経費|利用料|負担|財政|国費|補助|料金|額",
    "linkage": r"連携|接続|取込|取り込|API|データ(を|の)|出力|受け渡し|受渡",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}
_SENTENCE = re.compile(r"[。\n]")
_ALL = re.compile("全般|全体|その他")
_CAP = 3
_OPINION = re.compile(
    r"たい|ほし|欲し|べき|求|願(う|い)|(?<!利用)(?<!注意)(?<!覧)(ください|下さい)|もら|ないか|でしょうか|のか|必要|困|難し|懸念"
    r"|反対|賛|期待|望|助か|ありがた|こと(。|$)|よい|良い|思(う|わ|い)|考え|いかが|ならない|負担|無理|不安|できない|できません"
    r"|られない|しない|ように(。|$)|しかねる|留保|ようがない|はず|まい|のでは|ない(。|$)|重要|不要|幸い"
)
"""A request, a judgement or a doubt: what every opinion has and an article of a bulletin has not."""

SHAPE_NAMES = (
    "text_length",
    "reason_length",
    "no_reason",
    "sentences",
    "text_numbers",
    "reason_numbers",
    "kanji",
    "katakana",
    "section_all",
    "section_empty",
    "section_number",
    "opinion_form",
)
NAMES: tuple[str, ...] = (
    *(f"{where}:{name}" for name in PATTERNS for where in ("text", "reason", "last")),
    *SHAPE_NAMES,
)

EVIDENCE = {
    "premise_needed": ("premise_open", "premise_cannot", "premise_again", "premise_undecided"),
    "unclear_basis": ("hearsay", "conjecture", "assertion", "figures", "draft_premise"),
    "abstract": ("abstract",),
    "local_circumstances": ("own_body", "own_only"),
    "out_of_scope": ("institution", "other_programmes", "include"),
    "alternative_method": ("shared_system",),
    "resolved": ("concrete_request", "question"),
    "share": ("concrete_request", "timing", "cost", "linkage"),
}
"""Which cues speak for a label: what an explanation quotes."""


def count_cues(texts: Sequence[str], reasons: Sequence[str], sections: Sequence[str]) -> NDArray[np.float64]:
    """Count every cue in n statements.

    Args:
        texts: Normalized statements.
        reasons: Their normalized reasons; empty where there is none.
        sections: The part of the draft each speaks of, as written.

    Returns:
        Shape (n, len(NAMES)): counts up to 3, presence in the last sentence, and the text's shape.

    Example:
        >>> row = count_cues(["費用が決まらないと判断できない。"], [""], ["全般"])[0]
        >>> [float(row[NAMES.index(name)]) for name in ("text:premise_open", "text:hearsay", "section_all")]
        [1.0, 0.0, 1.0]
    """
    rows = [_row(*one) for one in zip(texts, reasons, sections, strict=True)]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(NAMES))


def sentences(text: str) -> list[str]:
    """The sentences of a text, verbatim, without their full stops; never an empty one.

    >>> sentences("一つ目。二つ目\\n三つ目。")
    ['一つ目', '二つ目', '三つ目']
    """
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def asking(text: str) -> str:
    """The sentence that carries the request or the judgement: the last one of that form, else the last one.

    >>> asking("様式を統一されたい。県内には12種類ある。")
    '様式を統一されたい'
    """
    found = sentences(text)
    return next((one for one in reversed(found) if _OPINION.search(one)), found[-1] if found else "")


def speaks_for(sentence: str, label: str) -> int:
    """How many cues of ``label`` a sentence holds.

    >>> speaks_for("決まるまで判断できない", "premise_needed") > speaks_for("費用を示されたい", "premise_needed")
    True
    """
    return sum(len(_COMPILED[name].findall(sentence)) for name in EVIDENCE.get(label, ()))


def _row(text: str, reason: str, section: str) -> list[float]:
    last = asking(text)
    row: list[float] = []
    for pattern in _COMPILED.values():
        row += [
            min(len(pattern.findall(text)), _CAP),
            min(len(pattern.findall(reason)), _CAP),
            float(bool(pattern.search(last))),
        ]
    return row + _shape(text, reason, section)


def _shape(text: str, reason: str, section: str) -> list[float]:
    size = max(len(text), 1)
    return [
        float(np.log1p(len(text))),
        float(np.log1p(len(reason))),
        float(len(reason) < 2),
        float(min(text.count("。") + text.count("\n"), 8)),
        float(min(len(re.findall(r"\d+", text)), 6)),
        float(min(len(re.findall(r"\d+", reason)), 6)),
        sum("一" <= c <= "龥" for c in text) / size,
        sum("ァ" <= c <= "ー" for c in text) / size,
        float(bool(_ALL.search(section))),
        float(len(section) < 2),
        float(bool(re.search(r"\d", section))),
        float(bool(_OPINION.search(text))),
    ]
