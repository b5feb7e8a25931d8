"""Past: the themes of earlier inquiries, so that this year's can be matched to them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from sqlalchemy import Connection, and_, func, select

from pipeline.edges.store import schema
from pipeline.edges.store.events import read_events
from pipeline.reviews import Event
from pipeline.steps.review_state import fold
from pipeline.themes import PastTheme


def load_past_themes(connection: Connection, before_window: str) -> tuple[PastTheme, ...]:
    """Themes of every other inquiry's latest run, with what people decided most often.

    ``words`` stays empty: whoever holds a tagger fills it from ``text``.

    Args:
        connection: An open connection.
        before_window: The inquiry at hand; its own themes are left out.
    """
    c, r, g, s = schema.clusters, schema.runs, schema.suggestions, schema.statements
    latest = select(func.max(r.c.seq)).where(r.c.window != before_window).group_by(r.c.window)
    query = (
        select(c, g.c.statement_id, s.c.norm, s.c.text_hash)
        .select_from(
            c.join(r, r.c.run_id == c.c.run_id)
            .join(g, and_(g.c.run_id == c.c.run_id, g.c.cluster_id == c.c.cluster_id))
            .join(s, and_(s.c.statement_id == g.c.statement_id, s.c.version == g.c.version))
        )
        .where(r.c.seq.in_(latest))
        .order_by(r.c.seq, c.c.cluster_id, g.c.position)
    )
    rows = connection.execute(query).mappings().all()
    logs: dict[str, list[Event]] = {}
    for _, event in read_events(connection, {row["statement_id"] for row in rows}):
        logs.setdefault(event.statement_id, []).append(event)
    decided: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        review = fold(row["statement_id"], logs.get(row["statement_id"], []), row["text_hash"])
        if review.decided:
            decided.setdefault((row["run_id"], row["cluster_id"]), Counter())[review.decided.label] += 1
    return tuple(
        PastTheme(
            theme_id=row["cluster_id"],
            window=row["window"],
            candidate_id=row["candidate_id"],
            name=row["name"],
            text=row["norm"],
            words=(),
            label=_most_common(decided.get((row["run_id"], row["cluster_id"]))),
        )
        for row in rows
        if row["statement_id"] == row["medoid_id"]
    )


def _most_common(counts: Counter[str] | None) -> str:
    return min(counts, key=lambda label: (-counts[label], label)) if counts else ""


def load_theme_vectors(connection: Connection, before_window: str, encoder_id: str) -> pd.DataFrame:
    """Themes of every other inquiry's latest run, in the vectors of one encoder.

    Args:
        connection: An open connection.
        before_window: The inquiry at hand; its own themes are left out.
        encoder_id: Vectors of another encoder cannot be compared, so their themes are left out too.

    Returns:
        One row per theme: ``window``, ``candidate_id``, ``cluster_id``, ``cluster_name``, ``medoid_id``,
        ``medoid_text`` (masked), ``n_statements`` and ``centroid`` (unit vector, float32, shape (d,)).
    """
    c, r, g, v, s = schema.clusters, schema.runs, schema.suggestions, schema.vectors, schema.statements
    latest = select(func.max(r.c.seq)).where(r.c.window != before_window).group_by(r.c.window)
    query = (
        select(
            c.c.window,
            c.c.candidate_id,
            c.c.cluster_id,
            c.c.name,
            c.c.medoid_id,
            c.c.n_statements,
            g.c.statement_id,
            s.c.shown,
            v.c.vector,
        )
        .select_from(
            c.join(r, r.c.run_id == c.c.run_id)
            .join(g, and_(g.c.run_id == c.c.run_id, g.c.cluster_id == c.c.cluster_id))
            .join(s, and_(s.c.statement_id == g.c.statement_id, s.c.version == g.c.version))
            .join(v, and_(v.c.statement_id == g.c.statement_id, v.c.version == g.c.version))
        )
        .where(r.c.seq.in_(latest), v.c.encoder_id == encoder_id)
        .order_by(r.c.seq, c.c.cluster_id, g.c.position)
    )
    found = connection.execute(query)
    frame = pd.DataFrame(found.mappings().all(), columns=list(found.keys()))
    rows = [_theme(members) for _, members in frame.groupby(["window", "cluster_id"], sort=False)]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = [
    "window",
    "candidate_id",
    "cluster_id",
    "cluster_name",
    "medoid_id",
    "medoid_text",
    "n_statements",
    "centroid",
]


def _theme(members: pd.DataFrame) -> dict[str, object]:
    first = members.iloc[0]
    vectors = np.array([np.frombuffer(vector, dtype="<f4") for vector in members["vector"]])
    mean = vectors.mean(axis=0)
    medoid = members.loc[members["statement_id"] == first["medoid_id"], "shown"]
    return {
        "window": first["window"],
        "candidate_id": first["candidate_id"],
        "cluster_id": first["cluster_id"],
        "cluster_name": first["name"],
        "medoid_id": first["medoid_id"],
        "medoid_text": medoid.iloc[0] if len(medoid) else "",
        "n_statements": int(first["n_statements"]),
        "centroid": (mean / max(float(np.linalg.norm(mean)), 1e-12)).astype(np.float32),
    }
