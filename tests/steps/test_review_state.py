from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.errors import ReviewError
from pipeline.policy import Review as ReviewPolicy
from pipeline.reviews import Event
from pipeline.steps.review_state import (
    agree,
    check,
    fold,
    in_force,
    is_closed,
    last_batch,
    needs_second,
    reading_for,
)

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
NEVER = ReviewPolicy(second_reading_share=0, second_reading_risk=1, random_share=0, seconds_per_item=20)


def log(*rows: tuple[str, str, str, str]) -> list[Event]:
    """Events from (reading, kind, value, reviewer); each its own batch."""
    return [
        Event(
            f"k{n}",
            "a",
            n,
            "h",
            kind,
            value,
            "",
            reading,
            reviewer,
            NOW + timedelta(seconds=n),
            "web",
            batch=f"b{n}",
        )
        for n, (reading, kind, value, reviewer) in enumerate(rows, 1)
    ]


@pytest.mark.parametrize(
    ("rows", "state", "decided"),
    [
        ([], "open", None),
        ([("first", "comment", "難しい", "佐藤")], "open", None),
        ([("first", "label", "share", "佐藤")], "once", "share"),
        ([("first", "label", "share", "佐藤"), ("first", "label", "abstract", "佐藤")], "once", "abstract"),
        ([("first", "label", "share", "佐藤"), ("first", "undo", "k1", "佐藤")], "open", None),
        (
            [
                ("first", "label", "share", "佐藤"),
                ("first", "undo", "k1", "佐藤"),
                ("first", "undo", "k2", "佐藤"),
            ],
            "once",
            "share",
        ),
        ([("first", "label", "share", "佐藤"), ("second", "label", "share", "鈴木")], "twice", "share"),
        ([("first", "label", "share", "佐藤"), ("second", "label", "abstract", "鈴木")], "disagree", None),
        (
            [
                ("first", "label", "share", "佐藤"),
                ("second", "label", "abstract", "鈴木"),
                ("adjudication", "label", "resolved", "高橋"),
            ],
            "adjudicated",
            "resolved",
        ),
        (
            [
                ("first", "label", "share", "佐藤"),
                ("second", "label", "abstract", "鈴木"),
                ("adjudication", "label", "resolved", "高橋"),
                ("adjudication", "undo", "k3", "高橋"),
            ],
            "disagree",
            None,
        ),
    ],
)
def test_the_log_amounts_to(rows: list[tuple[str, str, str, str]], state: str, decided: str | None) -> None:
    review = fold("a", log(*rows), "h")
    assert (review.state, review.decided.label if review.decided else None) == (state, decided)
    assert review.number == len(rows)


def test_an_answer_carries_everything_its_reader_said() -> None:
    rows = [
        ("first", "label", "share", "佐藤"),
        ("first", "secondary", "abstract;resolved", "佐藤"),
        ("first", "coverage", "stated", "佐藤"),
        ("first", "contrary", "yes", "佐藤"),
        ("first", "passages", "p03;p01", "佐藤"),
        ("second", "coverage", "reflected", "鈴木"),
    ]
    first = fold("a", log(*rows), "h").first
    assert first is not None
    assert (first.secondary, first.coverage, first.contrary, first.passages) == (
        ("abstract", "resolved"),
        "stated",
        True,
        ("p03", "p01"),
    )


def test_shared_statements_agree_only_with_the_same_coverage() -> None:
    rows = [("first", "label", "share", "佐藤"), ("first", "coverage", "stated", "佐藤")]
    rows += [("second", "label", "share", "鈴木"), ("second", "coverage", "reflected", "鈴木")]
    assert fold("a", log(*rows), "h").state == "disagree"
    review = fold("a", log(*rows[:3]), "h")
    assert review.first is not None
    assert not agree(review.first, replace(review.first, coverage=""))


def test_decisions_about_other_words_are_shown_but_do_not_count() -> None:
    events = log(("first", "label", "share", "佐藤"))
    review = fold("a", events, "other")
    assert (review.state, review.outdated, review.number) == ("open", tuple(events), 1)


@pytest.mark.parametrize(
    ("rows", "reviewer", "can_adjudicate", "needs_two", "reading"),
    [
        ([], "佐藤", False, True, "first"),
        ([("first", "label", "share", "佐藤")], "佐藤", False, True, "first"),
        ([("first", "label", "share", "佐藤")], "鈴木", False, True, "second"),
        ([("first", "label", "share", "佐藤")], "鈴木", False, False, "first"),
        (
            [("first", "label", "share", "佐藤"), ("second", "label", "share", "鈴木")],
            "佐藤",
            True,
            True,
            "first",
        ),
        (
            [("first", "label", "share", "佐藤"), ("second", "label", "share", "鈴木")],
            "鈴木",
            True,
            True,
            "second",
        ),
        (
            [("first", "label", "share", "佐藤"), ("second", "label", "abstract", "鈴木")],
            "鈴木",
            True,
            True,
            None,
        ),
        (
            [("first", "label", "share", "佐藤"), ("second", "label", "abstract", "鈴木")],
            "高橋",
            False,
            True,
            None,
        ),
        (
            [("first", "label", "share", "佐藤"), ("second", "label", "abstract", "鈴木")],
            "高橋",
            True,
            True,
            "adjudication",
        ),
    ],
)
def test_whose_turn_it_is(
    rows, reviewer: str, can_adjudicate: bool, needs_two: bool, reading: str | None
) -> None:
    assert reading_for(fold("a", log(*rows), "h"), reviewer, can_adjudicate, needs_two) == reading


