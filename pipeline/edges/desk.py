"""Desk: one inquiry as the people at work on it see it, kept in step with the store."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby
from uuid import uuid4

import numpy as np
import pandas as pd

from pipeline.edges.facts import Fact, make_facts
from pipeline.edges.store import Pulse, Store
from pipeline.errors import ConflictError, ReviewError
from pipeline.policy import Review as ReviewPolicy
from pipeline.results import Result
from pipeline.reviews import Answer, Event, Kind, Reading, Review, Via, draw
from pipeline.steps.queue import Ticket, followers, order_queue
from pipeline.steps.review_state import (
    check,
    fold,
    in_force,
    is_closed,
    is_random,
    last_batch,
    needs_second,
    reading_for,
)
from pipeline.steps.settle import Settled, settle


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


@dataclass(frozen=True, eq=False)
class Board:
    """The state of one inquiry at one moment: suggestions, logs, and what they amount to."""

    result: Result
    policy: ReviewPolicy
    hashes: Mapping[str, str]
    logs: Mapping[str, tuple[Event, ...]]
    reviews: Mapping[str, Review]
    places_in_log: Mapping[str, int]
    """Place in the whole log, by event key: what came after what."""
    pulse: Pulse

    @cached_property
    def p_share(self) -> dict[str, float]:
        """Probability the model gives 共有すべきもの, by statement."""
        scores = self.result.judgement.scores
        column = scores.probabilities[:, scores.label_ids.index("share")]
        return dict(zip(scores.statement_ids, column.tolist(), strict=True))

    @cached_property
    def drawn(self) -> dict[str, float]:
        """The uniform draw, with each statement's number."""
        ids = self.result.statements["statement_id"]
        return {one: draw(one, "random") for one in ids if is_random(one, self.policy)}

    @cached_property
    def queue(self) -> list[Ticket]:
        """Everything that waits or waited for a person, most valuable first."""
        return order_queue(self.result, self.drawn, self.merged)

    @cached_property
    def merged(self) -> dict[str, str]:
        """Statements people told to follow another one, or (empty) to stand alone.

        A near-duplicate somebody answered on its own stands alone too.
        """
        said = {one: r.merged_into for one, r in self.reviews.items() if r.merged_into is not None}
        alone = {one: "" for one in self.twins if self.reviews[one].first and one not in said}
        return said | alone

    @cached_property
    def twins(self) -> frozenset[str]:
        """Near-duplicates that follow a representative as long as nobody says otherwise."""
        return frozenset(one for group in followers(self.result, {}).values() for one in group)

    @cached_property
    def behind(self) -> dict[str, tuple[str, ...]]:
        """Statements that take over another one's decision, by that one."""
        return followers(self.result, self.merged)

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """What a page shows of each statement, in order."""
        return make_facts(self.result)

    @cached_property
    def leaders(self) -> dict[str, str]:
        """The representative of each such near-duplicate."""
        return {one: head for head, group in self.behind.items() for one in group}

    @cached_property
    def places(self) -> dict[str, int]:
        """Row of each statement in the embeddings."""
        return {one: i for i, one in enumerate(self.result.embeddings.ids)}

    def review(self, statement_id: str) -> Review:
        """What people have said of a statement."""
        return self.reviews[statement_id]

    def is_closed(self, statement_id: str) -> bool:
        """Whether people are done with it."""
        return is_closed(self.reviews[statement_id], self.p_share[statement_id], self.policy)

    def needs_second(self, statement_id: str) -> bool:
        """Whether a second person has to read it."""
        return needs_second(self.reviews[statement_id], self.p_share[statement_id], self.policy)

    def reading_for(self, statement_id: str, reviewer: str, can_adjudicate: bool) -> Reading | None:
        """Which reading an answer of this person would be."""
        review = self.reviews[statement_id]
        return reading_for(review, reviewer, can_adjudicate, self.needs_second(statement_id))

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """Closed decisions of people, by statement."""
        return {
            one: review.decided
            for one, review in self.reviews.items()
            if review.decided and self.is_closed(one)
        }

    @cached_property
    def settled(self) -> Settled:
        """The inquiry with people's decisions in the place of the suggestions."""
        return settle(self.result, self.answers, self.leaders)


