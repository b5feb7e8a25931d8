from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.candidates import Candidates
from pipeline.frozen import Frozen, FrozenCandidate
from pipeline.labelled import Labelled, Origin, joined, lessons_of
from pipeline.learning.supervision import Gold
from pipeline.tables import Statements, make_table
from pipeline.training import read_labelled
from tests.stub_reader import labelled, senses


def make_labelled(*rows: tuple[str, str, str], window: str = "w") -> Labelled:
    """Statements from (id, candidate, text), all shared."""
    table = [
        {
            "statement_id": one,
            "opinion_key": one,
            "candidate_id": candidate,
            "section": "",
            "start": 0,
            "end": len(text),
            **dict.fromkeys(("text", "shown", "norm"), text),
            **dict.fromkeys(("reason", "shown_reason", "norm_reason"), ""),
        }
        for one, candidate, text in rows
    ]
    gold = [Gold(one, candidate, text, "share") for one, candidate, text in rows]
    return Labelled(make_table(Statements, table), gold, Candidates([]), [Origin(window)] * len(rows))


SAME = "利用料の目安を示していただきたい。"


def test_what_is_free_of_the_frozen_part_holds_no_copy_of_it_either() -> None:
    known = make_labelled(("a", "D1", SAME), ("b", "D2", SAME), ("c", "D1", "様式を一つにまとめてほしい。"))
    entry = FrozenCandidate(window="w", candidate="D2", since=date(2026, 11, 25), reason="試験")
    frozen = known.frozen_by(Frozen(candidates=(entry,)))
    assert frozen.tolist() == [False, True, False]
    assert known.free_of(frozen).tolist() == [False, False, True]


@given(st.permutations(range(4)))
def test_a_snapshot_is_the_same_in_any_order(order: list[int]) -> None:
    rows = [(str(k), "D1", f"{k}番目の様式について") for k in range(4)]
    assert make_labelled(*(rows[k] for k in order)).snapshot_id == make_labelled(*rows).snapshot_id


@pytest.mark.parametrize(
    "change", [{"label": "abstract"}, {"coverage": "stated"}, {"contrary": True}, {"passages": ("p01",)}]
)
def test_a_snapshot_changes_with_any_label(change: dict[str, object]) -> None:
    known = make_labelled(("a", "D1", SAME))
    other = replace(known, gold=[replace(known.gold[0], **change)])
    assert other.snapshot_id != known.snapshot_id


def test_joining_keeps_the_order_and_where_labels_come_from() -> None:
    both = joined([make_labelled(("a", "D1", SAME)), make_labelled(("b", "D1", SAME), window="v")])
    assert both.statements["statement_id"].tolist() == ["a", "b"]
    assert [origin.window for origin in both.origins] == ["w", "v"]


def test_gold_of_other_statements_is_refused() -> None:
    known = labelled().where(np.arange(len(labelled())) < 3)
    material = read_labelled(known, senses())
    with pytest.raises(ValueError, match="same statements"):
        lessons_of(material, known.gold[::-1], known.candidates)
