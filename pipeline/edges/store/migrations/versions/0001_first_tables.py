"""The first tables, and the promise that a review event is never changed or removed.

Revision: 0001, after none
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "access_log",
    "leases",
    "opinions",
    "review_events",
    "runs",
    "statements",
    "users",
    "vectors",
    "clusters",
    "run_candidates",
    "run_rows",
    "sessions",
    "suggestions",
)

_NEVER = {
    "sqlite": [
        "CREATE TRIGGER review_events_no_{what} BEFORE {verb} ON review_events "
        "BEGIN SELECT RAISE(ABORT, 'review events are only ever added'); END"
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION review_events_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'review events are only ever added'; END $$",
        "CREATE TRIGGER review_events_no_{what} BEFORE {verb} ON review_events "
        "FOR EACH ROW EXECUTE FUNCTION review_events_only_added()",
    ],
}


def upgrade() -> None:
    """Create every table, then forbid changes to the log."""
    _create_access_log()
    _create_leases()
    _create_opinions()
    _create_review_events()
    _create_runs()
    _create_statements()
    _create_users()
    _create_vectors()
    _create_clusters()
    _create_run_candidates()
    _create_run_rows()
    _create_sessions()
    _create_suggestions()
    for what in ("update", "delete"):
        for statement in _NEVER.get(op.get_bind().dialect.name, []):
            op.execute(statement.format(what=what, verb=what.upper()))


def downgrade() -> None:
    """Drop every table."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION review_events_only_added()")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _create_access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        _text("name"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("what"),
        _text("subject"),
        sa.PrimaryKeyConstraint("seq", name="pk_access_log"),
    )


def _create_leases() -> None:
    op.create_table(
        "leases",
        _text("statement_id"),
        _text("reviewer"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("statement_id", name="pk_leases"),
    )


def _create_opinions() -> None:
    op.create_table(
        "opinions",
        _text("opinion_key"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("window"),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        _text("previous_key"),
        _text("opinion_id"),
        _text("file"),
        _text("sheet"),
        sa.Column("row", sa.Integer(), nullable=False),
        _text("source"),
        _text("prefecture"),
        _text("organization"),
        _text("organization_type"),
        _text("candidate_id"),
        _text("candidate"),
        _text("section"),
        _text("text"),
        _text("reason"),
        _text("personal"),
        _text("text_hash"),
        sa.PrimaryKeyConstraint("opinion_key", "version", name="pk_opinions"),
    )
    op.create_index("ix_opinions_last_seq", "opinions", ["last_seq"], unique=False)
    op.create_index("ix_opinions_window_is_current", "opinions", ["window", "is_current"], unique=False)


def _create_review_events() -> None:
    op.create_table(
        "review_events",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        _text("event_key"),
        _text("statement_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("text_hash"),
        _text("kind"),
        _text("value"),
        _text("old"),
        _text("reading"),
        _text("reviewer"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _text("via"),
        _text("reason"),
        sa.Column("seconds", sa.Float(precision=53), nullable=False),
        _text("batch"),
        _text("run_id"),
        _text("model_id"),
        sa.Column("taxonomy_version", sa.Integer(), nullable=False),
        sa.Column("is_random", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_review_events"),
        sa.UniqueConstraint("event_key", name="uq_review_events_event_key"),
        sa.UniqueConstraint("statement_id", "number", name="uq_review_events_statement_id_number"),
    )
    op.create_index("ix_review_events_batch", "review_events", ["batch"], unique=False)


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        _text("run_id"),
        _text("window"),
        _text("model_id"),
        _text("encoder_id"),
        _text("vectors_id"),
        sa.Column("taxonomy_version", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        _text("certificate"),
        _text("files"),
        _text("timings"),
        _text("taxonomy"),
        sa.PrimaryKeyConstraint("seq", name="pk_runs"),
        sa.UniqueConstraint("run_id", name="uq_runs_run_id"),
    )
    op.create_index("ix_runs_window", "runs", ["window"], unique=False)


def _create_statements() -> None:
    op.create_table(
        "statements",
        _text("statement_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        _text("opinion_key"),
        sa.Column("opinion_version", sa.Integer(), nullable=False),
        _text("candidate_id"),
        _text("section"),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        _text("text"),
        _text("reason"),
        _text("shown"),
        _text("shown_reason"),
        _text("norm"),
        _text("norm_reason"),
        _text("text_hash"),
        sa.PrimaryKeyConstraint("statement_id", "version", name="pk_statements"),
    )
    op.create_index("ix_statements_opinion_key", "statements", ["opinion_key"], unique=False)


def _create_users() -> None:
    op.create_table(
        "users",
        _text("name"),
        _text("roles"),
        _text("password"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )


def _create_vectors() -> None:
    op.create_table(
        "vectors",
        _text("encoder_id"),
        _text("statement_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("encoder_id", "statement_id", "version", name="pk_vectors"),
    )


def _create_clusters() -> None:
    op.create_table(
        "clusters",
        _text("run_id"),
        _text("cluster_id"),
        _text("window"),
        _text("candidate_id"),
        _text("name"),
        _text("parent_id"),
        _text("parent_name"),
        _text("topic_id"),
        _text("topic_name"),
        _text("past_id"),
        _text("medoid_id"),
        sa.Column("n_statements", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_clusters_run_id"),
        sa.PrimaryKeyConstraint("run_id", "cluster_id", name="pk_clusters"),
    )
    op.create_index("ix_clusters_window", "clusters", ["window"], unique=False)


def _create_run_candidates() -> None:
    op.create_table(
        "run_candidates",
        _text("run_id"),
        _text("candidate_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("document"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_run_candidates_run_id"),
        sa.PrimaryKeyConstraint("run_id", "candidate_id", name="pk_run_candidates"),
    )


def _create_run_rows() -> None:
    op.create_table(
        "run_rows",
        _text("run_id"),
        _text("kind"),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("document"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_run_rows_run_id"),
        sa.PrimaryKeyConstraint("run_id", "kind", "position", name="pk_run_rows"),
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        _text("token_hash"),
        _text("name"),
        _text("csrf"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["users.name"], name="fk_sessions_name", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_name", "sessions", ["name"], unique=False)


def _create_suggestions() -> None:
    op.create_table(
        "suggestions",
        _text("run_id"),
        _text("statement_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("label"),
        _text("secondary"),
        sa.Column("probability", sa.Float(precision=53), nullable=False),
        _text("probabilities"),
        _text("outcome"),
        _text("review_reasons"),
        _text("coverage"),
        sa.Column("coverage_probability", sa.Float(precision=53), nullable=False),
        sa.Column("contrary", sa.Boolean(), nullable=False),
        _text("passages"),
        _text("evidence"),
        _text("compared"),
        _text("path"),
        _text("cluster_id"),
        sa.Column("is_medoid", sa.Boolean(), nullable=False),
        _text("duplicate_of"),
        sa.Column("is_partial_duplicate", sa.Boolean(), nullable=False),
        _text("stance"),
        _text("disposition"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_suggestions_run_id"),
        sa.PrimaryKeyConstraint("run_id", "statement_id", name="pk_suggestions"),
    )
    op.create_index("ix_suggestions_statement_id", "suggestions", ["statement_id"], unique=False)
