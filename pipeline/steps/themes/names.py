"""Names: what a theme is about, in 15 characters a meeting can say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

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


_ASKING = ("たい", "ほしい", "欲しい", "べき", "下さる", "願う", "求める", "望む", "必要", "明記", "べし")
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
                for end in range(len(run), start, -1):
                    part = run[start:end]
                    text = "の".join(compound.text for compound in part)
                    if 1 < len(text) <= LONGEST and len(part) <= 2:
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
    if not is_noun(token) or token.surface in _FORMAL or "人名" in token.pos:
        return False
    if _MACHINE.fullmatch(token.surface):
        return False
    return is_inside or not (
        "助数詞" in token.pos or token.pos.startswith("接尾辞") or token.surface in _POLITE
    )


def name_themes(themes: Sequence[Sequence[Sequence[Token]]], model: ThemeModel) -> list[str]:
    """One name per theme, no two alike.

    A phrase scores by class TF-IDF of its compound nouns (how many statements of the theme have them,
    against how many themes do), more where it is asked for, less where all its words are generic.

    Args:
        themes: Tokens of the statements of each theme, the medoid first.
        model: Gives generic words and the rarity of words in earlier inquiries.

    Returns:
        Names of at most 15 characters, in order.

    Source: class-based TF-IDF, Grootendorst (2022), BERTopic, sec. 3.3.
    """
    found = [[list(phrases(tokens)) for tokens in theme] for theme in themes]
    spread = Counter(word for theme in found for word in {w for doc in theme for p in doc for w in p.words})
    names: list[str] = []
    taken: set[str] = set()
    for theme in found:
        ranked = _ranked(theme, spread, len(themes), model)
        name = next((text for text in ranked if text not in taken), "")
        names.append(name or _numbered(ranked[0] if ranked else NAMELESS, taken))
        taken.add(names[-1])
    return names


def _ranked(
    theme: Sequence[Sequence[Phrase]], spread: Counter[str], n_themes: int, model: ThemeModel
) -> list[str]:
    within = Counter(word for doc in theme for word in {w for phrase in doc for w in phrase.words})
    scores: dict[str, float] = {}
    for rank, doc in enumerate(theme):
        for phrase in doc:
            # One character (市の参加, 村の事情) names the sender, never the matter.
            if any(len(word) < 2 for word in phrase.words):
                continue
            if all(_is_generic(word, model) for word in phrase.words):
                continue
            value = sum(
                (within[word] / len(theme)) * np.log(1 + n_themes / spread[word]) * model.idf(f"#{word}")
                for word in phrase.words
                if not _is_generic(word, model)
            )
            # Of two equally telling phrases the one that is asked for, in the medoid, says it best.
            value *= (2.0 if phrase.is_asked else 1.0) * (1.2 if rank == 0 else 1.0)
            # A theme of one statement has no counts to go by: what the writer asks for says what it is about.
            value *= 1.5 if phrase.is_object and len(theme) == 1 else 1.0
            value *= 0.5 if phrase.is_thin else 1.0
            value *= np.sqrt(min(len(phrase.text), _WELL_SAID) / _WELL_SAID)
            value /= 1 + 0.5 * sum(_is_generic(word, model) for word in phrase.words)
            scores[phrase.text] = max(scores.get(phrase.text, 0.0), float(value))
    return sorted(scores, key=lambda text: (-scores[text], len(text), text))


def _is_generic(word: str, model: ThemeModel) -> bool:
    return word in model.generic


def _numbered(name: str, taken: set[str]) -> str:
    number = 1
    while (candidate := name if number == 1 else f"{name[: LONGEST - 2]}{number}") in taken:
        number += 1
    return candidate
