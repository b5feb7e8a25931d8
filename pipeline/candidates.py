"""Candidate files (候補台帳): what the candidate covers, what is answered, and the draft as passages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import CandidateError

Status = str
"""``policy_draft``, ``partial_alternative`` or ``alternative_method``; other words count as a draft."""
Section = Literal["scope_in", "scope_out", "answered", "measures", "alternative_parts", "draft"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Scope(_Frozen):
    """What the candidate's shared system covers, and what it expressly does not."""

    inside: tuple[str, ...] = Field(alias="in", default=())
    outside: tuple[str, ...] = Field(alias="out", default=())


class Answer(_Frozen):
    """A topic that was answered before, and where."""

    topic: str
    answer: str
    where: str = ""


class Measure(_Frozen):
    """Something already published or in force."""

    what: str
    date: str = ""


class Passage(_Frozen):
    """One numbered passage of the ministry's draft."""

    passage_id: str
    heading: str = ""
    text: str


class LedgerItem(NamedTuple):
    """One thing in a candidate file a statement can be compared with."""

    ref: str
    """``answered:1``, ``scope_out:0`` …, or the passage id for the draft."""
    section: Section
    text: str


class Candidate(_Frozen):
    """One candidate file."""

    candidate_id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    ministry: str = ""
    fiscal_year: str = ""
    status: Status = "policy_draft"
    scope: Scope = Scope()
    answered: tuple[Answer, ...] = ()
    measures: tuple[Measure, ...] = ()
    alternative_parts: tuple[str, ...] = ()
    draft: tuple[Passage, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Candidate:
        ids = [passage.passage_id for passage in self.draft]
        if len(ids) != len(set(ids)):
            raise ValueError("draft: a passage_id is used twice")
        return self

    @cached_property
    def items(self) -> tuple[LedgerItem, ...]:
        """Everything in the file, section by section, as comparable texts."""
        return tuple(_items(self))


def _items(candidate: Candidate) -> Iterator[LedgerItem]:
    for i, text in enumerate(candidate.scope.inside):
        yield LedgerItem(f"scope_in:{i}", "scope_in", text)
    for i, text in enumerate(candidate.scope.outside):
        yield LedgerItem(f"scope_out:{i}", "scope_out", text)
    for i, answer in enumerate(candidate.answered):
        yield LedgerItem(f"answered:{i}", "answered", f"{answer.topic}。{answer.answer}")
    for i, measure in enumerate(candidate.measures):
        yield LedgerItem(f"measures:{i}", "measures", measure.what)
    for i, text in enumerate(candidate.alternative_parts):
        yield LedgerItem(f"alternative_parts:{i}", "alternative_parts", text)
    for passage in candidate.draft:
        yield LedgerItem(passage.passage_id, "draft", f"{passage.heading} {passage.text}".strip())


class Candidates:
    """The candidate files of one inquiry, found by id or by name.

    Example:
        >>> c = Candidate(candidate_id="T4", name="公共施設予約システム", status="alternative_method")
        >>> ledger = Candidates([c])
        >>> [ledger.match(words) for words in ("T4", "ｔ４", "公共施設 予約システム", "知らない候補")]
        ['T4', 'T4', 'T4', '']
    """

    def __init__(self, candidates: list[Candidate]) -> None:
        self._by_id = {candidate.candidate_id: candidate for candidate in candidates}
        if len(self._by_id) != len(candidates):
            raise CandidateError("候補台帳の candidate_id が重複しています。どちらかの id を変えてください。")
        self._by_key: dict[str, str] = {}
        for candidate in candidates:
            self._by_key.setdefault(_key(candidate.name), candidate.candidate_id)
        for candidate in candidates:
            self._by_key[_key(candidate.candidate_id)] = candidate.candidate_id

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, candidate_id: str) -> Candidate | None:
        """The candidate of that id, or None where no file was given."""
        return self._by_id.get(candidate_id)

    def match(self, words: str) -> str:
        """The id of the candidate written as ``words`` (its id or name, any width), or an empty string."""
        return self._by_key.get(_key(words), "")


def _key(words: str) -> str:
    """Fold width, case, spaces and punctuation away.

    >>> _key("Ｔ４：公共施設　予約システム")
    't4公共施設予約システム'
    """
    return re.sub(r"[^\w]|_", "", unicodedata.normalize("NFKC", words)).casefold()


def load_candidates(folder: Path) -> Candidates:
    """Read every ``*.candidate.json`` in ``folder``, in name order; a folder without any gives none.

    Raises:
        CandidateError: The folder is missing, or a file is not JSON or against the schema.
    """
    if not folder.is_dir():
        raise CandidateError(f"{folder}: 候補台帳のフォルダーがありません。--candidates を確認してください。")
    candidates = []
    for path in sorted(folder.glob("*.candidate.json")):
        try:
            candidates.append(Candidate.model_validate_json(path.read_bytes()))
        except (OSError, ValidationError) as error:
            raise CandidateError(
                f"{path.name}: 候補台帳を読めません。様式を確認してください。{error}"
            ) from error
    return Candidates(candidates)
