"""Engine: opening the database, and bringing its tables to the version this program expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from pipeline.errors import StoreError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 60


def open_engine(url: str) -> Engine:
    """An engine for ``url``: SQLite as one file in WAL mode, or PostgreSQL through psycopg.

    Raises:
        StoreError: The URL is not understood, or its driver is not installed.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(parsed, pool_size=20, max_overflow=20, pool_pre_ping=_is_remote(parsed))
    except (sa.exc.ArgumentError, ImportError, OSError, TypeError) as error:
        raise StoreError(
            f"データベース「{url.split('@')[-1]}」を開けません。--db を確認してください。{error}"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _is_remote(url: sa.URL) -> bool:
    return url.get_backend_name() != "sqlite"


def _on_sqlite_connect(connection: Any, _: Any) -> None:
    # sqlite3 would open transactions late and by itself; we say BEGIN ourselves, below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _on_sqlite_begin(connection: sa.Connection) -> None:
    # A transaction that will write takes the write lock first: a read lock cannot be raised to a write
    # lock once somebody else has written, whatever the busy timeout.
    is_write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def check_engine(engine: Engine) -> None:
    """Make sure that the database answers and is not of a newer version; nothing is changed.

    Raises:
        StoreError: It does not answer, or is newer than this program.
    """
    try:
        with engine.connect() as connection:
            _refuse_newer(MigrationContext.configure(connection).get_current_revision())
    except sa.exc.DBAPIError as error:
        raise StoreError(f"データベースを開けません。場所と権限を確認してください。{error.orig}") from error
    finally:
        engine.dispose()


def _refuse_newer(here: str | None) -> None:
    known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
    if here is not None and here not in known:
        raise StoreError(
            "データベースは、このプログラムより新しい版で作られています。"
            "新しい版の ikenwake を使ってください。"
        )


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to ``revision``: ``head``, ``base``, or the id of a migration in between.

    Raises:
        StoreError: The database cannot be reached, or was made by a newer version of this program.
    """
    config = _config()
    try:
        with engine.execution_options(write=True).begin() as connection:
            if engine.dialect.name == "postgresql":
                # Two programs starting at once must not both create the tables.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(8420)"))
            config.attributes["connection"] = connection
            here = MigrationContext.configure(connection).get_current_revision()
            script = ScriptDirectory.from_config(config)
            _refuse_newer(here)
            if revision == "base":
                command.downgrade(config, revision)
            elif here != script.get_current_head() or revision != "head":
                command.upgrade(config, revision)
    except sa.exc.DBAPIError as error:
        raise StoreError(f"データベースを開けません。場所と権限を確認してください。{error.orig}") from error