@pytest.mark.parametrize(
    ("rows", "reading", "reviewer", "message"),
    [
        ([], "second", "鈴木", "二次確認"),
        ([("first", "label", "share", "佐藤")], "second", "佐藤", "二次確認"),
        ([("first", "label", "share", "佐藤")], "adjudication", "高橋", "裁定"),
        (
            [("first", "label", "share", "佐藤"), ("second", "label", "abstract", "鈴木")],
            "adjudication",
            "鈴木",
            "裁定",
        ),
    ],
)
def test_a_reading_out_of_turn_is_refused(rows, reading: str, reviewer: str, message: str) -> None:
    event = replace(log(("first", "label", "share", reviewer))[0], reading=reading)
    with pytest.raises(ReviewError, match=message):
        check(fold("a", log(*rows), "h"), event)


def test_a_second_reader_is_called_for_risky_exclusions_and_for_the_draw() -> None:
    excluded = fold("a", log(("first", "label", "abstract", "佐藤")), "h")
    shared = fold("a", log(("first", "label", "share", "佐藤")), "h")
    risky = NEVER.model_copy(update={"second_reading_risk": 0.1})
    assert [needs_second(excluded, False, p, risky) for p in (0.05, 0.2)] == [False, True]
    assert [needs_second(shared, is_drawn, 0.2, risky) for is_drawn in (False, True)] == [False, True]
    assert needs_second(shared, False, 0.2, NEVER.model_copy(update={"second_reading_share": 1}))
    assert [is_closed(excluded, False, p, risky) for p in (0.05, 0.2)] == [True, False]


def test_undo_goes_back_through_ones_own_steps() -> None:
    events = log(("first", "label", "share", "佐藤"), ("second", "label", "share", "鈴木"))
    events += [replace(events[0], event_key="k3", number=3, kind="comment", value="x", batch="b3")]
    assert [last_batch(events, who) for who in ("佐藤", "鈴木", "高橋")] == ["b3", "b2", ""]
    undo = replace(events[2], event_key="k4", number=4, kind="undo", value="k3", batch="u")
    assert last_batch([*events, undo], "佐藤") == "b1"


class ReviewerDay(RuleBasedStateMachine):
    """Any sequence of answers and undos, against a model that keeps a plain stack of what counts."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.model: dict[str, Event] = {}

    def _add(self, kind: str, value: str, reading: str, reviewer: str, text_hash: str = "h") -> Event:
        n = len(self.events) + 1
        made = Event(
            f"k{n}", "a", n, text_hash, kind, value, "", reading, reviewer, NOW, "excel", batch=f"b{n}"
        )
        self.events.append(made)
        return made

    @rule(
        kind=st.sampled_from(["label", "coverage", "comment", "skip"]),
        value=st.sampled_from(["share", "abstract", "stated"]),
        reading=st.sampled_from(["first", "second", "adjudication"]),
        reviewer=st.sampled_from(["佐藤", "鈴木", "高橋"]),
    )
    def answer(self, kind: str, value: str, reading: str, reviewer: str) -> None:
        event = self._add(kind, value, reading, reviewer)
        self.model[event.event_key] = event

    @rule(value=st.sampled_from(["share", "abstract"]))
    def answer_about_old_words(self, value: str) -> None:
        self._add("label", value, "first", "佐藤", "old words")

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.model)))
        self._add("undo", key, "first", "佐藤")
        del self.model[key]

    @invariant()
    def what_counts_is_what_was_never_undone(self) -> None:
        current = [event for event in self.events if event.text_hash == "h"]
        assert in_force(current) == list(self.model.values())
        review = fold("a", self.events, "h")
        labels = dict.fromkeys(("first", "second", "adjudication"))
        for event in self.model.values():
            if event.kind == "label":
                labels[event.reading] = event.value
        answers = (review.first, review.second, review.adjudication)
        assert [a.label if a else None for a in answers] == list(labels.values())
        assert review.number == len(self.events)
        assert (review.state == "open") == (labels["first"] is None and labels["adjudication"] is None)


ReviewerDay.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestReviewerDay = ReviewerDay.TestCase
