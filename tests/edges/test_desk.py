from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pipeline.edges.desk import Desk
from pipeline.edges.review_import import apply_import, plan_import
from pipeline.edges.review_reading import Filled, FilledRow
from pipeline.edges.said import Draft, Stamp, answer_drafts
from pipeline.edges.store import Store
from pipeline.edges.store.accounts import Account
from pipeline.errors import ConflictError, ReviewError
from pipeline.policy import Review as ReviewPolicy
from tests.factory import gold_rows, make_result

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TWICE = ReviewPolicy(random_share=0, second_reading_share=1, second_reading_risk=1, seconds_per_item=20)
RESULT = make_result([row for row in gold_rows(4) if row["label"] not in ("none", "multi")], certified=False)
IDS = RESULT.statements["statement_id"].tolist()[:3]
PEOPLE = ["佐藤", "鈴木", "高橋"]


class ManyHands(RuleBasedStateMachine):
    """Several people, two processes, the browser and Excel, in any order: nothing lost, nothing twice."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = Store(f"sqlite:///{self.folder / 'a.db'}")
        self.store.save_run(RESULT)
        self.desks = [Desk(self.store, "window1", TWICE) for _ in range(2)]
        self.stored = 0
        self.now = NOW

    @initialize()
    def look(self) -> None:
        self.pages = {who: self.desks[0].board() for who in PEOPLE}

    def stamp(self, who: str, seen: dict[str, int], via: str = "web") -> Stamp:
        self.now += timedelta(seconds=1)
        return Stamp(who, self.now, via, seen=seen)

    @rule(who=st.sampled_from(PEOPLE), desk=st.integers(0, 1))
    def open_page(self, who: str, desk: int) -> None:
        self.pages[who] = self.desks[desk].board()

    @rule(
        who=st.sampled_from(PEOPLE),
        one=st.sampled_from(IDS),
        label=st.sampled_from(["abstract", "resolved"]),
        desk=st.integers(0, 1),
    )
    def answer_what_is_on_the_page(self, who: str, one: str, label: str, desk: int) -> None:
        page = self.pages[who]
        reading = page.reading_for(one, who, True)
        if reading is None:
            return
        drafts = answer_drafts(one, reading, {"label": label}, None)
        now = self.desks[desk].board().review(one).number
        try:
            self.desks[desk].submit(drafts, self.stamp(who, {one: page.review(one).number}))
        except ConflictError:
            assert now != page.review(one).number
        else:
            assert now == page.review(one).number
            self.stored += len(drafts)

    @rule(
        who=st.sampled_from(PEOPLE),
        one=st.sampled_from(IDS),
        label=st.sampled_from(["抽象的なもの", "解決済"]),
    )
    def import_a_workbook_twice(self, who: str, one: str, label: str) -> None:
        page = self.pages[who]
        row = FilledRow(2, one, str(page.review(one).number), page.hashes[one], label)
        filled = Filled("a.xlsx", "window1", who, "1", (row,))
        for again in (False, True):
            plan = plan_import(self.desks[0].board(), filled, Account(who, frozenset({"read"})))
            assert len(plan.apply) + len(plan.refused) + plan.n_unchanged == 1
            assert not (again and plan.apply)
            apply_import(self.desks[0], plan, self.stamp(who, {}, "excel"))
            self.stored += sum(len(planned.drafts) for planned in plan.apply)

    @rule(who=st.sampled_from(PEOPLE), desk=st.integers(0, 1))
    def undo(self, who: str, desk: int) -> None:
        before = self.desks[desk].board()
        touched = self.desks[desk].undo(who, lambda: self.stamp(who, {}))
        self.stored += len(touched)
        for one in touched:
            assert before.logs[one][-1].number + 1 == self.desks[desk].board().review(one).number

    @invariant()
    def both_processes_see_the_same_and_every_event_is_there_once(self) -> None:
        first, second = (desk.board() for desk in self.desks)
        assert first.reviews == second.reviews
        events = [event for _, event in self.store.events()]
        assert len(events) == len({event.event_key for event in events}) == self.stored
        for one in IDS:
            assert [e.number for e in first.logs.get(one, ())] == list(range(1, first.review(one).number + 1))
            review = first.review(one)
            readers = [a.reviewer for a in (review.first, review.second) if a]
            assert len(readers) == len(set(readers))

    def teardown(self) -> None:
        # Somebody who comes fresh to the store sees what those see who followed it step by step.
        assert Desk(self.store, "window1", TWICE).board().reviews == self.desks[0].board().reviews
        self.store.close()
        shutil.rmtree(self.folder)


ManyHands.TestCase.settings = settings(
    max_examples=8, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestManyHands = ManyHands.TestCase


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(RESULT)
    return Desk(store, "window1", TWICE)


def test_a_batch_is_stored_whole_or_not_at_all(desk: Desk) -> None:
    drafts = [Draft(IDS[0], "label", "abstract"), Draft("unknown", "label", "abstract")]
    with pytest.raises(ReviewError, match="この照会にありません"):
        desk.submit(drafts, Stamp("佐藤", NOW, "web"))
    with pytest.raises(ConflictError):
        desk.submit([Draft(i, "label", "abstract") for i in IDS], Stamp("佐藤", NOW, "web", seen={IDS[1]: 5}))
    assert list(desk.store.events()) == []


def test_the_trail_keeps_what_was_in_force_before(desk: Desk) -> None:
    for label in ("abstract", "resolved"):
        desk.submit(answer_drafts(IDS[0], "first", {"label": label}, None), Stamp("佐藤", NOW, "web", 12.5))
    event = desk.board().logs[IDS[0]][-1]
    assert (event.old, event.value, event.seconds, event.model_id, event.taxonomy_version) == (
        "abstract",
        "resolved",
        12.5,
        "factory",
        1,
    )


def test_edited_words_open_the_statement_again_and_show_the_old_decision(desk: Desk) -> None:
    desk.submit(answer_drafts(IDS[0], "first", {"label": "abstract"}, None), Stamp("佐藤", NOW, "web"))
    rows = [row for row in gold_rows(4) if row["label"] not in ("none", "multi")]
    rows[0] = {**rows[0], "reason": "後から書き足した理由。"}
    edited = make_result(rows, certified=False)
    info = type(edited.info)(**{**edited.info.__dict__, "run_id": "second"})
    desk.store.save_run(type(edited)(**{**edited.__dict__, "info": info}))
    review = desk.board().review(IDS[0])
    assert (review.state, [e.value for e in review.outdated]) == ("open", ["abstract"])


def test_a_theme_repeats_the_past_theme_the_run_matched_and_no_other(tmp_path: Path) -> None:
    past = make_result(gold_rows(60))
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(past)
    here = make_result(gold_rows(4))
    theme = here.clusters["cluster_id"][0]
    clusters = here.clusters.assign(
        past_id=[theme if one == theme else "" for one in here.clusters["cluster_id"]]
    )
    opinions = here.intake.opinions.assign(
        window="window2", opinion_key="n" + here.intake.opinions["opinion_key"]
    )
    store.save_run(
        replace(
            here,
            info=replace(here.info, window="window2", run_id="second"),
            intake=replace(here.intake, opinions=opinions),
            statements=here.statements.assign(opinion_key="n" + here.statements["opinion_key"]),
            clusters=clusters,
        )
    )
    desk = Desk(store, "window2", TWICE)
    ids = here.statements["statement_id"].tolist()
    found = desk.past_theme(ids[0])
    assert (found.theme_id, found.window) == (theme, "window1")
    assert [desk.past_theme(one) for one in ids if desk.board().facts[one].cluster_id != theme] == [None] * (
        len(ids) - (here.clusters["cluster_id"] == theme).sum()
    )
