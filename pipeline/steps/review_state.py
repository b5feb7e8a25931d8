"""Review state: what the log of a statement amounts to, and what may be added to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.errors import ReviewError
from pipeline.policy import Review as ReviewPolicy
from pipeline.reviews import Answer, Event, Reading, Review, State, draw

_PARTS = ("label", "secondary", "coverage", "contrary", "passages")


def fold(statement_id: str, events: Sequence[Event], text_hash: str) -> Review:
    """Read the log from the first event to the last; the last word on each thing counts.

    An undone event counts as if it had never been, until its undo is undone. Events about words that were
    edited since do not count.

    Args:
        statement_id: Whose log this is.
        events: All events of the statement, in the order of their numbers.
        text_hash: Hash of what the statement says now.

    Example:
        >>> fold("a", [], "h").state
        'open'
    """
    current = [event for event in events if event.text_hash == text_hash]
    active = in_force(current)
    answers = {reading: _answer(active, reading) for reading in ("first", "second", "adjudication")}
    cuts = _last(active, "split")
    merged = _last(active, "merge")
    return Review(
        statement_id=statement_id,
        number=events[-1].number if events else 0,
        state=_state(answers["first"], answers["second"], answers["adjudication"]),
        first=answers["first"],
        second=answers["second"],
        adjudication=answers["adjudication"],
        comments=tuple(event for event in active if event.kind == "comment"),
        personal=tuple(event.value for event in active if event.kind == "personal"),
        cuts=tuple(int(cut) for cut in cuts.value.split(";")) if cuts and cuts.value else (),
        merged_into=merged.value if merged else None,
        is_asked_again=_is_asked_again(active),
        skipped_by=frozenset(event.reviewer for event in active if event.kind == "skip"),
        outdated=tuple(event for event in events if event.text_hash != text_hash),
    )


def in_force(events: Sequence[Event]) -> list[Event]:
    """The events that count, in order: neither undone nor themselves an undo.

    An undo can only name an earlier event, so one walk from the end settles it.
    """
    undone: set[str] = set()
    kept = []
    for event in reversed(events):
        if event.event_key in undone:
            continue
        if event.kind == "undo":
            undone.add(event.value)
        else:
            kept.append(event)
    return kept[::-1]


def _last(active: Iterable[Event], kind: str, reading: str = "") -> Event | None:
    found = [event for event in active if event.kind == kind and reading in ("", event.reading)]
    return found[-1] if found else None


def _answer(active: Sequence[Event], reading: str) -> Answer | None:
    parts = {kind: _last(active, kind, reading) for kind in _PARTS}
    label = parts["label"]
    if label is None:
        return None
    value = {kind: event.value if event else "" for kind, event in parts.items()}
    return Answer(
        label=value["label"],
        secondary=_split(value["secondary"]),
        coverage=value["coverage"],
        contrary=value["contrary"] == "yes",
        passages=_split(value["passages"]),
        reviewer=label.reviewer,
        at=label.at,
        is_random=label.is_random,
    )


def _is_asked_again(active: Sequence[Event]) -> bool:
    turns = [event.kind for event in active if event.kind in ("recheck", "label")]
    return bool(turns) and turns[-1] == "recheck"


def _split(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.split(";") if part)


def _state(first: Answer | None, second: Answer | None, adjudication: Answer | None) -> State:
    if adjudication:
        return "adjudicated"
    if first is None:
        return "open"
    if second is None:
        return "once"
    return "twice" if agree(first, second) else "disagree"


def agree(first: Answer, second: Answer) -> bool:
    """Two readings agree where label and, for what is shared, coverage are the same.

    A reader who said nothing of coverage left the suggestion as it was, which is an answer too.
    """
    if first.label != second.label:
        return False
    return first.label != "share" or (first.coverage, first.contrary) == (second.coverage, second.contrary)


def needs_second(review: Review, is_drawn: bool, p_share: float, policy: ReviewPolicy) -> bool:
    """Whether a second person must read the statement before it is closed.

    That is so for the random stream, for a share of the rest, and for every exclusion the model holds to be
    shared with more than the risk allowed.

    Args:
        review: What people have said of it.
        is_drawn: It is of the random stream.
        p_share: Probability the model gives 共有すべきもの.
        policy: How much is read twice.
    """
    if is_drawn:
        return True
    if draw(review.statement_id, "second") < policy.second_reading_share:
        return True
    first = review.first
    return first is not None and first.label != "share" and p_share > policy.second_reading_risk


def is_closed(review: Review, is_drawn: bool, p_share: float, policy: ReviewPolicy) -> bool:
    """Whether people are done with the statement; a doubted decision waits for one more answer.

    The arguments are those of ``needs_second``.
    """
    if review.is_asked_again:
        return False
    if review.state == "once":
        return not needs_second(review, is_drawn, p_share, policy)
    return review.state in ("twice", "adjudicated")


def reading_for(review: Review, reviewer: str, can_adjudicate: bool, needs_two: bool) -> Reading | None:
    """Which reading an answer of this person would be; None where it is not theirs to give.

    Whoever read first never reads second; whoever read never adjudicates.
    """
    if review.first is None:
        return "first"
    if review.state == "once":
        return "second" if needs_two and reviewer != review.first.reviewer else "first"
    if reviewer in review.readers:
        return _own(review, reviewer) if review.state == "twice" else None
    return "adjudication" if can_adjudicate else None


def _own(review: Review, reviewer: str) -> Reading:
    return "first" if review.first and review.first.reviewer == reviewer else "second"


def check(review: Review, event: Event) -> None:
    """Refuse what may not be added to this log.

    Raises:
        ReviewError: A reading out of turn, by the wrong person, or an undo of what is not there.
    """
    first = review.first
    if event.kind == "undo":
        return
    if event.reading == "second" and (first is None or first.reviewer == event.reviewer):
        raise ReviewError("二次確認は、一次と別の方が、一次の後に行います。")
    if event.reading == "adjudication" and (
        review.state not in ("twice", "disagree", "adjudicated") or event.reviewer in review.readers
    ):
        raise ReviewError("裁定は、一次・二次のどちらでもない方が、二次の後に行います。")


def last_batch(events: Sequence[Event], reviewer: str) -> str:
    """The batch this person may undo next: their latest that still counts; empty where there is none."""
    for event in reversed(in_force(events)):
        if event.reviewer == reviewer and event.batch:
            return event.batch
    return ""
