"""Events: adding to the log of reviews, and reading it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, delete, insert, select

from pipeline.edges.store import schema
from pipeline.errors import ConflictError
from pipeline.reviews import Event

_COLUMNS = [schema.review_events.c[one.name] for one in fields(Event)]
_CHUNK = 500


def append_events(connection: Connection, events: Sequence[Event]) -> int:
    """Add events, all or none, on an open transaction; those already stored are passed over.

    Returns:
        How many were new.

    Raises:
        ConflictError: Somebody else added an event to one of the statements in between.
    """
    known = _known(connection, [event.event_key for event in events])
    new = [asdict(event) for event in events if event.event_key not in known]
    if not new:
        return 0
    try:
        connection.execute(insert(schema.review_events), new)
    except sa.exc.IntegrityError as error:
        raise ConflictError(
            "他の方が更新しました。最新の内容を確かめてから、もう一度保存してください。"
        ) from error
    return len(new)


def _known(connection: Connection, keys: list[str]) -> set[str]:
    column = schema.review_events.c.event_key
    found: set[str] = set()
    for i in range(0, len(keys), _CHUNK):
        found.update(connection.scalars(select(column).where(column.in_(keys[i : i + _CHUNK]))))
    return found


def read_events(
    connection: Connection, statement_ids: Iterable[str] | None = None, after: int = 0
) -> list[tuple[int, Event]]:
    """Events in the order they were stored, each with its place in the log.

    Args:
        connection: An open connection.
        statement_ids: Only those of these statements; None means all.
        after: Only those later in the log than this place.
    """
    table = schema.review_events
    query = select(table.c.seq, *_COLUMNS).where(table.c.seq > after).order_by(table.c.seq)
    if statement_ids is None:
        return [_event(row) for row in connection.execute(query)]
    ids = sorted(set(statement_ids))
    found: list[tuple[int, Event]] = []
    for i in range(0, len(ids), _CHUNK):
        chunk = query.where(table.c.statement_id.in_(ids[i : i + _CHUNK]))
        found.extend(_event(row) for row in connection.execute(chunk))
    return sorted(found, key=lambda pair: pair[0])


def _event(row: Any) -> tuple[int, Event]:
    seq, *values = row
    return seq, Event(*values)


def take_lease(
    connection: Connection, statement_ids: Sequence[str], reviewer: str, now: datetime, until: datetime
) -> str:
    """Lend the first of these statements that nobody else holds; an empty string where all are taken.

    A reviewer holds one statement at a time: the one held before is given back.
    """
    table = schema.leases
    connection.execute(delete(table).where((table.c.expires_at <= now) | (table.c.reviewer == reviewer)))
    taken = set(connection.scalars(select(table.c.statement_id)))
    for statement_id in statement_ids:
        if statement_id not in taken:
            lease = {"statement_id": statement_id, "reviewer": reviewer, "expires_at": until}
            connection.execute(insert(table).values(lease))
            return statement_id
    return ""


def give_back(connection: Connection, reviewer: str, statement_id: str) -> None:
    """End whatever this reviewer holds, and whoever's hold on a statement that was just answered."""
    table = schema.leases
    connection.execute(
        delete(table).where((table.c.reviewer == reviewer) | (table.c.statement_id == statement_id))
    )


def lease_holders(connection: Connection, now: datetime) -> dict[str, str]:
    """Who holds which statement now."""
    table = schema.leases
    rows = connection.execute(select(table.c.statement_id, table.c.reviewer).where(table.c.expires_at > now))
    return {row.statement_id: row.reviewer for row in rows}
