"""Headings: the words forms use for each field, and a mapping file that settles the rest."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import InputError, PipelineError
from pipeline.layout import Field

_BRACKETED = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕|<[^<>]*>|《[^《》]*》|〈[^〈〉]*〉"
)
_CIRCLED = re.compile("^[①-⑳⑴-⒇ⅰ-ⅻⅠ-Ⅻ]+")
_NUMBERED = re.compile(r"^(?:\(?[0-9a-zア-ン]{1,2}[).、:]|[0-9]{1,2}(?=[^0-9]))\s*")
_POLITE = re.compile(r"[御貴]|ご(?=[一-龥])")
_NO_WORD = re.compile(r"[\W_]+")


def fold_heading(text: str) -> str:
    """What is left of a heading to compare: no spaces, marks, honorifics or leading number.

    Example:
        >>> [fold_heading(t) for t in ("⑤ 御意見\\n（必須）", "該当箇所（頁）", "*Ｎｏ．", "２．理由・背景")]
        ['意見', '該当箇所', 'no', '理由背景']
        >>> fold_heading("（意見）")
        '意見'
    """
    if text.strip() in ("#", "＃"):
        return "no"
    bare = unicodedata.normalize("NFKC", _CIRCLED.sub("", text.strip())).casefold().strip()
    cut = _BRACKETED.sub("", bare)
    bare = cut if _NO_WORD.sub("", cut) else bare
    bare = re.split("[※*](?=.{4})", bare)[0] or bare
    return _POLITE.sub("", _NO_WORD.sub("", _NUMBERED.sub("", bare)))


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    words: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    looks: str = ""


class _SheetNames(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    example: tuple[str, ...]
    other: tuple[str, ...]


class Guess(NamedTuple):
    """What a heading may mean, and how sure that is: 3 its words, 2 its ending, 1 inside, below 1 weak."""

    field: Field
    score: float


def _rank(field: Field) -> int:
    """Of two words of one length inside a heading, which one it is about: 意見の理由 is a reason."""
    order: tuple[Field, ...] = ("section", "opinion", "reason")
    return order.index(field) if field in order else -1


class HeadingWords(BaseModel):
    """labels/headings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    number: _Words
    source: _Words
    prefecture: _Words
    organization: _Words
    organization_type: _Words
    candidate: _Words
    section: _Words
    opinion: _Words
    reason: _Words
    answer: _Words
    received: _Words
    ignored: _Words
    sheets: _SheetNames

    @cached_property
    def fields(self) -> dict[Field, _Words]:
        """The words of every field."""
        return {field: getattr(self, field) for field in Field.__args__}  # type: ignore[attr-defined]

    @cached_property
    def _words(self) -> dict[str, Guess]:
        found: dict[str, Guess] = {}
        for field, words in self.fields.items():
            for place, word in enumerate(words.words):
                found.setdefault(fold_heading(word), Guess(field, 3 - place / 1000))
        return found

    @cached_property
    def _weak(self) -> dict[str, list[Guess]]:
        found: dict[str, list[Guess]] = {}
        for field, words in self.fields.items():
            for place, word in enumerate(words.weak):
                found.setdefault(fold_heading(word), []).append(Guess(field, 0.5 - place / 1000))
        return found

    def guesses(self, folded: str) -> list[Guess]:
        """What a folded heading may mean, best first; empty where nothing is known.

        One guess, but for weak words, which may stand for several fields.
        """
        if not folded or len(folded) > 40:
            return []
        if folded in self._words:
            return [self._words[folded]]
        if folded in self._weak:
            return self._weak[folded]
        longest = max(self._parts(folded), default=None, key=lambda part: (*part[:2], _rank(part[2].field)))
        return [longest[2]] if longest else []

    @cached_property
    def _folded_parts(self) -> list[tuple[str, int, Guess]]:
        return [
            (fold_heading(word), score, Guess(field, score))
            for field, words in self.fields.items()
            for score, part in ((2, words.endings), (1, words.inside))
            for word in part
        ]

    def _parts(self, folded: str) -> Iterator[tuple[int, int, Guess]]:
        for word, score, guess in self._folded_parts:
            if folded.endswith(word) if score == 2 else word in folded:
                yield score, len(word), guess


def load_heading_words(path: Path) -> HeadingWords:
    """Read and validate labels/headings.toml.

    Raises:
        PipelineError: The file is missing or against its form.
    """
    try:
        return HeadingWords.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise PipelineError(f"{path}: 見出しの語の一覧を読めません。{error}") from error


class SheetMapping(BaseModel):
    """What the mapping file says of one sheet, or of all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    header_row: int = 0
    """Row of the headings as Excel shows it; 0 where it is to be found."""
    headings: dict[str, str] = {}
    """Heading → name of the field, or ``使わない``."""
    skip: bool = False


class Mapping(SheetMapping):
    """A mapping file: for all sheets, and for sheets by name."""

    sheets: dict[str, SheetMapping] = {}

    def of(self, sheet: str) -> SheetMapping:
        """What holds for the sheet of that name."""
        own = self.sheets.get(sheet)
        if own is None:
            return self
        return SheetMapping(
            header_row=own.header_row or self.header_row,
            headings={**self.headings, **own.headings},
            skip=own.skip or self.skip,
        )


def load_mapping(path: Path, words: HeadingWords) -> Mapping:
    """Read a mapping file and check that it names fields there are.

    Raises:
        InputError: The file is missing, no TOML, or names an unknown field.
    """
    try:
        mapping = Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise InputError(f"{path.name}: 対応表を読めません。書き方を確かめてください。{error}") from error
    names = {words.name for words in words.fields.values()}
    for part in (mapping, *mapping.sheets.values()):
        for heading, field in part.headings.items():
            if field not in names:
                known = "、".join(sorted(names))
                raise InputError(
                    f"{path.name}: 「{heading}」の項目「{field}」は使えません。"
                    f"次のどれかにしてください: {known}"
                )
    return mapping
