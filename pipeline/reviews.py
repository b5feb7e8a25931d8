"""Reviews: what people decided, as events that are only ever added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

Kind = Literal[
    "label",
    "secondary",
    "coverage",
    "contrary",
    "passages",
    "comment",
    "personal",
    "split",
    "merge",
    "skip",
    "recheck",
    "undo",
]
Reading = Literal["first", "second", "adjudication"]
Via = Literal["web", "excel", "cli"]
State = Literal["open", "once", "twice", "disagree", "adjudicated"]


@dataclass(frozen=True)
class Event:
    """One thing one person decided about one statement; never changed, only followed by another."""

    event_key: str
    """Made by the sender, so that a click sent twice is stored once."""
    statement_id: str
    number: int
    """1, 2, 3 … within the statement: two people cannot both write the same next number."""
    text_hash: str
    """What the person read. A decision about other words is shown, but does not count."""
    kind: Kind
    value: str
    """Code of the label or coverage; codes or ids joined by ``;``; ``start:end:kind`` for personal data
    (``start:end:kind:reason`` where it stands in the reason);
    cut offsets joined by ``;`` for a split; the statement a merged one follows; the key of an undone event.
    """
    old: str
    """The value in force before, for the trail."""
    reading: Reading
    reviewer: str
    at: datetime
    via: Via
    reason: str = ""
    seconds: float = 0.0
    batch: str = ""
    """Events of one keystroke share it, and are undone together."""
    run_id: str = ""
    """The run whose suggestion was on the screen."""
    model_id: str = ""
    taxonomy_version: int = 0
    is_random: bool = False
    """Drawn uniformly, suggestion hidden until the answer: such answers may feed a certificate."""


def text_hash(text: str, reason: str) -> str:
    """What a reviewer judges, as 16 hexadecimal digits; any edit changes it.

    >>> text_hash("a", "b") == text_hash("a", "b"), text_hash("ab", "") == text_hash("a", "b")
    (True, False)
    """
    return hashlib.sha256(f"{len(text)}:{text}{reason}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Answer:
    """What one reading says of a statement."""

    label: str
    secondary: tuple[str, ...]
    coverage: str
    """Empty where the reader said nothing: the suggestion's coverage stands."""
    contrary: bool
    passages: tuple[str, ...]
    reviewer: str
    at: datetime
    is_random: bool


@dataclass(frozen=True)
class Review:
    """What people have said of one statement so far: the fold of its events."""

    statement_id: str
    number: int
    """Number of its latest event, counted or not; the next one is ``number + 1``."""
    state: State
    first: Answer | None = None
    second: Answer | None = None
    adjudication: Answer | None = None
    comments: tuple[Event, ...] = ()
    personal: tuple[str, ...] = ()
    """Passages marked as personal data, as the events keep them."""
    cuts: tuple[int, ...] = ()
    """Offsets at which the statement was split; empty while it is one."""
    merged_into: str | None = None
    """Statement whose decision it takes over; empty where it was told to stand alone; None: nothing said."""
    is_asked_again: bool = False
    """A label check doubts the decision, and nobody has answered since."""
    skipped_by: frozenset[str] = frozenset()
    outdated: tuple[Event, ...] = ()
    """Events about words that have been edited since: shown, not counted."""

    @property
    def decided(self) -> Answer | None:
        """The answer in force, or None while there is none or two that disagree."""
        if self.state == "disagree":
            return None
        return self.adjudication or self.first

    @property
    def readers(self) -> frozenset[str]:
        """Who gave the first and the second reading."""
        return frozenset(answer.reviewer for answer in (self.first, self.second) if answer)


HIDDEN = "［個人情報］"


def hide(text: str, marks: Iterable[str], field: str = "") -> str:
    """Blank out what reviewers marked as personal data in one field, overlapping or not.

    Args:
        text: The statement or its reason, as shown.
        marks: ``start:end:kind`` for the statement, ``start:end:kind:reason`` for the reason.
        field: Empty or ``reason``: which of the two ``text`` is.

    Example:
        >>> hide("担当は山田です。", ["3:5:name", "0:2:name:reason"])
        '担当は［個人情報］です。'
    """
    split = [(*mark.split(":"), "")[:4] for mark in marks]
    edges = sorted((int(start), int(end)) for start, end, _, where in split if where == field)
    pieces, done = [], 0
    for start, end in edges:
        if start >= done:
            pieces += [text[done:start], HIDDEN]
        done = max(done, end)
    return "".join([*pieces, text[done:]])


@lru_cache(maxsize=1 << 18)
def draw(statement_id: str, purpose: str) -> float:
    """A number in [0, 1) that is the same every time: a uniform draw nobody can influence.

    >>> draw("a", "second") == draw("a", "second"), draw("a", "second") == draw("a", "random")
    (True, False)
    """
    digest = hashlib.sha256(f"{purpose}:{statement_id}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
