from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.edges.desk import Desk
from pipeline.edges.finalizing import finalize_window
from pipeline.edges.said import Draft, Stamp, answer_drafts
from pipeline.edges.store import Store
from pipeline.policy import Review as ReviewPolicy
from tests.factory import gold_rows, make_result

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ONCE = ReviewPolicy(random_share=0, second_reading_share=0, second_reading_risk=1, seconds_per_item=20)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(gold_rows(60)))
    yield Desk(store, "window1", ONCE)
    store.close()


def say(desk: Desk, statement_id: str, label: str, coverage: str = "", reviewer: str = "佐藤") -> None:
    said = {"label": label, "coverage": coverage}
    desk.submit(answer_drafts(statement_id, "first", said, None), Stamp(reviewer, NOW, "web"))


def test_a_candidate_with_open_items_is_not_called_finished_and_they_are_named(
    desk: Desk, tmp_path: Path
) -> None:
    queue = desk.board().queue
    left = queue[-1].statement_id
    for ticket in queue[:-1]:
        say(desk, ticket.statement_id, "share", "not_reflected")
    done = finalize_window(desk, tmp_path / "out")
    fact = desk.board().facts[left]
    verdicts = done.candidates.set_index("candidate_id")["verdict"]
    assert verdicts[fact.candidate_id].startswith("未了 ")
    assert all(not v.startswith("未了") for c, v in verdicts.items() if c != fact.candidate_id)
    assert len(done.open_items) >= 1
    assert all("まだ誰も確認していません" in line for line in done.open_items)
    assert f"{fact.row}行目" in "".join(done.open_items)
    assert fact.shown not in "".join(done.open_items)


def test_the_final_outputs_carry_peoples_decisions_and_the_trail(desk: Desk, tmp_path: Path) -> None:
    queue = desk.board().queue
    for ticket in queue:
        say(desk, ticket.statement_id, "abstract")
    done = finalize_window(desk, tmp_path / "out")
    assert done.open_items == ()
    table = pd.read_csv(tmp_path / "out" / "statements.csv", encoding="utf-8-sig", dtype=str)
    reviewed = table[table["statement_id"].isin([t.statement_id for t in queue])]
    assert set(reviewed["outcome"]) == {"human"}
    assert set(reviewed["disposition"]) == {"excluded"}
    book = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx", read_only=True)
    assert "判断履歴" in book.sheetnames


def test_a_shared_statement_whose_coverage_nobody_could_tell_stays_open(desk: Desk, tmp_path: Path) -> None:
    for ticket in desk.board().queue:
        say(desk, ticket.statement_id, "share", "undetermined")
    done = finalize_window(desk, tmp_path / "out")
    assert done.open_items
    assert all("方針案との突合が決まっていません" in line for line in done.open_items)


def test_a_second_run_keeps_what_people_decided(desk: Desk, tmp_path: Path) -> None:
    one = desk.board().queue[0].statement_id
    say(desk, one, "premise_needed")
    again = make_result(gold_rows(60), seed=7)
    again = type(again)(
        **{**again.__dict__, "info": type(again.info)(**{**again.info.__dict__, "run_id": "second"})}
    )
    desk.store.save_run(again)
    board = desk.board()
    assert board.result.info.run_id == "second"
    row = board.settled.result.judgement.decisions.set_index("statement_id").loc[one]
    assert (row["label"], row["outcome"]) == ("premise_needed", "human")


def test_a_comment_alone_decides_nothing(desk: Desk) -> None:
    one = desk.board().queue[0].statement_id
    board = desk.submit([Draft(one, "comment", "難しい")], Stamp("佐藤", NOW, "web"))
    assert board.review(one).state == "open"
    assert one not in board.answers


def test_what_a_reviewer_marked_as_personal_is_hidden_in_the_outputs(desk: Desk, tmp_path: Path) -> None:
    one = desk.board().queue[0].statement_id
    words = desk.board().facts[one].shown[:6]
    desk.submit([Draft(one, "personal", "0:6:name")], Stamp("佐藤", NOW, "web"))
    finalize_window(desk, tmp_path / "out")
    table = pd.read_csv(tmp_path / "out" / "statements.csv", encoding="utf-8-sig", dtype=str)
    row = table.set_index("statement_id").loc[one]
    assert row["text"].startswith("［個人情報］")
    assert words not in f"{row['text']}{row['evidence']}"
