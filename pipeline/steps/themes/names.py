"""Names: what a theme is about, in 15 characters a meeting can say."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.arrays import Token
from pipeline.steps.themes.words import is_noun
from pipeline.themes import ThemeModel

LONGEST = 15
NAMELESS = "その他"


class Phrase(NamedTuple):
    """A noun phrase of a statement: compound nouns, joined by の where the writer joined them."""

    text: str
    words: tuple[str, ...]
    """Its compound nouns."""
    is_asked: bool
    """Whether it stands in a sentence that asks for something."""
    is_object: bool
    """Whether it is what such a sentence is about: を, は or について follows."""
    is_thin: bool
    """A single short word: true of many themes, telling of none."""


class _Compound(NamedTuple):
    text: str
    n: int
    """Words it is made of."""


_ASKING = frozenset(
    ["たい", "ほしい", "欲しい", "べき", "下さる", "願う", "求める", "望む", "必要", "明記", "べし"]
)
_STOPS = ("。", "\n", "?", "!")
_FORMAL = frozenset(
    [
        "まま",
        "ごと",
        "つ",
        "とき",
        "ところ",
        "こと",
        "もの",
        "ため",
        "うち",
        "ほか",
        "の",
        "よう",
        "はず",
        "わけ",
    ]
) | {"たび", "ほう", "さ", "そう"}
_POLITE = frozenset("御ごお本当各同貴約計")
_MACHINE = re.compile(r"[a-z0-9._@:/-]+")
_OBJECT = ("を", "は")
_THIN = 4
_JOINED = 2
"""Compound nouns in a name."""
_END = Token("", "", "", "", 0)
_WELL_SAID = 8
"""Names shorter than this say less than they could."""


def phrases(tokens: Sequence[Token]) -> Iterator[Phrase]:
    """All noun phrases of up to 15 characters, in order; longer ones give their last compounds.

    Example:
        >>> def t(s: str, pos: str) -> Token: return Token(s, s, pos, "", 0)
        >>> noun = "名詞-普通名詞-一般"
        >>> tokens = [t("占用", noun), t("台帳", noun), t("の", "助詞-格助詞"), t("移行", noun)]
        >>> [phrase.text for phrase in phrases(tokens)]
        ['占用台帳の移行', '占用台帳', '移行']
    """
    for sentence in _sentences(tokens):
        asked = any(token.lemma in _ASKING or token.surface in _ASKING for token in sentence)
        for run, particle in _runs(sentence):
            for start in range(len(run)):
                for end in range(min(len(run), start + _JOINED), start, -1):
                    part = run[start:end]
                    text = "の".join([compound.text for compound in part])
                    if 1 < len(text) <= LONGEST:
                        is_object = asked and end == len(run) and particle in _OBJECT
                        is_thin = sum(compound.n for compound in part) == 1 and len(text) <= _THIN
                        yield Phrase(text, tuple(c.text for c in part), asked, is_object, is_thin)


def _sentences(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    sentence: list[Token] = []
    for token in tokens:
        sentence.append(token)
        if token.surface in _STOPS:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _runs(sentence: Sequence[Token]) -> Iterator[tuple[list[_Compound], str]]:
    """Compound nouns that の joins, as one run each, with the particle that follows."""
    run: list[_Compound] = []
    compound: list[Token] = []
    for token in (*sentence, _END):
        if _names_something(token, bool(compound)):
            compound.append(token)
            continue
        if compound:
            if _is_telling(compound):
                run.append(_Compound("".join(part.surface for part in compound), len(compound)))
            elif run:
                yield run, ""
                run = []
            compound = []
            if token.surface == "の" and token.pos.startswith("助詞"):
                continue
        if run:
            yield run, token.surface
            run = []


def _is_telling(compound: Sequence[Token]) -> bool:
    """Whether a compound names a thing, not a manner (こまめ) or a time (土日)."""
    if compound[-1].pos.startswith("形状詞"):
        return False
    return not all("副詞可能" in token.pos for token in compound)


def _names_something(token: Token, is_inside: bool) -> bool:
    """Whether a token may stand in a name: no counters, formal nouns, persons or addresses of machines."""
    return _may_stand(token.surface, token.pos)[0 if is_inside else 1]


@lru_cache(maxsize=2**15)
def _may_stand(surface: str, pos: str) -> tuple[bool, bool]:
    """Whether a word may stand inside a name, and at its beginning."""
    if not is_noun(pos) or surface in _FORMAL or "人名" in pos or _MACHINE.fullmatch(surface):
        return False, False
    return True, not ("助数詞" in pos or pos.startswith("接尾辞") or surface in _POLITE)


def name_themes(
    themes: Sequence[Sequence[Sequence[Token]]], model: ThemeModel, given: Sequence[str] = ()
) -> list[str]:
    """One name per theme, no two alike.

    A phrase scores by class TF-IDF of its compound nouns (how many statements of the theme have them,
    against how many themes do), more where it is asked for, less where all its words are generic.

    Args:
        themes: Tokens of the statements of each theme, the medoid first.
        model: Gives generic words and the rarity of words in earlier inquiries.
        given: Names some themes have already, in the same order; empty where there is none.

    Returns:
        Names of at most 15 characters, in order.

    Source: class-based TF-IDF, Grootendorst (2022), BERTopic, sec. 3.3.
    """
    found = [[list(phrases(tokens)) for tokens in theme] for theme in themes]
    spread = Counter(word for theme in found for word in {w for doc in theme for p in doc for w in p.words})
    names: list[str] = []
    taken = set(given) - {""}
    for theme, own in zip(found, given or [""] * len(found), strict=True):
        if own:
            names.append(own)
            continue
        ranked = _ranked(theme, spread, len(themes), model)
        name = next((text for text in ranked if text not in taken), "")
        names.append(name or _numbered(ranked[0] if ranked else NAMELESS, taken))
        taken.add(names[-1])
    return names


def _ranked(
    theme: Sequence[Sequence[Phrase]], spread: Counter[str], n_themes: int, model: ThemeModel
) -> list[str]:
    within = Counter(word for doc in theme for word in {w for phrase in doc for w in phrase.words})
    told = {
        word: (n / len(theme)) * math.log(1 + n_themes / spread[word]) * model.idf(f"#{word}")
        for word, n in within.items()
        if word not in model.generic_words
    }
    scores: dict[str, float] = {}
    for rank, doc in enumerate(theme):
        for phrase in doc:
            telling = [told[word] for word in phrase.words if word in told]
            # One character (市の参加, 村の事情) names the sender, never the matter.
            if not telling or min(map(len, phrase.words)) < 2:
                continue
            # Of two equally telling phrases the one that is asked for, in the medoid, says it best.
            value = sum(telling) * (2.0 if phrase.is_asked else 1.0) * (1.2 if rank == 0 else 1.0)
            # A theme of one statement has no counts to go by: what the writer asks for says what it is about.
            value *= 1.5 if phrase.is_object and len(theme) == 1 else 1.0
            value *= 0.5 if phrase.is_thin else 1.0
            value *= math.sqrt(min(len(phrase.text), _WELL_SAID) / _WELL_SAID)
            value /= 1 + 0.5 * (len(phrase.words) - len(telling))
            scores[phrase.text] = max(scores.get(phrase.text, 0.0), value)
    return sorted(scores, key=lambda text: (-scores[text], len(text), text))


def _numbered(name: str, taken: set[str]) -> str:
    number = 1
    while (candidate := name if number == 1 else f"{name[: LONGEST - 2]}{number}") in taken:
        number += 1
    return candidate
