"""The terminal: progress while a run works, and a table of what came out."""

from __future__ import annotations

import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table


class Lines:
    """Plain lines, one per step: for logs, pipes and ``--quiet`` terminals."""

    def __init__(self, quiet: bool = False) -> None:
        self._quiet = quiet

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def step(self, name: str, n: int) -> None:
        """Print the step's name and how many items it has."""
        if not self._quiet:
            count = f"（{n:,}件）" if n else ""
            sys.stdout.write(f"{time.strftime('%H:%M:%S')} {name}{count}\n")
            sys.stdout.flush()

    def advance(self, done: int) -> None:
        """Lines do not move."""


class Bars:
    """A bar per step with n of m and the time left."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        )
        self._current: Any = None

    def __enter__(self) -> Bars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()
        self._bars.stop()

    def step(self, name: str, n: int) -> None:
        """Close the bar before and open the next."""
        self._finish()
        self._current = self._bars.add_task(name, total=n or None)

    def advance(self, done: int) -> None:
        """Move the current bar to ``done``."""
        if self._current is not None:
            self._bars.update(self._current, completed=done)

    def _finish(self) -> None:
        if self._current is not None:
            task = self._bars.tasks[-1]
            total = task.total or task.completed or 1
            self._bars.update(self._current, total=total, completed=total)


def terminal(quiet: bool) -> Bars | Lines:
    """Bars on a real terminal; plain lines elsewhere; nothing with ``quiet``."""
    return Bars() if sys.stdout.isatty() and not quiet else Lines(quiet)


def print_table(title: str, headings: list[str], rows: list[list[str]]) -> None:
    """Print a table; numbers should already be words."""
    table = Table(title=title, title_justify="left")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)


def say(line: str) -> None:
    """One plain line on standard output."""
    sys.stdout.write(line + "\n")


def complain(line: str) -> None:
    """One plain line on standard error."""
    sys.stderr.write(line + "\n")
