"""Store: the one door to the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select

from pipeline.edges.store import events, load, past, save, schema
from pipeline.edges.store.engine import migrate, open_engine
from pipeline.errors import StoreError
from pipeline.results import Result
from pipeline.reviews import Event
from pipeline.themes import EarlierTheme, PastTheme

LEASE = timedelta(minutes=10)
"""How long a statement stays with the reviewer it was shown to."""


@dataclass(frozen=True)
class Pulse:
    """How far the store has come; equal pulses mean that nothing was added in between."""

    runs: int
    events: int


class Store:
    """Runs, suggestions and reviews in SQLite or PostgreSQL; opening it brings the tables up to date.

    Safe to use from several threads and processes at once.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     store = Store(f"sqlite:///{folder}/a.db")
        ...     print(store.pulse(), store.windows())
        ...     store.close()
        Pulse(runs=0, events=0) []
    """

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self._writing = self.engine.execution_options(write=True)
        migrate(self.engine)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the store."""
        with _told(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: whole at the end of the block, or nothing."""
        with _told(), self._writing.begin() as connection:
            yield connection

    def save_run(self, result: Result) -> bool:
        """Keep a run, in one transaction; False where this very run is in the store already."""
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                # Two runs at once would number versions twice; reviews are not held up.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(8421)"))
            return save.save_result(connection, result)

    def load_result(self, window: str) -> Result:
        """Everything current of one inquiry.

        Raises:
            StoreError: The store holds no run of this inquiry.
        """
        with self.read() as connection:
            return load.load_result(connection, window)

    def statement_hashes(self, statement_ids: Iterable[str]) -> dict[str, str]:
        """The hash of what each statement now says."""
        with self.read() as connection:
            return load.statement_hashes(connection, list(statement_ids))

    def corrected_statements(self, window: str) -> dict[str, tuple[str, ...]]:
        """What opinions said before they were corrected: statements by the key of the opinion that came."""
        with self.read() as connection:
            return load.corrected_statements(connection, window)

    def past_themes(self, before_window: str, theme_id: str = "") -> tuple[PastTheme, ...]:
        """Themes of the other inquiries (of one id, where given), without their words: whoever holds a
        tagger fills those in.
        """
        with self.read() as connection:
            return past.load_past_themes(connection, before_window, theme_id)

    def themes_so_far(self, window: str) -> dict[str, EarlierTheme]:
        """The theme each statement of one inquiry had when it was run last, by statement_id."""
        with self.read() as connection:
            return past.load_themes_so_far(connection, window)

    def runs(self) -> pd.DataFrame:
        """One row per run, newest first."""
        with self.read() as connection:
            return load.load_run_list(connection)

    def windows(self) -> list[str]:
        """Inquiries in the store, the one run last first."""
        return list(dict.fromkeys(self.runs()["window"].tolist()))

    def append(self, new: Sequence[Event]) -> int:
        """Add review events, all or none; what is stored already is passed over.

        Returns:
            How many were new.

        Raises:
            ConflictError: Somebody else changed one of the statements in between.
        """
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                # Places in the log must become visible in order, or somebody reading on from the last one
                # they saw would miss an event that was committed late.
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(8423)"))
            return events.append_events(connection, new)

    def events(self, statement_ids: Iterable[str] | None = None, after: int = 0) -> list[tuple[int, Event]]:
        """Review events in the order they were stored, each with its place in the log."""
        with self.read() as connection:
            return events.read_events(connection, statement_ids, after)

    def lease(self, statement_ids: Sequence[str], reviewer: str, now: datetime) -> str:
        """Lend the first free one of these statements for ten minutes; empty where all are taken."""
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(8422)"))
            return events.take_lease(connection, statement_ids, reviewer, now, now + LEASE)

    def give_back(self, reviewer: str, statement_id: str) -> None:
        """End the holds an answer makes pointless, so that the next reading can begin."""
        with self.write() as connection:
            events.give_back(connection, reviewer, statement_id)

    def holders(self, now: datetime) -> dict[str, str]:
        """Who holds which statement now."""
        with self.read() as connection:
            return events.lease_holders(connection, now)

    def pulse(self) -> Pulse:
        """How far the store has come; cheap enough for every page."""
        with self.read() as connection:
            runs = connection.scalar(select(sa.func.max(schema.runs.c.seq)))
            logged = connection.scalar(select(sa.func.max(schema.review_events.c.seq)))
        return Pulse(int(runs or 0), int(logged or 0))


@contextmanager
def _told() -> Iterator[None]:
    """Say in words that the database is away or full, instead of in its own."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StoreError(
            "データベースに接続できないか、書き込めません。空き容量と権限を確かめ、"
            f"しばらくしてからもう一度実行してください。{error.orig}"
        ) from error
