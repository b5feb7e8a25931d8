"""Digest: statements put together the way a meeting talks about them, theme by theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from pipeline.candidates import Candidates, Passage
from pipeline.tables import Table, make_table
from pipeline.text import normalize

_SENTENCE = re.compile(r"(?:[^。！？!?\n]|\n(?![\n・●○◯■□※①-⑳(（0-9０-９]))+[。！？!?]*")
_ASKS = re.compile(
    r"されたい|たい(?:です|と考え|と思)?。?$|ください|下さい|ほしい|欲しい|べき|願|望(?:む|み|ま)|求め"
    r"|必要(?:が|で|だ|。|[（(]|$)|必須|要望|ことは(?:でき|可能)|いただけ|もらえ|助か(?:る|り)|でしょうか"
    r"|(?:こと(?:を|と|が必要)?|[をにへ]|どうか|(?:では)?ないか|いかがか)。?$"
)
_CONTACT = re.compile(r"ご?(?:不明|質問|連絡|照会|問い?合わ?せ).{0,40}(?:ください|下さい|願)")


class Digest(Table):
    """One row per candidate and theme, the widest first: what is asked, and by how many."""

    candidate_id: Series[str]
    cluster_id: Series[str]
    cluster_name: Series[str]
    statement_id: Series[str]
    """The statement that stands for the theme."""
    sentence: Series[str]
    """What it asks, verbatim."""
    passages: Series[str]
    n_statements: Series[int] = pa.Field(ge=1)
    n_municipalities: Series[int] = pa.Field(ge=1)
    n_pending: Series[int] = pa.Field(ge=0)
    members: Series[str]
    """statement_ids, joined by ``;``."""


def digest(rows: pd.DataFrame, is_medoid: pd.Series[bool]) -> pd.DataFrame:
    """Put statements of one theme together, the theme most municipalities speak of first.

    Args:
        rows: ``ResultRows``, or some of them; n rows.
        is_medoid: True where the statement stands for its theme; aligned with ``rows`` by index.

    Returns:
        A ``Digest`` table, one row per candidate and theme. A statement in no theme is one of its own.

    Example:
        >>> digest(pd.DataFrame(), pd.Series(dtype=bool)).empty
        True
    """
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in rows.assign(is_medoid=is_medoid.reindex(rows.index)).itertuples(index=False):
        key = (str(row.candidate_id), str(row.cluster_id or row.statement_id))
        groups.setdefault(key, []).append(row)
    themes = sorted(map(_theme, groups.values()), key=lambda t: (-t["n_municipalities"], -t["n_statements"]))
    return make_table(Digest, themes)


def _theme(members: list[Any]) -> dict[str, Any]:
    medoid = next((row for row in members if row.is_medoid), members[0])
    return {
        "candidate_id": medoid.candidate_id,
        "cluster_id": medoid.cluster_id,
        "cluster_name": medoid.cluster_name,
        "statement_id": medoid.statement_id,
        "sentence": request_sentence(medoid.text),
        "passages": medoid.passages,
        "n_statements": len(members),
        "n_municipalities": len({(row.prefecture, row.organization) for row in members}),
        "n_pending": sum(row.disposition == "pending" for row in members),
        "members": ";".join(row.statement_id for row in members),
    }


def request_sentence(text: str) -> str:
    """The sentence that asks for something, verbatim: the last one with words of asking, else the first.

    Example:
        >>> request_sentence("現行は紙で不便。様式を統一していただきたい。以上です。")
        '様式を統一していただきたい。'
        >>> request_sentence("賛成\\n")
        '賛成'
    """
    sentences: list[str] = [match.strip() for match in _SENTENCE.findall(text) if match.strip()]
    asking = [text for text in sentences if _ASKS.search(normalize(text)) and not _CONTACT.search(text)]
    return (asking[-1:] or sentences[:1] or [text])[0]


def wanted_revisions(rows: pd.DataFrame) -> pd.DataFrame:
    """Statements that ask to amend the draft, decided or so far only likely (a person has yet to confirm).

    Args:
        rows: ``ResultRows``, n rows.

    Returns:
        Those of the rows, index kept.
    """
    likely = (
        (rows["disposition"] == "pending")
        & (rows["label"] == "share")
        & (rows["coverage"] == "not_reflected")
    )
    return rows[(rows["disposition"] == "revision_request") | likely]


def passages_named(candidates: Candidates, candidate_id: str, ids: str) -> Iterator[Passage]:
    """The draft's passages named in ``ids`` (joined by ``;``), in that order; unknown ids are left out."""
    candidate = candidates.get(candidate_id)
    known = {passage.passage_id: passage for passage in candidate.draft} if candidate else {}
    yield from (known[passage_id] for passage_id in ids.split(";") if passage_id in known)
