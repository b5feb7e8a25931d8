"""Schema: the tables of the store. Migrations create them; a test holds the two together."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from pipeline.edges.store.columns import UtcDateTime, Verbatim

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *args: Any, **options: Any) -> Column[str]:
    return Column(name, Verbatim, *args, nullable=False, **options)


def _whole(name: str, *args: Any, **options: Any) -> Column[int]:
    return Column(name, sa.Integer, *args, nullable=False, **options)


def _real(name: str) -> Column[float]:
    return Column(name, sa.Float(53), nullable=False)


def _yes_no(name: str) -> Column[bool]:
    return Column(name, sa.Boolean, nullable=False)


def _time(name: str) -> Column[datetime]:
    return Column(name, UtcDateTime, nullable=False)


runs = Table(
    "runs",
    metadata,
    Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("run_id", unique=True),
    _text("window", index=True),
    _text("model_id"),
    _text("encoder_id"),
    _text("vectors_id"),
    _whole("taxonomy_version"),
    _time("started_at"),
    _text("certificate"),
    _text("files"),
    _text("timings"),
    _text("taxonomy"),
)

run_candidates = Table(
    "run_candidates",
    metadata,
    _text("run_id", ForeignKey("runs.run_id"), primary_key=True),
    _text("candidate_id", primary_key=True),
    _whole("position"),
    _text("document"),
)

run_rows = Table(
    "run_rows",
    metadata,
    _text("run_id", ForeignKey("runs.run_id"), primary_key=True),
    _text("kind", primary_key=True),
    _whole("position", primary_key=True),
    _text("document"),
)

opinions = Table(
    "opinions",
    metadata,
    _text("opinion_key", primary_key=True),
    _whole("version", primary_key=True),
    _text("window"),
    _whole("last_seq", index=True),
    _yes_no("is_current"),
    _text("previous_key"),
    _text("opinion_id"),
    _text("file"),
    _text("sheet"),
    _whole("row"),
    _text("source"),
    _text("prefecture"),
    _text("organization"),
    _text("organization_type"),
    _text("candidate_id"),
    _text("candidate"),
    _text("section"),
    _text("text"),
    _text("reason"),
    _text("received_on"),
    _text("personal"),
    _text("text_hash"),
    Index(None, "window", "is_current"),
)

statements = Table(
    "statements",
    metadata,
    _text("statement_id", primary_key=True),
    _whole("version", primary_key=True),
    _text("opinion_key", index=True),
    _whole("opinion_version"),
    _text("candidate_id"),
    _text("section"),
    _whole("start"),
    _whole("end"),
    _text("text"),
    _text("reason"),
    _text("shown"),
    _text("shown_reason"),
    _text("norm"),
    _text("norm_reason"),
    _text("text_hash"),
)

suggestions = Table(
    "suggestions",
    metadata,
    _text("run_id", ForeignKey("runs.run_id"), primary_key=True),
    _text("statement_id", primary_key=True),
    _whole("version"),
    _whole("position"),
    _text("label"),
    _text("secondary"),
    _real("probability"),
    _text("probabilities"),
    _text("outcome"),
    _text("review_reasons"),
    _text("coverage"),
    _real("coverage_probability"),
    _yes_no("contrary"),
    _text("passages"),
    _text("evidence"),
    _text("compared"),
    _text("path"),
    _text("cluster_id"),
    _yes_no("is_medoid"),
    _text("duplicate_of"),
    _yes_no("is_partial_duplicate"),
    _text("stance"),
    _text("disposition"),
    Index(None, "statement_id"),
)

clusters = Table(
    "clusters",
    metadata,
    _text("run_id", ForeignKey("runs.run_id"), primary_key=True),
    _text("cluster_id", primary_key=True),
    _text("window", index=True),
    _text("candidate_id"),
    _text("name"),
    _text("parent_id"),
    _text("parent_name"),
    _text("topic_id"),
    _text("topic_name"),
    _text("past_id"),
    _text("medoid_id"),
    _whole("n_statements"),
)

vectors = Table(
    "vectors",
    metadata,
    _text("encoder_id", primary_key=True),
    _text("statement_id", primary_key=True),
    _whole("version", primary_key=True),
    Column("vector", sa.LargeBinary, nullable=False),
)

review_events = Table(
    "review_events",
    metadata,
    Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("event_key", unique=True),
    _text("statement_id"),
    _whole("number"),
    _text("text_hash"),
    _text("kind"),
    _text("value"),
    _text("old"),
    _text("reading"),
    _text("reviewer"),
    _time("at"),
    _text("via"),
    _text("reason"),
    _real("seconds"),
    _text("batch", index=True),
    _text("run_id"),
    _text("model_id"),
    _whole("taxonomy_version"),
    _yes_no("is_random"),
    UniqueConstraint("statement_id", "number"),
)

leases = Table(
    "leases",
    metadata,
    _text("statement_id", primary_key=True),
    _text("reviewer"),
    _time("expires_at"),
)

users = Table(
    "users",
    metadata,
    _text("name", primary_key=True),
    _text("roles"),
    _text("password"),
    _whole("failures"),
    Column("locked_until", UtcDateTime, nullable=True),
    _yes_no("is_active"),
)

sessions = Table(
    "sessions",
    metadata,
    _text("token_hash", primary_key=True),
    _text("name", ForeignKey("users.name", ondelete="CASCADE"), index=True),
    _text("csrf"),
    _time("expires_at"),
)

access_log = Table(
    "access_log",
    metadata,
    Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    _text("name"),
    _time("at"),
    _text("what"),
    _text("subject"),
)
