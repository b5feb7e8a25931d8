"""Backup: the whole store as one SQLite file, whichever database it lives in, and back again, verified."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, insert, select

from pipeline.edges.store import schema
from pipeline.edges.store.store import Store
from pipeline.errors import StoreError

_CHUNK = 1000
_SKIPPED = {"sessions", "leases"}
"""Who is signed in and who holds what is of the moment; a restored store starts without."""


def backup(store: Store, file: Path) -> dict[str, int]:
    """Copy the store into a new SQLite file, compare every row, and only then give it its name.

    Returns:
        Rows per table.

    Raises:
        StoreError: The file is there already, or the copy is not the same as the store.
    """
    if file.exists():
        raise StoreError(f"{file}: すでにあります。別の名前にしてください。")
    beside = file.with_name(f".{file.name}.part")
    beside.unlink(missing_ok=True)
    copy = Store(f"sqlite:///{beside.resolve()}")
    try:
        counts = _copy(store, copy)
    finally:
        copy.close()
    with closing(sqlite3.connect(beside)) as raw:
        # One file, without a journal beside it that somebody could forget to take along.
        raw.execute("PRAGMA journal_mode=DELETE")
    os.replace(beside, file)
    return counts


def restore(file: Path, store: Store) -> dict[str, int]:
    """Copy a backup into an empty store and compare every row; all or nothing.

    Returns:
        Rows per table.

    Raises:
        StoreError: There is no such file, it is no backup, or the store is not empty.
    """
    if not file.is_file():
        raise StoreError(f"{file}: ファイルがありません。")
    if file.read_bytes()[:15] != b"SQLite format 3":
        raise StoreError(f"{file}: バックアップとして読めません。")
    with tempfile.TemporaryDirectory() as folder:
        # Opening brings tables up to date; the backup itself stays as it was made.
        source = Store(f"sqlite:///{shutil.copy(file, folder)}")
        try:
            return _copy(source, store)
        finally:
            source.close()


def _copy(source: Store, target: Store) -> dict[str, int]:
    tables = [table for table in schema.metadata.sorted_tables if table.name not in _SKIPPED]
    # One state of the store, however many reviewers go on writing.
    level = {"isolation_level": "REPEATABLE READ"} if source.engine.dialect.name == "postgresql" else {}
    with source.engine.execution_options(**level).begin() as reading, target.write() as writing:
        for table in tables:
            if writing.execute(select(sa.literal(1)).select_from(table).limit(1)).first():
                raise StoreError(
                    "書き込み先のデータベースが空ではありません。新しいデータベースを指定してください。"
                )
        counts = {table.name: _copy_table(reading, writing, table) for table in tables}
        for table in tables:
            if _digest(reading, table) != _digest(writing, table):
                raise StoreError(f"写しが元と一致しません（{table.name}）。もう一度実行してください。")
    return counts


def _copy_table(reading: Connection, writing: Connection, table: sa.Table) -> int:
    n = 0
    found = reading.execution_options(yield_per=_CHUNK).execute(_ordered(table))
    for rows in found.mappings().partitions(_CHUNK):
        writing.execute(insert(table), [dict(row) for row in rows])
        n += len(rows)
    if writing.dialect.name == "postgresql" and "seq" in table.c and n:
        # The next number must follow the ones that were brought along.
        name = f"pg_get_serial_sequence('{table.name}', 'seq')"
        writing.execute(sa.text(f"SELECT setval({name}, (SELECT max(seq) FROM {table.name}))"))
    return n


def _ordered(table: sa.Table) -> sa.Select[tuple[object, ...]]:
    return select(table).order_by(*table.primary_key.columns)


def _digest(connection: Connection, table: sa.Table) -> str:
    """A hash of every row, whatever order the database sorts text in."""
    total = 0
    for row in connection.execution_options(yield_per=_CHUNK).execute(select(table)):
        total += int.from_bytes(
            hashlib.sha256(repr(tuple(row)).encode("utf-8", "surrogatepass")).digest(), "big"
        )
    return f"{total:x}"
