"""Desk: one inquiry as the people at work on it see it, kept in step with the store."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.edges.board import Board
from pipeline.edges.said import Draft, Stamp, make_events
from pipeline.edges.store import Pulse, Store
from pipeline.policy import Review as ReviewPolicy
from pipeline.results import Result
from pipeline.reviews import Event, Review, text_hash
from pipeline.steps.review_state import fold, in_force, last_batch
from pipeline.steps.split_review import apply_cuts
from pipeline.themes import PastTheme

_OF_THE_RESULT = ("p_share", "drawn", "facts", "places", "twins", "themes", "opinions", "search_texts")
_OF_THE_MERGERS = ("queue", "behind", "leaders")


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
        self._whole: Result | None = None
        self._whole_of = 0
        self._before: dict[str, tuple[Event, ...]] = {}
        """What was said of each statement's opinion before it was corrected."""

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
        if self._whole is None or self._whole_of != pulse.runs:
            self._whole, self._whole_of = self.store.load_result(self.window), pulse.runs
        whole = self._whole
        ids = whole.statements["statement_id"].tolist()
        hashes = self.store.statement_hashes(ids)
        numbered = self.store.events(ids)
        logs = _by_statement(numbered)
        self._before = self._said_before(whole)
        reviews = {one: self._review(one, logs.get(one, ()), hashes[one]) for one in ids}
        result = apply_cuts(whole, {one: review.cuts for one, review in reviews.items() if review.cuts})
        if result is not whole:
            # Pieces have logs of their own; the whole keeps its log, so that the cut can be undone.
            table = result.statements[~result.statements["statement_id"].isin(ids)]
            texts = zip(table["statement_id"], table["text"], table["reason"], strict=True)
            parts = {one: text_hash(text, reason) for one, text, reason in texts}
            numbered += self.store.events(parts)
            logs = _by_statement(numbered)
            hashes |= parts
            reviews |= {one: self._review(one, logs.get(one, ()), digest) for one, digest in parts.items()}
        places = {event.event_key: seq for seq, event in numbered}
        board = Board(result, self._policy, hashes, logs, reviews, places, pulse)
        for name in (*_OF_THE_RESULT, *_OF_THE_MERGERS):
            getattr(board, name)
        # All this stays as long as the run is the latest: looking through it for garbage again and again
        # would hold up one page in ten by a fifth of a second.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        return board

    def _said_before(self, whole: Result) -> dict[str, tuple[Event, ...]]:
        corrected = self.store.corrected_statements(self.window)
        ids = [one for ids in corrected.values() for one in ids]
        logs = _by_statement(self.store.events(ids)) if ids else {}
        keys = zip(whole.statements["statement_id"], whole.statements["opinion_key"], strict=True)
        said = {one: [e for old in corrected.get(key, ()) for e in logs.get(old, ())] for one, key in keys}
        return {one: tuple(events) for one, events in said.items() if events}

    def _review(self, statement_id: str, log: Sequence[Event], digest: str) -> Review:
        """What people said of the statement; what they said before a correction is told, and not counted."""
        review = fold(statement_id, log, digest)
        before = self._before.get(statement_id, ())
        return replace(review, outdated=before + review.outdated) if before else review

    def _catch_up(self, board: Board, pulse: Pulse) -> Board:
        logs, reviews = dict(board.logs), dict(board.reviews)
        touched, places = set(), dict(board.places_in_log)
        for seq, event in self.store.events(after=board.pulse.events):
            if event.statement_id in reviews:
                places[event.event_key] = seq
                logs[event.statement_id] = (*logs.get(event.statement_id, ()), event)
                touched.add(event.statement_id)
        for one in touched:
            reviews[one] = self._review(one, logs[one], board.hashes[one])
            if reviews[one].cuts != board.reviews[one].cuts:
                return self._load(pulse)
        moved = Board(board.result, board.policy, board.hashes, logs, reviews, places, pulse)
        # What depends on the result alone is not worked out again after every click.
        _hand_on(_OF_THE_RESULT, board, moved)
        if (board.merged, board.doubted) == (moved.merged, moved.doubted):
            _hand_on(_OF_THE_MERGERS, board, moved)
        return moved

    def past_theme(self, statement_id: str) -> PastTheme | None:
        """The theme of an earlier inquiry that the statement's theme repeats, as the run matched it."""
        past_id = self.board().facts[statement_id].past_id
        found = self.store.past_themes(self.window, past_id) if past_id else ()
        return found[-1] if found else None

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


def _hand_on(names: Iterable[str], board: Board, moved: Board) -> None:
    """Give what was worked out for one board to the one that follows it."""
    for name in names:
        moved.__dict__[name] = getattr(board, name)


def _by_statement(numbered: Sequence[tuple[int, Event]]) -> dict[str, tuple[Event, ...]]:
    ordered = sorted((event for _, event in numbered), key=lambda event: (event.statement_id, event.number))
    return {one: tuple(group) for one, group in groupby(ordered, key=lambda event: event.statement_id)}


def _logs(board: Board, drafts: Sequence[Draft]) -> list[tuple[Event, ...]]:
    return [board.logs.get(draft.statement_id, ()) for draft in drafts]
