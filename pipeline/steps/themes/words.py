"""Words that carry content, and the section a writer names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.arrays import Token

_SECTION = re.compile(r"\s*(\d+)\s*の?\s*(?:\((\d+)\))?")
_PAGE = re.compile(r"^\s*[pP]\.?\s*\d+\s*")
_NOT_WORDS = re.compile(r"[\d\s()・、。,.]")


def content_words(tokens: Sequence[Token]) -> Iterator[str]:
    """Lemmas of nouns, verbs and adjectives, and compound nouns as one word with a leading ``#``.

    Example:
        >>> def noun(surface: str) -> Token: return Token(surface, surface, "名詞-普通名詞-一般", "", 0)
        >>> list(content_words([noun("占用"), noun("台帳"), Token("を", "を", "助詞-格助詞", "", 4)]))
        ['占用', '台帳', '#占用台帳']
    """
    compound = ""
    for token in tokens:
        if is_noun(token.pos):
            yield token.lemma
            compound += token.surface
            continue
        if compound:
            yield f"#{compound}"
            compound = ""
        if token.pos.startswith(("動詞-一般", "形容詞-一般")):
            yield token.lemma
    if compound:
        yield f"#{compound}"


@lru_cache(maxsize=1024)
def is_noun(pos: str) -> bool:
    """Whether a token of this part of speech can be a part of a compound noun; numbers cannot."""
    if pos.startswith("名詞"):
        return not pos.startswith("名詞-数詞") and "助動詞語幹" not in pos
    return pos.startswith(("接尾辞-名詞", "接頭辞", "形状詞-一般"))


class Section(NamedTuple):
    """Where in the draft a writer says the opinion belongs: numbers, and the words of the heading."""

    first: str
    second: str
    words: str


def section_of(normalized: str) -> Section:
    """Read a section as written (normalized width).

    Example:
        >>> [tuple(section_of(s)) for s in ("4(2) データの移行", "P6 7の(2)", "費用負担", "")]
        [('4', '2', 'データの移行'), ('7', '2', ''), ('', '', '費用負担'), ('', '', '')]
    """
    rest = _PAGE.sub("", normalized)
    match = _SECTION.match(rest)
    first, second = (match[1], match[2] or "") if match else ("", "")
    return Section(first, second, _NOT_WORDS.sub("", rest[match.end() :] if match else rest))
