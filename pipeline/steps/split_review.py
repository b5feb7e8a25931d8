"""Split review: statements people cut in pieces, put in the place of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from pipeline.arrays import Embeddings
from pipeline.errors import ReviewError
from pipeline.results import Result
from pipeline.tables import Clusters, Coverage, Decisions, Dispositions, Explanations, Statements, make_table
from pipeline.text import normalize

_ENDS = "。．！？!?\n"
_SURE = 8
"""Characters after a cut that must stand in the text as sent just as they stand in the masked one."""


@dataclass(frozen=True)
class _Piece:
    index: int
    """Row of the whole statement."""
    start: int
    end: int
    statement_id: str
    is_part: bool


def sentence_starts(text: str) -> tuple[int, ...]:
    """Where a statement may be cut: after the end of a sentence or a line, never inside one.

    >>> sentence_starts("利用料を示されたい。様式も統一を。")
    (10,)
    """
    return tuple(
        i
        for i in range(1, len(text))
        if text[i - 1] in _ENDS and text[i] not in _ENDS + "）」』)" and text[i:].strip()
    )


def apply_cuts(result: Result, cuts: Mapping[str, Sequence[int]]) -> Result:
    """Replace statements that were cut by their pieces; everything else stays as it is.

    Pieces keep the theme and the suggestion of the whole, but always wait for a person: nothing was judged
    about a piece alone.

    Args:
        result: The current result, n statements.
        cuts: Offsets in ``shown``, by statement; those that no longer fit are passed over.

    Returns:
        A result with one more statement for every cut.
    """
    ids = result.statements["statement_id"].tolist()
    shown = result.statements["shown"].tolist()
    if not any(cuts.get(one) for one in ids):
        return result
    pieces = [
        piece
        for i, (one, text) in enumerate(zip(ids, shown, strict=True))
        for piece in _pieces(i, one, text, cuts.get(one, ()))
    ]
    rows = [piece.index for piece in pieces]
    judged, scores = result.judgement, result.judgement.scores
    new_ids = tuple(piece.statement_id for piece in pieces)
    waiting = {"outcome": "review", "review_reasons": "low_confidence"}
    alone = {"is_medoid": False, "duplicate_of": "", "is_partial_duplicate": False}
    return replace(
        result,
        statements=_statements(result.statements, pieces),
        judgement=replace(
            judged,
            scores=replace(scores, statement_ids=new_ids, probabilities=scores.probabilities[rows]),
            decisions=_taken(Decisions, judged.decisions, pieces, waiting),
            coverage=_taken(Coverage, judged.coverage, pieces, {}),
            explanations=_taken(Explanations, judged.explanations, pieces, {}),
        ),
        clusters=_taken(Clusters, result.clusters, pieces, alone),
        dispositions=_taken(Dispositions, result.dispositions, pieces, {"disposition": "pending"}),
        embeddings=_embeddings(result, pieces),
    )


def _pieces(index: int, statement_id: str, text: str, cuts: Sequence[int]) -> list[_Piece]:
    edges = [0, *sorted({cut for cut in cuts if 0 < cut < len(text)}), len(text)]
    if len(edges) == 2:
        return [_Piece(index, 0, len(text), statement_id, False)]
    return [
        _Piece(index, start, end, f"{statement_id}~{start}-{end}", True) for start, end in pairwise(edges)
    ]


def _statements(table: pd.DataFrame, pieces: Sequence[_Piece]) -> pd.DataFrame:
    taken = table.iloc[[piece.index for piece in pieces]]
    columns: dict[str, list[Any]] = {str(name): taken[name].tolist() for name in taken.columns}
    for i, piece in enumerate(pieces):
        if not piece.is_part:
            continue
        text, shown = columns["text"][i], columns["shown"][i]
        start, end = (place_in_text(text, shown, cut) for cut in (piece.start, piece.end))
        part = shown[piece.start : piece.end]
        columns["statement_id"][i] = piece.statement_id
        columns["start"][i], columns["end"][i] = columns["start"][i] + start, columns["start"][i] + end
        columns["text"][i], columns["shown"][i], columns["norm"][i] = text[start:end], part, normalize(part)
    return make_table(Statements, pd.DataFrame(columns))


def place_in_text(text: str, shown: str, cut: int) -> int:
    """Where an offset of the masked text lies in the text as sent.

    >>> place_in_text("担当山田です。様式を統一されたい。", "担当［氏名］です。様式を統一されたい。", 9)
    7

    Raises:
        ReviewError: What follows the cut stands in the text more than once, so nobody can tell.
    """
    if text == shown or cut == 0:
        return cut
    if cut >= len(shown):
        return len(text)
    following = shown[cut : cut + _SURE]
    if text.count(following) != 1:
        raise ReviewError(
            "この箇所では分けられません（伏せた個人情報のすぐ後です）。別の箇所で分けてください。"
        )
    return text.index(following)


def _taken(
    model: Any, table: pd.DataFrame, pieces: Sequence[_Piece], parts: Mapping[str, Any]
) -> pd.DataFrame:
    taken = table.iloc[[piece.index for piece in pieces]].reset_index(drop=True)
    is_part = [piece.is_part for piece in pieces]
    for name, value in parts.items():
        taken[name] = [value if part else old for part, old in zip(is_part, taken[name], strict=True)]
    return make_table(model, taken.assign(statement_id=[piece.statement_id for piece in pieces]))


def _embeddings(result: Result, pieces: Sequence[_Piece]) -> Embeddings:
    vectors = result.embeddings
    place = {one: i for i, one in enumerate(vectors.ids)}
    ids = result.statements["statement_id"].tolist()
    held = [(piece.statement_id, place[ids[piece.index]]) for piece in pieces if ids[piece.index] in place]
    rows = np.array([i for _, i in held], dtype=int)
    return replace(vectors, ids=tuple(one for one, _ in held), vectors=vectors.vectors[rows])
