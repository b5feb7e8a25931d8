from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.edges.confirmed import read_confirmed
from pipeline.edges.desk import Desk
from pipeline.edges.label_check import Checked, ask_again, check_labels
from pipeline.edges.store import Store
from pipeline.policy import load_policy
from pipeline.settings import ROOT, Settings
from pipeline.steps.doubts import Doubt
from tests.edges.test_confirmed import said
from tests.factory import gold_rows, make_result

POLICY = load_policy(Settings().policy_path).review.model_copy(
    update={"random_share": 0.0, "second_reading_share": 0.0, "second_reading_risk": 1.0}
)


@pytest.fixture
def one(store: Store) -> str:
    """A statement somebody has decided."""
    result = make_result(gold_rows(12))
    store.save_run(result)
    first: str = result.statements["statement_id"].tolist()[0]
    store.append([said(store, first, "abstract")])
    return first


def _checked(statement_id: str, label: str = "abstract") -> Checked:
    doubt = Doubt(statement_id, label, ("model",), "share", 0.01)
    return Checked([doubt], {statement_id: "window1"}, {statement_id: ""}, frozenset([statement_id]), {})


def test_a_doubted_decision_waits_in_a_stream_of_its_own_until_somebody_answers(
    store: Store, one: str
) -> None:
    desk = Desk(store, "window1", POLICY)
    assert desk.board().is_closed(one)
    assert ask_again(store, _checked(one)) == 1
    board = desk.board()
    assert not board.is_closed(one)
    assert [ticket.statement_id for ticket in board.queue if ticket.tier == "recheck"] == [one]
    store.append([said(store, one, "share", number=3)])
    board = desk.board()
    assert board.is_closed(one)
    assert [ticket for ticket in board.queue if ticket.tier == "recheck"] == []
    assert [g.label for g in read_confirmed(store).gold] == ["share"]


def test_nobody_is_asked_twice_about_the_same_label(store: Store, one: str) -> None:
    assert ask_again(store, _checked(one)) == 1
    store.append([said(store, one, "abstract", number=3)])
    assert ask_again(store, _checked(one)) == 0


def test_gold_is_checked_without_a_model_too(tmp_path: Path) -> None:
    for part in ("gold", "candidates"):
        (tmp_path / "labels" / part).mkdir(parents=True)
    lines = (ROOT / "labels" / "gold" / "window2.jsonl").read_text(encoding="utf-8").splitlines()
    split = [line for line in lines if '"label_second"' in line]
    assert len(split) == 1
    (tmp_path / "labels" / "gold" / "window2.jsonl").write_text("\n".join(split), encoding="utf-8")
    (tmp_path / "labels" / "candidates" / "window2").mkdir()
    checked = check_labels(Settings(root=tmp_path))
    assert [doubt.kinds for doubt in checked.doubts] == [("readers",)]
    assert checked.in_reviews == frozenset()
