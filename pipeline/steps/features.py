"""Features: statements, their candidate files and their vectors become the material the heads read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.arrays import Embeddings, Token, Tokens
from pipeline.candidates import Candidate, Candidates, LedgerItem
from pipeline.learning.compare import GROUPS, SECTIONS, STATUSES, pairs, pointing, standing_features
from pipeline.learning.cues import asking, count_cues
from pipeline.learning.material import Array, Index, Material, PairTable
from pipeline.learning.similarity import MEASURES, Asked, Offered, similarities
from pipeline.learning.wording import content, skeleton, within
from pipeline.text import normalize

N_STANDING = len(MEASURES) * (3 * len(SECTIONS) + 3 * 4)
N_PAIR = 3 * len(MEASURES) + 7 + 3
_TINY = 1e-12
_AS_IT_STANDS = 3.0
"""How much more a vector as it stands weighs than the same less its candidate's centre."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """Of n statements and of the items of their candidates' files, by one encoder.

    ``texts`` and ``full`` (see ``full_texts``) are row by row, ``items`` are under ``item_key``.
    """

    texts: Embeddings
    full: Embeddings
    items: Embeddings

    def __post_init__(self) -> None:
        if not self.texts.encoder_id == self.full.encoder_id == self.items.encoder_id:
            raise ValueError("the vectors of one material must come from one encoder")


@dataclass(frozen=True, eq=False)
class Words:
    """Tokens of n statements, and of the items of their candidates' files under ``item_key``."""

    statements: Tokens
    items: Mapping[str, Sequence[Token]]


def worded_texts(statements: pd.DataFrame) -> list[str]:
    """Text and reason in one, as the word head reads them.

    >>> worded_texts(pd.DataFrame({"norm": ["a"], "norm_reason": ["b"]}))
    ['a 理由 b']
    """
    return [
        f"{text} 理由 {reason}"
        for text, reason in zip(statements["norm"], statements["norm_reason"], strict=True)
    ]


def full_texts(statements: pd.DataFrame) -> list[str]:
    """Text and reason in one, as the encoder reads them; the text alone where there is no reason.

    >>> full_texts(pd.DataFrame({"norm": ["a", "b"], "norm_reason": ["", "c"]}))
    ['a', 'b\\nc']
    """
    return [
        f"{text}\n{reason}" if reason else text
        for text, reason in zip(statements["norm"], statements["norm_reason"], strict=True)
    ]


def item_key(candidate_id: str, ref: str) -> str:
    """The id an item's vector carries."""
    return f"{candidate_id}/{ref}"


def ledger_items(candidate: Candidate) -> list[LedgerItem]:
    """The items of a candidate file with normalized texts."""
    return [LedgerItem(item.ref, item.section, normalize(item.text)) for item in candidate.items]


def features(statements: pd.DataFrame, candidates: Candidates, vectors: Vectors, words: Words) -> Material:
    """Turn n statements into numbers.

    Args:
        statements: A ``Statements`` table, n rows.
        candidates: The candidate files; a statement without one gets no pairs and zeros for what stands out.
        vectors: Of the n statements and of every item of the files.
        words: The same.

    Returns:
        The material in input order; n = 0 gives an empty one.
    """
    owners = statements["candidate_id"].to_numpy()
    texts, reasons = statements["norm"].tolist(), statements["norm_reason"].tolist()
    standing, status, table = _compared(statements, candidates, vectors, words)
    return Material(
        statement_ids=tuple(statements["statement_id"]),
        candidate_ids=tuple(c if candidates.get(c) else "" for c in owners),
        texts=tuple(worded_texts(statements)),
        wordings=_wordings(texts, words.statements),
        vectors=vectors.texts.vectors.astype(np.float64),
        dense=_dense(owners, candidates, vectors),
        cues=count_cues(texts, reasons, _sections(statements)),
        standing=standing,
        status=status,
        pairs=table,
        encoder_id=vectors.texts.encoder_id,
    )


def _wordings(texts: Sequence[str], tokens: Tokens) -> NDArray[np.str_]:
    rows = [
        (skeleton(of_text), skeleton(of_reason), skeleton(within(of_text, text, asking(text))))
        for text, of_text, of_reason in zip(texts, tokens.text, tokens.reason, strict=True)
    ]
    return np.array(rows, dtype=np.str_).reshape(len(rows), 3)