class Desk:
    """Gives boards of one inquiry, rebuilt only where the store has moved, and takes what people say.

    Safe to use from several threads; several processes may each have one on the same store.
    """

    def __init__(self, store: Store, window: str, policy: ReviewPolicy) -> None:
        self.store = store
        self.window = window
        self._policy = policy
        self._lock = threading.Lock()
        self._board: Board | None = None
        self._past: pd.DataFrame | None = None
        self._past_of = 0

    def board(self) -> Board:
        """The present state.

        Raises:
            StoreError: The store holds no run of this inquiry.
        """
        with self._lock:
            pulse = self.store.pulse()
            board = self._board
            if board is None or board.pulse.runs != pulse.runs:
                board = self._load(pulse)
            elif board.pulse.events != pulse.events:
                board = self._catch_up(board, pulse)
            self._board = board
            return board

    def _load(self, pulse: Pulse) -> Board:
        result = self.store.load_result(self.window)
        ids = result.statements["statement_id"].tolist()
        hashes = self.store.statement_hashes(ids)
        numbered = self.store.events(ids)
        stored = sorted((event for _, event in numbered), key=lambda event: event.statement_id)
        logs = {one: tuple(group) for one, group in groupby(stored, key=lambda event: event.statement_id)}
        reviews = {one: fold(one, logs.get(one, ()), hashes[one]) for one in ids}
        places = {event.event_key: seq for seq, event in numbered}
        return Board(result, self._policy, hashes, logs, reviews, places, pulse)

    def _catch_up(self, board: Board, pulse: Pulse) -> Board:
        logs, reviews = dict(board.logs), dict(board.reviews)
        touched, places = set(), dict(board.places_in_log)
        for seq, event in self.store.events(after=board.pulse.events):
            if event.statement_id in reviews:
                places[event.event_key] = seq
                logs[event.statement_id] = (*logs.get(event.statement_id, ()), event)
                touched.add(event.statement_id)
        for one in touched:
            reviews[one] = fold(one, logs[one], board.hashes[one])
        moved = Board(board.result, board.policy, board.hashes, logs, reviews, places, pulse)
        # What depends on the result alone is not worked out again after every click.
        kept = ["p_share", "drawn", "facts", "places", "twins"]
        if board.merged == moved.merged:
            kept += ["queue", "behind", "leaders"]
        for name in kept:
            if name in board.__dict__:
                moved.__dict__[name] = board.__dict__[name]
        return moved

    def past_theme(self, statement_id: str) -> str:
        """Name of the nearest theme of an earlier inquiry, with that inquiry; empty where there is none."""
        board = self.board()
        if self._past is None or self._past_of != board.pulse.runs:
            self._past = self.store.past_themes(self.window, board.result.embeddings.encoder_id)
            self._past_of = board.pulse.runs
        here = board.places.get(statement_id)
        if self._past.empty or here is None:
            return ""
        centroids = np.stack(list(self._past["centroid"]))
        nearest = self._past.iloc[int(np.argmax(centroids @ board.result.embeddings.vectors[here]))]
        return f"{nearest['cluster_name']}（{nearest['window']}、{nearest['n_statements']}件）"

    def submit(self, drafts: Sequence[Draft], stamp: Stamp) -> Board:
        """Store what somebody says, all or nothing.

        Raises:
            ConflictError: Somebody else changed one of the statements since this person saw it.
            ReviewError: It is not this person's turn, or a statement is unknown.
        """
        board = self.board()
        if any(event.batch == stamp.batch for log in _logs(board, drafts) for event in log):
            return board
        self.store.append(make_events(board, drafts, stamp))
        return self.board()

    def undo(self, reviewer: str, stamp: Callable[[], Stamp], statement_id: str = "") -> list[str]:
        """Take back this person's latest batch that still counts, wherever it was, by inverse events.

        Returns:
            The statements touched; none where there is nothing to take back.
        """
        board = self.board()
        batch = self._batch_to_undo(board, reviewer, statement_id)
        drafts = [
            Draft(event.statement_id, "undo", event.event_key, event.reading)
            for log in board.logs.values()
            for event in in_force(log)
            if batch and event.batch == batch and event.reviewer == reviewer
        ]
        if drafts:
            self.submit(drafts, stamp())
        return list(dict.fromkeys(draft.statement_id for draft in drafts))

    @staticmethod
    def _batch_to_undo(board: Board, reviewer: str, statement_id: str) -> str:
        if statement_id:
            return last_batch(board.logs.get(statement_id, ()), reviewer)
        own = [
            event
            for log in board.logs.values()
            for event in in_force(log)
            if event.reviewer == reviewer and event.batch
        ]
        return max(own, key=lambda event: board.places_in_log[event.event_key]).batch if own else ""


def _logs(board: Board, drafts: Sequence[Draft]) -> list[tuple[Event, ...]]:
    return [board.logs.get(draft.statement_id, ()) for draft in drafts]


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
