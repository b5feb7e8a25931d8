from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from pipeline.edges.confirmed import read_confirmed
from pipeline.edges.store import Store
from pipeline.labelled import Origin
from pipeline.reviews import Event
from tests.factory import gold_rows, make_result


def said(store: Store, statement_id: str, value: str, **changes: object) -> Event:
    made = Event(
        event_key=f"{statement_id}-{value}-{changes.get('number', 1)}",
        statement_id=statement_id,
        number=1,
        text_hash=store.statement_hashes([statement_id])[statement_id],
        kind="label",
        value=value,
        old="",
        reading="first",
        reviewer="佐藤",
        at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
        via="web",
    )
    return replace(made, **changes)


def test_only_what_people_decided_is_read_and_the_random_stream_is_told_apart(store: Store) -> None:
    result = make_result(gold_rows(12))
    store.save_run(result)
    first, second, third = result.statements["statement_id"].tolist()[:3]
    store.append(
        [
            said(store, first, "abstract"),
            said(store, second, "share", is_random=True),
            said(store, second, "share", reading="second", reviewer="鈴木", number=2, is_random=True),
            said(store, third, "share", text_hash="other words"),
        ]
    )
    confirmed = read_confirmed(store)
    assert [(g.statement_id, g.label) for g in confirmed.gold] == [(first, "abstract"), (second, "share")]
    assert confirmed.statements["statement_id"].tolist() == [first, second]
    assert confirmed.in_stream.tolist() == [False, True]
    assert [(one.window, one.is_review, one.is_chosen) for one in confirmed.origins] == [
        ("window1", True, True),
        ("window1", True, False),
    ]
    assert all(g.candidate_id.startswith("window1:") for g in confirmed.gold)
    assert {g.candidate_id for g in confirmed.gold} <= {c.candidate_id for c in confirmed.candidates}


def test_one_reading_of_the_random_stream_does_not_count(store: Store) -> None:
    result = make_result(gold_rows(3))
    store.save_run(result)
    store.append([said(store, result.statements["statement_id"].tolist()[0], "share", is_random=True)])
    assert len(read_confirmed(store)) == 0


def test_an_inquiry_people_answered_whole_is_no_choice_of_hard_statements(store: Store) -> None:
    result = make_result(gold_rows(3))
    store.save_run(result)
    ids = result.statements["statement_id"].tolist()
    store.append([said(store, one, "share") for one in ids[:-1]])
    assert {one.is_chosen for one in read_confirmed(store).origins} == {True}
    store.append([said(store, ids[-1], "share")])
    assert {one.is_chosen for one in read_confirmed(store).origins} == {False}


def test_the_codebook_and_what_another_reader_said_travel_with_a_label(store: Store) -> None:
    result = make_result(gold_rows(3))
    store.save_run(result)
    one = result.statements["statement_id"].tolist()[0]
    readings = [("abstract", "first", "佐藤"), ("share", "second", "鈴木"), ("share", "adjudication", "高橋")]
    for number, (label, reading, reviewer) in enumerate(readings, start=1):
        more = {"number": number, "reading": reading, "reviewer": reviewer, "taxonomy_version": number}
        store.append([said(store, one, label, **more)])
    origin = Origin("window1", taxonomy_version=3, other="abstract", is_review=True, is_chosen=True)
    confirmed = read_confirmed(store)
    assert [g.label for g in confirmed.gold] == ["share"]
    assert confirmed.origins == [origin]


def test_an_exported_inquiry_counts_once(store: Store) -> None:
    result = make_result(gold_rows(3))
    store.save_run(result)
    store.append([said(store, result.statements["statement_id"].tolist()[0], "abstract")])
    assert len(read_confirmed(store)) == 1
    assert len(read_confirmed(store, {"window1"})) == 0


def test_an_empty_store_confirms_nothing(store: Store) -> None:
    confirmed = read_confirmed(store)
    assert (len(confirmed), list(confirmed.candidates)) == (0, [])
