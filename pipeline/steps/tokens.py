"""Tokens: what the tagger makes of each statement and its reason, once, passed along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from pipeline.arrays import Token, Tokens


class Tagger(Protocol):
    """Splits Japanese text into tokens."""

    def __call__(self, texts: Sequence[str]) -> list[tuple[Token, ...]]:
        """One tuple of tokens per text, in order; an empty text gives an empty tuple."""
        ...


def tokenize(statements: pd.DataFrame, tagger: Tagger) -> Tokens:
    """Tokenize the normalized text and reason of every statement.

    Args:
        statements: A ``Statements`` table, n rows.
        tagger: Called twice, with n texts and n reasons.

    Returns:
        Tokens in input order; n = 0 gives no tokens.
    """
    return Tokens(
        statement_ids=tuple(statements["statement_id"]),
        text=tuple(tagger(statements["norm"].tolist())),
        reason=tuple(tagger(statements["norm_reason"].tolist())),
    )