def _dense(owners: NDArray[np.object_], candidates: Candidates, vectors: Vectors) -> Array:
    """What a statement says, and what it says beyond its candidate's subject; zeros without a file."""
    whole = np.stack([vectors.texts.vectors, vectors.full.vectors], axis=1).astype(np.float64)
    beyond = np.zeros_like(whole)
    place = {key: i for i, key in enumerate(vectors.items.ids)}
    for candidate in candidates:
        rows = np.flatnonzero(owners == candidate.candidate_id)
        own = [place[item_key(candidate.candidate_id, item.ref)] for item in candidate.items]
        if len(rows) and own:
            less = whole[rows] - vectors.items.vectors[own].astype(np.float64).mean(axis=0)
            beyond[rows] = less / np.maximum(np.linalg.norm(less, axis=2, keepdims=True), _TINY)
    return np.concatenate([_AS_IT_STANDS * whole, beyond], axis=1).reshape(len(whole), 4 * whole.shape[2])


def _compared(
    statements: pd.DataFrame, candidates: Candidates, vectors: Vectors, words: Words
) -> tuple[Array, Array, PairTable]:
    """What stands out, the candidate's status, and the pairs, candidate by candidate."""
    n = len(statements)
    standing, status = np.zeros((n, N_STANDING)), np.zeros((n, len(STATUSES)))
    tables: list[PairTable] = []
    owners = statements["candidate_id"].to_numpy()
    for candidate in candidates:
        rows = np.flatnonzero(owners == candidate.candidate_id)
        if not len(rows) or not candidate.items:
            continue
        offered = _offered(candidate, vectors.items, words)
        asked = _asked(statements.iloc[rows], rows, vectors, words.statements)
        close = similarities(asked, offered)
        standing[rows] = standing_features(close, [item.section for item in offered.items])
        status[rows] = [candidate.status == known for known in STATUSES]
        tables.append(_pair_table(close, offered.items, asked.sections, rows))
    return standing, status, _joined(tables)


def _offered(candidate: Candidate, vectors: Embeddings, words: Words) -> Offered:
    keys = [item_key(candidate.candidate_id, item.ref) for item in candidate.items]
    place = {key: i for i, key in enumerate(vectors.ids)}
    return Offered(
        items=tuple(ledger_items(candidate)),
        words=tuple(content(words.items[key]) for key in keys),
        vectors=_double(vectors, np.array([place[key] for key in keys], dtype=np.intp)),
    )


def _double(vectors: Embeddings, rows: Index) -> Array:
    return np.asarray(vectors.vectors[rows], dtype=np.float64)


def _sections(statements: pd.DataFrame) -> list[str]:
    return [normalize(section) for section in statements["section"]]


def _asked(statements: pd.DataFrame, rows: Index, vectors: Vectors, tokens: Tokens) -> Asked:
    text_words = [content(tokens.text[row]) for row in rows]
    return Asked(
        texts=tuple(statements["norm"]),
        full=tuple(full_texts(statements)),
        asking=tuple(asking(text) for text in statements["norm"]),
        sections=tuple(_sections(statements)),
        text_words=tuple(text_words),
        full_words=tuple(
            own + content(tokens.reason[row]) for own, row in zip(text_words, rows, strict=True)
        ),
        text_vectors=_double(vectors.texts, rows),
        full_vectors=_double(vectors.full, rows),
    )


def _pair_table(close: Array, items: Sequence[LedgerItem], sections: Sequence[str], rows: Index) -> PairTable:
    found = pairs(close, items, pointing(sections, items))
    refs = np.array([items[item].ref for item in found.items.tolist()], dtype=np.str_)
    return PairTable(
        rows=np.repeat(rows, len(refs)),
        groups=np.tile(found.groups, len(rows)),
        refs=np.tile(refs, len(rows)),
        values=found.values.reshape(-1, N_PAIR),
    )


def _joined(tables: Sequence[PairTable]) -> PairTable:
    empty = PairTable(
        np.zeros(0, dtype=np.intp),
        np.zeros(0, dtype=np.str_),
        np.zeros(0, dtype=np.str_),
        np.zeros((0, N_PAIR)),
    )
    parts = [empty, *tables]
    return PairTable(
        *(np.concatenate([getattr(t, name) for t in parts]) for name in ("rows", "groups", "refs", "values"))
    )


__all__ = ["GROUPS", "features", "full_texts", "item_key", "ledger_items"]
