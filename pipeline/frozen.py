"""Frozen: candidates kept for testing, which no model is ever trained on."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import TaxonomyError


class FrozenCandidate(BaseModel):
    """One candidate of one inquiry, and why it is kept apart."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    window: str = Field(min_length=1)
    candidate: str = Field(min_length=1)
    since: date
    reason: str = Field(min_length=1)

    def covers(self, window: str, candidate_id: str) -> bool:
        """Whether a statement about ``candidate_id``, labelled in ``window``, is kept apart.

        Once several inquiries are put together, a candidate's id stands behind its inquiry's.

        Example:
            >>> one = FrozenCandidate(window="w2", candidate="D2", since=date(2026, 11, 25), reason="試験")
            >>> one.covers("w2", "D2"), one.covers("w2", "w2:D2"), one.covers("w3", "D2")
            (True, True, False)
        """
        return self.window == window and self.candidate == candidate_id.removeprefix(f"{window}:")


class Frozen(BaseModel):
    """labels/frozen.toml, validated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    candidates: tuple[FrozenCandidate, ...] = ()

    def covers(self, window: str, candidate_id: str) -> bool:
        """Whether any entry keeps the statement apart."""
        return any(one.covers(window, candidate_id) for one in self.candidates)


def load_frozen(path: Path) -> Frozen:
    """Read and validate the list; a missing file freezes nothing.

    Raises:
        TaxonomyError: The file is not TOML, or an entry lacks its reason or date.
    """
    if not path.is_file():
        return Frozen()
    try:
        return Frozen.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise TaxonomyError(f"{path}: 凍結した候補の一覧を読めません。{error}") from error
