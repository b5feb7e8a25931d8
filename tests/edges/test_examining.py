from __future__ import annotations

import numpy as np
import pytest

from pipeline.edges.examining import Exam
from pipeline.training import measure
from tests.stub_reader import labelled, reader


@pytest.fixture(scope="module")
def figures() -> dict[str, object]:
    return measure(labelled().where(np.arange(len(labelled())) < 4), reader())


def test_what_was_trained_on_never_stands_where_metrics_stand(figures: dict[str, object]) -> None:
    nothing = measure(labelled().where(np.zeros(len(labelled()), dtype=bool)), reader())
    exam = Exam("m", nothing, figures, 4, 0)
    plain = exam.plain()
    assert (plain["n"], plain["n_trained_on"], plain["trained_on"]) == (0, 4, figures)
    assert ["4件はこのモデルの学習に使った意見です" in line for line in plain["warnings"]] == [True]
    assert [title.startswith("【学習に使った意見。成績ではない】") for title, _, _ in exam.boards()] == [True]


def test_statements_on_candidates_never_seen_need_no_warning(figures: dict[str, object]) -> None:
    assert Exam("m", figures, None, 0, 0).warnings == []


def test_a_model_without_a_record_is_warned_about(figures: dict[str, object]) -> None:
    assert ["記録がなく" in line for line in Exam("m", figures, None, None, None).warnings] == [True]


def test_a_known_candidate_is_warned_about(figures: dict[str, object]) -> None:
    assert ["初めての候補では" in line for line in Exam("m", figures, None, 0, 2).warnings] == [True]
