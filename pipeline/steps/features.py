"""Features: statements, their candidate files and their vectors become the material the heads read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.arrays import Embeddings
from pipeline.candidates import Candidate, Candidates, LedgerItem
from pipeline.learning.compare import GROUPS, SECTIONS, STATUSES, pairs, pointing, standing_features
from pipeline.learning.cues import count_cues
from pipeline.learning.material import Array, Index, Material, PairTable
from pipeline.learning.similarity import MEASURES, Asked, similarities
from pipeline.text import normalize

N_STANDING = len(MEASURES) * (3 * len(SECTIONS) + 3 * 4)
N_PAIR = 4 * len(MEASURES) + 7 + 3


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


def features(
    statements: pd.DataFrame, candidates: Candidates, texts: Embeddings, full: Embeddings, items: Embeddings
) -> Material:
    """Turn n statements into numbers.

    Args:
        statements: A ``Statements`` table, n rows.
        candidates: The candidate files; a statement without one gets no pairs and zeros for what stands out.
        texts: Vectors of the texts, row by row, shape (n, d).
        full: Vectors of ``full_texts``, shape (n, d).
        items: Vectors of the files' items under ``item_key``, of the same encoder.

    Returns:
        The material in input order; n = 0 gives an empty one.

    Raises:
        ValueError: The vectors are of different encoders.
    """
    if not texts.encoder_id == full.encoder_id == items.encoder_id:
        raise ValueError("the vectors of one material must come from one encoder")
    owners = statements["candidate_id"].to_numpy()
    standing, status, table = _compared(statements, candidates, (texts, full, items))
    return Material(
        statement_ids=tuple(statements["statement_id"]),
        candidate_ids=tuple(c if candidates.get(c) else "" for c in owners),
        texts=tuple(
            f"{text} 理由 {reason}"
            for text, reason in zip(statements["norm"], statements["norm_reason"], strict=True)
        ),
        dense=np.hstack([texts.vectors, full.vectors]).astype(np.float64),
        cues=count_cues(
            statements["norm"].tolist(), statements["norm_reason"].tolist(), _sections(statements)
        ),
        standing=standing,
        status=status,
        pairs=table,
        encoder_id=texts.encoder_id,
    )


def _compared(
    statements: pd.DataFrame, candidates: Candidates, vectors: tuple[Embeddings, Embeddings, Embeddings]
) -> tuple[Array, Array, PairTable]:
    """What stands out, the candidate's status, and the pairs, candidate by candidate."""
    texts, full, items = vectors
    place = {key: i for i, key in enumerate(items.ids)}
    n = len(statements)
    standing, status = np.zeros((n, N_STANDING)), np.zeros((n, len(STATUSES)))
    tables: list[PairTable] = []
    owners = statements["candidate_id"].to_numpy()
    for candidate in candidates:
        rows = np.flatnonzero(owners == candidate.candidate_id)
        found = ledger_items(candidate)
        if not len(rows) or not found:
            continue
        own = items.vectors[[place[item_key(candidate.candidate_id, item.ref)] for item in found]]
        asked = _asked(statements.iloc[rows], _double(texts, rows), _double(full, rows))
        close = similarities(asked, found, own.astype(np.float64))
        standing[rows] = standing_features(close, [item.section for item in found])
        status[rows] = [candidate.status == known for known in STATUSES]
        tables.append(_pair_table(close, found, asked.sections, rows))
    return standing, status, _joined(tables)


def _double(vectors: Embeddings, rows: Index) -> Array:
    return np.asarray(vectors.vectors[rows], dtype=np.float64)


def _sections(statements: pd.DataFrame) -> list[str]:
    return [normalize(section) for section in statements["section"]]


def _asked(statements: pd.DataFrame, text_vectors: Array, full_vectors: Array) -> Asked:
    return Asked(
        texts=tuple(statements["norm"]),
        full=tuple(full_texts(statements)),
        sections=tuple(_sections(statements)),
        text_vectors=text_vectors,
        full_vectors=full_vectors,
    )


def _pair_table(close: Array, items: Sequence[LedgerItem], sections: Sequence[str], rows: Index) -> PairTable:
    found = pairs(close, items, pointing(sections, items))
    return PairTable(
        rows=np.array([rows[pair.row] for pair in found], dtype=np.intp),
        groups=np.array([pair.group for pair in found], dtype=np.str_),
        refs=np.array([items[pair.item].ref for pair in found], dtype=np.str_),
        values=np.array([pair.values for pair in found]).reshape(len(found), N_PAIR),
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
