"""Said: what a person wants to say, made into numbered events against the board they were looking at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from pipeline.edges.board import Board
from pipeline.errors import ConflictError, ReviewError
from pipeline.reviews import Answer, Event, Kind, Reading, Review, Via
from pipeline.steps.review_state import check


@dataclass(frozen=True)
class Draft:
    """One thing somebody wants to say of one statement; the desk makes an event of it."""

    statement_id: str
    kind: Kind
    value: str
    reading: Reading = "first"
    reason: str = ""


@dataclass(frozen=True)
class Stamp:
    """Who says it, when, and through which door."""

    reviewer: str
    at: datetime
    via: Via
    seconds: float = 0.0
    seen: Mapping[str, int] = field(default_factory=dict)
    """Number of the latest event the person had seen, per statement; absent means whatever is latest."""
    batch: str = field(default_factory=lambda: uuid4().hex)
    """The same batch sent twice is stored once."""


def make_events(board: Board, drafts: Sequence[Draft], stamp: Stamp) -> list[Event]:
    """Number and check what somebody says against the board they are looking at.

    Raises:
        ConflictError: A statement has moved on since ``stamp.seen``.
        ReviewError: Not this person's turn, or a statement that is not there.
    """
    numbers: dict[str, int] = {}
    events = []
    for i, draft in enumerate(drafts):
        review = board.reviews.get(draft.statement_id)
        if review is None:
            raise ReviewError(f"意見「{draft.statement_id}」は、この照会にありません。")
        if stamp.seen.get(draft.statement_id, review.number) != review.number:
            raise ConflictError("他の方が更新しました。最新の内容を確かめてから、もう一度保存してください。")
        numbers[draft.statement_id] = numbers.get(draft.statement_id, review.number) + 1
        event = Event(
            event_key=f"{stamp.batch}-{i}",
            statement_id=draft.statement_id,
            number=numbers[draft.statement_id],
            text_hash=board.hashes[draft.statement_id],
            kind=draft.kind,
            value=draft.value,
            old=_old(review, draft),
            reading=draft.reading,
            reviewer=stamp.reviewer,
            at=stamp.at,
            via=stamp.via,
            reason=draft.reason,
            seconds=stamp.seconds,
            batch=stamp.batch,
            run_id=board.result.info.run_id,
            model_id=board.result.info.model_id,
            taxonomy_version=board.result.taxonomy.version,
            is_random=draft.statement_id in board.drawn,
        )
        check(review, event)
        events.append(event)
    return events


def _old(review: Review, draft: Draft) -> str:
    held = {"first": review.first, "second": review.second, "adjudication": review.adjudication}
    answer = held[draft.reading]
    if answer is None:
        return ""
    values = {
        "label": answer.label,
        "secondary": ";".join(answer.secondary),
        "coverage": answer.coverage,
        "contrary": "yes" if answer.contrary else "",
        "passages": ";".join(answer.passages),
    }
    return values.get(draft.kind, "")


def answer_drafts(
    statement_id: str, reading: Reading, said: Mapping[str, str], held: Answer | None
) -> list[Draft]:
    """What has to be written so that a reading says ``said``: the label, and what differs from before.

    Args:
        statement_id: The statement.
        reading: Whose reading it is.
        said: Values by kind (``label``, ``secondary``, ``coverage``, ``contrary``, ``passages``); coverage
            counts only for what is shared.
        held: What the reading said before.

    Example:
        >>> [d.kind for d in answer_drafts("a", "first", {"label": "abstract", "coverage": "stated"}, None)]
        ['label']
    """
    shared = said["label"] == "share"
    wanted = {
        "secondary": said.get("secondary", ""),
        "coverage": said.get("coverage", "") if shared else "",
        "contrary": said.get("contrary", "") if shared else "",
        "passages": said.get("passages", "") if shared else "",
    }
    before = {
        "secondary": ";".join(held.secondary) if held else "",
        "coverage": held.coverage if held else "",
        "contrary": "yes" if held and held.contrary else "",
        "passages": ";".join(held.passages) if held else "",
    }
    kinds: list[Kind] = ["secondary", "coverage", "contrary", "passages"]
    drafts = [Draft(statement_id, "label", said["label"], reading)]
    drafts += [
        Draft(statement_id, kind, wanted[kind], reading) for kind in kinds if wanted[kind] != before[kind]
    ]
    return drafts
