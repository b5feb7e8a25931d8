"""Past: the themes of earlier inquiries, so that this year's can be matched to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from pipeline.edges.store import schema
from pipeline.edges.store.events import read_events
from pipeline.reviews import Answer, Event
from pipeline.steps.review_state import fold
from pipeline.taxonomy import Taxonomy
from pipeline.themes import EarlierTheme, PastTheme

_Key = tuple[str, str]
"""A theme: its run and its id."""


def load_past_themes(connection: Connection, before_window: str, theme_id: str = "") -> tuple[PastTheme, ...]:
    """Themes of every other inquiry's latest run, with what became of most of their statements.

    A person's decision counts before the automatic one; what is still open does not count. ``words`` stays
    empty: whoever holds a tagger fills it from ``text``.

    Args:
        connection: An open connection.
        before_window: The inquiry at hand; its own themes are left out.
        theme_id: Only themes of this id; empty means all.
    """
    rows = [dict(row) for row in connection.execute(_query(before_window, theme_id)).mappings()]
    answers = _answers(connection, rows)
    taxonomies = {text: Taxonomy.model_validate_json(text) for text in {row["taxonomy"] for row in rows}}
    ends: dict[_Key, Counter[tuple[str, str]]] = {}
    for row in rows:
        end = _end(row, answers.get(row["statement_id"]), taxonomies[row["taxonomy"]])
        if end:
            ends.setdefault((row["run_id"], row["cluster_id"]), Counter())[end] += 1
    return tuple(_theme(row, ends) for row in rows if row["statement_id"] == row["medoid_id"])


def load_themes_so_far(connection: Connection, window: str) -> dict[str, EarlierTheme]:
    """The theme each statement of one inquiry had when it was run last, by statement_id."""
    c, r, g, s = schema.clusters, schema.runs, schema.suggestions, schema.statements
    query = (
        select(g.c.statement_id, c.c.cluster_id, c.c.name, c.c.candidate_id, s.c.text_hash)
        .select_from(
            c.join(r, r.c.run_id == c.c.run_id)
            .join(g, and_(g.c.run_id == c.c.run_id, g.c.cluster_id == c.c.cluster_id))
            .join(s, and_(s.c.statement_id == g.c.statement_id, s.c.version == g.c.version))
        )
        .where(r.c.window == window)
        .order_by(r.c.seq)
    )
    return {statement_id: EarlierTheme(*rest) for statement_id, *rest in connection.execute(query)}


def _query(before_window: str, theme_id: str) -> Select[Any]:
    c, r, g, s = schema.clusters, schema.runs, schema.suggestions, schema.statements
    latest = select(func.max(r.c.seq)).where(r.c.window != before_window).group_by(r.c.window)
    query = (
        select(
            c, r.c.taxonomy, g.c.statement_id, g.c.label, g.c.outcome, g.c.coverage, s.c.norm, s.c.text_hash
        )
        .select_from(
            c.join(r, r.c.run_id == c.c.run_id)
            .join(g, and_(g.c.run_id == c.c.run_id, g.c.cluster_id == c.c.cluster_id))
            .join(s, and_(s.c.statement_id == g.c.statement_id, s.c.version == g.c.version))
        )
        .where(r.c.seq.in_(latest))
        .order_by(r.c.seq, c.c.cluster_id, g.c.position)
    )
    return query.where(c.c.cluster_id == theme_id) if theme_id else query


def _answers(connection: Connection, rows: Iterable[Mapping[str, Any]]) -> dict[str, Answer]:
    hashes = {row["statement_id"]: row["text_hash"] for row in rows}
    logs: dict[str, list[Event]] = {}
    for _, event in read_events(connection, hashes):
        logs.setdefault(event.statement_id, []).append(event)
    decided = {one: fold(one, log, hashes[one]).decided for one, log in logs.items()}
    return {one: answer for one, answer in decided.items() if answer}


def _end(row: Mapping[str, Any], answer: Answer | None, taxonomy: Taxonomy) -> tuple[str, str] | None:
    """Label and disposition a statement ended with; None while it is open."""
    if answer:
        coverage = answer.coverage or row["coverage"]
        return answer.label, taxonomy.disposition(answer.label, coverage)
    if row["outcome"] != "auto":
        return None
    return row["label"], taxonomy.disposition(row["label"], row["coverage"])


def _theme(row: Mapping[str, Any], ends: Mapping[_Key, Counter[tuple[str, str]]]) -> PastTheme:
    counts = ends.get((row["run_id"], row["cluster_id"]), Counter())
    label = _most_common(_sums(counts, 0))
    of_label = Counter({end: n for end, n in counts.items() if end[0] == label})
    return PastTheme(
        theme_id=row["cluster_id"],
        window=row["window"],
        candidate_id=row["candidate_id"],
        name=row["name"],
        text=row["norm"],
        words=(),
        n_statements=row["n_statements"],
        label=label,
        disposition=_most_common(_sums(of_label, 1)),
    )


def _sums(counts: Mapping[tuple[str, str], int], place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for end, n in counts.items():
        found[end[place]] += n
    return found


def _most_common(counts: Counter[str]) -> str:
    """The value counted most often, the first by name where several are; empty where nothing is counted."""
    return min(counts, key=lambda value: (-counts[value], value), default="")
