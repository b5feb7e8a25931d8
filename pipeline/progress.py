"""Progress: how far a run is, told to whoever listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Listener(Protocol):
    """Hears where a run is; steps and counts only, never text."""

    def step(self, name: str, n: int) -> None:
        """A step with ``n`` items begins (0 where it cannot be counted)."""
        ...

    def advance(self, done: int) -> None:
        """``done`` of the step's items are done."""
        ...


class Silence:
    """Listens and says nothing."""

    def step(self, name: str, n: int) -> None:
        """Nothing to say."""

    def advance(self, done: int) -> None:
        """Nothing to say."""


# A context variable, not an argument: the listener has to reach the steps through Prefect, whose
# parameters travel to a server as JSON.
_listener: ContextVar[Listener] = ContextVar("listener", default=Silence())  # noqa: B039


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Let ``listener`` hear every run inside this block."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def listener() -> Listener:
    """Who listens now."""
    return _listener.get()
