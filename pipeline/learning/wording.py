"""Wording: how a statement is put, apart from what it is about; and its content words, apart from how."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.arrays import Token

_LIGHT = frozenset(["為る", "有る", "居る", "成る", "言う", "出来る", "因る", "行う"])
_NAMES = ("名詞-普通名詞", "名詞-固有名詞")
_NUMERAL = "名詞-数詞"
_CONTENT = ("名詞", "動詞", "形容詞", "形状詞")


def skeleton(tokens: Sequence[Token]) -> str:
    """The wording with every noun and numeral masked, so that no candidate's subject can be learned from it.

    Example:
        >>> def token(lemma: str, pos: str) -> Token: return Token(lemma, lemma, pos, "", 0)
        >>> skeleton([token("費用", "名詞-普通名詞"), token("が", "助詞"), token("3", "名詞-数詞")])
        '^ N が # $'
    """
    return " ".join(["^", *(_masked(token) for token in tokens), "$"])


def content(tokens: Sequence[Token]) -> list[str]:
    """Lemmas of nouns, verbs and adjectives that say something, and each two that follow one another.

    Example:
        >>> def noun(lemma: str) -> Token: return Token(lemma, lemma, "名詞-普通名詞-一般", "", 0)
        >>> content([noun("占用"), noun("台帳"), Token("を", "を", "助詞-格助詞", "", 4)])
        ['占用', '台帳', '占用台帳']
    """
    words = [
        token.lemma
        for token in tokens
        if token.pos.startswith(_CONTENT) and not token.pos.startswith(_NUMERAL) and token.lemma not in _LIGHT
    ]
    return words + [a + b for a, b in pairwise(words)]


def within(tokens: Sequence[Token], text: str, part: str) -> list[Token]:
    """The tokens of the last place where ``part`` stands in the text they were made of."""
    start = text.rfind(part)
    return [token for token in tokens if start <= token.start < start + len(part)]


def _masked(token: Token) -> str:
    if token.pos.startswith(_NAMES):
        return "N"
    return "#" if token.pos.startswith(_NUMERAL) else token.lemma
