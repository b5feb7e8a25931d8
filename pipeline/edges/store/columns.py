"""Columns: what SQLite and PostgreSQL cannot both store as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

_ESCAPE = "\x1a"


class Verbatim(TypeDecorator[str]):
    """Text exactly as sent, although no database takes a NUL or a lone surrogate.

    >>> kept = Verbatim().process_bind_param("a\\x00b\\ud800", None)
    >>> kept.isprintable() or _ESCAPE in kept, Verbatim().process_result_value(kept, None)
    (True, 'a\\x00b\\ud800')
    """

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002
        """Escape what cannot be stored."""
        if value is None or not any(c in "\x00\x1a" or "\ud800" <= c <= "\udfff" for c in value):
            return value
        return "".join(
            f"{_ESCAPE}{ord(c):04x}" if c in "\x00\x1a" or "\ud800" <= c <= "\udfff" else c for c in value
        )

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:  # noqa: ARG002
        """Undo the escape."""
        if value is None or _ESCAPE not in value:
            return value
        first, *rest = value.split(_ESCAPE)
        return first + "".join(chr(int(part[:4], 16)) + part[4:] for part in rest)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware time in UTC, on databases that know no time zone too."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Only aware times come in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Only aware times go out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
