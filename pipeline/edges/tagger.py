"""The tagger: fugashi with unidic-lite."""

from __future__ import annotations

from collections.abc import Sequence
from csv import reader
from functools import cached_property, lru_cache
from typing import Any

from pipeline.arrays import Token


class UnidicTagger:
    """MeCab through fugashi, with the dictionary that ships inside unidic-lite; loaded at first use.

    Example:
        >>> [token.lemma for token in UnidicTagger()(["利用料を負担する。"])[0]]
        ['利用', '料', 'を', '負担', '為る', '。']
    """

    @cached_property
    def _tagger(self) -> Any:
        import fugashi
        import unidic_lite

        return fugashi.GenericTagger(f"-r /dev/null -d {unidic_lite.DICDIR}")

    def __call__(self, texts: Sequence[str]) -> list[tuple[Token, ...]]:
        """One tuple of tokens per text; offsets count characters of the text."""
        return [_tokens(self._tagger, text) for text in texts]


def _tokens(tagger: Any, text: str) -> tuple[Token, ...]:
    if not text:
        return ()
    found: list[Token] = []
    position = 0
    for node in tagger(text):
        surface = node.surface
        start = text.find(surface, position)
        position = start + len(surface)
        lemma, pos, form = _reading(node.feature_raw)
        # The lemma of a loan word carries the source word (バス-bus).
        found.append(Token(surface, (lemma or surface).split("-", 1)[0] or surface, pos, form, start))
    return tuple(found)


@lru_cache(maxsize=1 << 16)
def _reading(raw: str) -> tuple[str, str, str]:
    """Lemma ("" where it is the surface), part of speech and form; the same words come again and again.

    Example:
        >>> _reading("名詞,普通名詞,一般,*,*,*,バス,バス-bus")
        ('バス-bus', '名詞-普通名詞-一般', '')
    """
    # UniDic 2.1.2: pos1-4, cType, cForm, lForm, lemma, …; unknown words have six fields only.
    feature = next(reader([raw]))
    pos = "-".join(part for part in feature[:4] if part not in ("*", ""))
    form = feature[5] if len(feature) > 5 and feature[5] != "*" else ""
    lemma = feature[7] if len(feature) > 7 and feature[7] != "*" else ""
    return lemma, pos, form
