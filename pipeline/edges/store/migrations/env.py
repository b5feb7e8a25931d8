"""Alembic's entry: runs on the connection the store hands over, never opens one itself."""

from __future__ import annotations

from alembic import context

from pipeline.edges.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
