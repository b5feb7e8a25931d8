from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.results import Result
from pipeline.steps.queue import draw_stream, followers, order_queue
from tests.factory import gold_rows, make_result

ROWS = [
    # outcome, label, coverage, contrary, share of the best label, p_share
    ("auto", "abstract", "empty", False, 0.9, 0.05),
    ("review", "share", "stated", False, 0.5, 0.5),
    ("review", "share", "reflected", False, 0.4, 0.4),
    ("review", "share", "not_reflected", False, 0.6, 0.6),
    ("review", "abstract", "empty", False, 0.6, 0.1),
    ("review", "abstract", "empty", False, 0.6, 0.3),
    ("undetermined", "share", "undetermined", False, 0.9, 0.9),
    ("review", "share", "stated", True, 0.7, 0.7),
]
IDS = [f"s{n:04d}-0" for n in range(len(ROWS))]


@pytest.fixture
def result() -> Result:
    made = make_result([row for row in gold_rows() if row["label"] not in ("none", "multi")][: len(ROWS)])
    labels = made.judgement.scores.label_ids
    p = np.zeros((len(ROWS), len(labels)))
    for i, (_, label, *_, best, p_share) in enumerate(ROWS):
        p[i, labels.index(label)] = best
        p[i, labels.index("share")] = p_share
        p[i, labels.index("resolved")] = 1 - p[i].sum()
    judged = made.judgement
    table = pd.DataFrame(ROWS, columns=["outcome", "label", "coverage", "contrary", "best", "p_share"])
    return replace(
        made,
        judgement=replace(
            judged,
            scores=replace(judged.scores, probabilities=p),
            decisions=judged.decisions.assign(outcome=table["outcome"], label=table["label"]),
            coverage=judged.coverage.assign(coverage=table["coverage"], contrary=table["contrary"]),
        ),
        clusters=made.clusters.assign(duplicate_of="", is_partial_duplicate=False),
    )


def test_the_queue_puts_first_what_a_look_is_worth_most(result: Result) -> None:
    assert [(t.statement_id, t.tier) for t in order_queue(result, {})] == [
        ("s0006-0", "undetermined"),
        ("s0005-0", "wrong_exclusion"),
        ("s0004-0", "wrong_exclusion"),
        ("s0003-0", "revision_request"),
        ("s0007-0", "revision_request"),
        ("s0001-0", "margin"),
        ("s0002-0", "margin"),
    ]


def test_every_fifth_ticket_is_a_random_one_even_if_the_model_was_sure(result: Result) -> None:
    order = order_queue(result, {"s0000-0": 0.1, "s0006-0": 0.05})
    assert [t.statement_id for t in order if t.tier == "random"] == ["s0006-0", "s0000-0"]
    assert order[4].statement_id == "s0006-0"
    assert len(order) == 8


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.1, 0.2, 0.5, 1.0]))
def test_the_stream_makes_its_share_of_what_is_read(n: int, waiting: float, share: float) -> None:
    n_waiting = round(waiting * n)
    drawn = len(draw_stream([str(k) for k in range(n)], n_waiting, share))
    read = n_waiting + drawn * (1 - n_waiting / n)
    assert abs(drawn - share * read) <= 0.5 + 1e-9


def test_who_is_drawn_does_not_depend_on_the_order_and_grows_by_adding() -> None:
    ids = [f"s{k}" for k in range(100)]
    few, more = draw_stream(ids, 30, 0.2), draw_stream(ids[::-1], 60, 0.2)
    assert set(few) < set(more)
    assert {one: more[one] for one in few} == few


def _duplicates(result: Result, head: str, others: list[str], reason: str = "同じ") -> Result:
    clusters, statements = result.clusters.copy(), result.statements.copy()
    clusters.loc[clusters["statement_id"].isin(others), "duplicate_of"] = head
    statements.loc[statements["statement_id"].isin([head, *others]), "norm_reason"] = "同じ"
    statements.loc[statements["statement_id"].isin(others), "norm_reason"] = reason
    return replace(result, clusters=clusters, statements=statements)


def test_near_duplicates_are_asked_once(result: Result) -> None:
    twins = _duplicates(result, IDS[1], [IDS[2], IDS[3]])
    order = order_queue(twins, {})
    assert {t.statement_id: t.followers for t in order if t.followers} == {IDS[1]: (IDS[2], IDS[3])}
    assert len(order) == 5


def test_a_duplicate_with_a_reason_of_its_own_is_asked_on_its_own(result: Result) -> None:
    assert followers(_duplicates(result, IDS[1], [IDS[2]], "別の理由"), {}) == {}


def test_people_say_who_stands_alone_and_who_follows(result: Result) -> None:
    twins = _duplicates(result, IDS[1], [IDS[2], IDS[3]])
    assert followers(twins, {IDS[2]: "", IDS[5]: IDS[4], IDS[4]: ""}) == {
        IDS[1]: (IDS[3],),
        IDS[4]: (IDS[5],),
    }
    # Whoever leads does not follow, so that nobody is left to nobody.
    assert followers(result, {IDS[2]: IDS[1], IDS[1]: IDS[0]}) == {IDS[0]: (IDS[1],)}


def test_nobody_waits_behind_a_representative_that_is_not_asked(result: Result) -> None:
    order = order_queue(_duplicates(result, IDS[0], [IDS[1]]), {})
    assert IDS[1] in {t.statement_id for t in order}


def test_an_empty_inquiry_has_an_empty_queue() -> None:
    assert order_queue(make_result([]), {}) == []
