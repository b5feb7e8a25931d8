from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from pipeline.results import Result
from pipeline.reviews import Answer
from pipeline.steps.settle import candidate_results, settle
from tests.factory import gold_rows, make_result


def answer(label: str, coverage: str = "", **changes: object) -> Answer:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    return replace(Answer(label, (), coverage, False, (), "佐藤", now, False), **changes)


@pytest.fixture
def result() -> Result:
    made = make_result([row for row in gold_rows() if row["label"] not in ("none", "multi")][:6])
    judged = made.judgement
    decisions = judged.decisions.assign(
        label=["share", "share", "abstract", "share", "share", "share"],
        outcome=["review", "review", "review", "auto", "review", "undetermined"],
    )
    coverage = judged.coverage.assign(
        coverage=["stated", "not_reflected", "empty", "reflected", "stated", "undetermined"],
        passages=["p01", "p02", "", "p03", "p04", ""],
        contrary=[True, False, False, False, False, False],
    )
    statements = made.statements.assign(candidate_id=["T1", "T1", "T1", "T2", "T2", ""])
    return replace(
        made, statements=statements, judgement=replace(judged, decisions=decisions, coverage=coverage)
    )


def _dispositions(result: Result) -> list[str]:
    return result.dispositions["disposition"].tolist()


def test_what_nobody_confirmed_stays_pending(result: Result) -> None:
    settled = settle(result, {}, {})
    assert _dispositions(settled.result) == ["pending"] * 3 + ["no_revision", "pending", "pending"]
    assert settled.candidates.set_index("candidate_id")["verdict"].to_dict() == {
        "T1": "未了 3件",
        "T2": "未了 1件",
        **{f"T{n}": "同意できる" for n in range(3, 7)},
        "": "未了 1件",
    }


def test_a_persons_decision_always_wins(result: Result) -> None:
    answers = {
        "s0000-0": answer("share"),
        "s0001-0": answer("abstract", secondary=("resolved",)),
        "s0002-0": answer("share", "not_reflected", passages=("p09",)),
        "s0003-0": answer("out_of_scope"),
    }
    settled = settle(result, answers, {"s0004-0": "s0001-0"})
    assert _dispositions(settled.result) == [
        "addressed",
        "excluded",
        "revision_request",
        "excluded",
        "excluded",
        "pending",
    ]
    decisions = settled.result.judgement.decisions
    assert decisions["outcome"].tolist() == ["human"] * 5 + ["undetermined"]
    assert decisions["secondary"].tolist()[1] == "resolved"
    coverage = settled.result.judgement.coverage
    assert coverage["passages"].tolist()[:3] == ["p01", "", "p09"]
    assert settled.candidates["verdict"].tolist()[:2] == ["修正を求める協議 1件", "同意できる"]


def test_a_shared_statement_without_a_coverage_is_not_finished(result: Result) -> None:
    settled = settle(result, {"s0002-0": answer("share"), "s0005-0": answer("share")}, {})
    assert _dispositions(settled.result)[2] == "pending"
    assert settled.candidates.set_index("candidate_id")["pending_ids"][""] == "s0005-0"


def test_counts_close_for_every_candidate(result: Result) -> None:
    table = settle(result, {"s0001-0": answer("share", "reflected")}, {}).candidates
    parts = ["n_excluded", "n_addressed", "n_no_revision", "n_revision_requests", "n_pending"]
    pd.testing.assert_series_equal(table[parts].sum(axis=1), table["n_statements"], check_names=False)
    assert table["n_statements"].sum() == 6


def test_the_suggestions_stay_as_they_were(result: Result) -> None:
    before = result.judgement.decisions.copy()
    settle(result, {"s0000-0": answer("abstract")}, {})
    pd.testing.assert_frame_equal(result.judgement.decisions, before)


def test_the_path_and_the_evidence_belong_to_the_label_in_force(result: Result) -> None:
    changed = answer("share", "not_reflected", passages=("p09",))
    settled = settle(result, {"s0000-0": answer("share", "stated"), "s0002-0": changed}, {})
    before = result.judgement.explanations.set_index("statement_id")
    after = settled.result.judgement.explanations.set_index("statement_id")
    passed = ";".join(f"{code}=no" for code in result.taxonomy.label_ids[:-1])
    assert after.loc["s0000-0"].to_dict() == {
        **before.loc["s0000-0"].to_dict(),
        "path": f"{passed};share=yes;stated=yes",
    }
    assert after.loc["s0002-0"].to_dict() == {
        "evidence": "",
        "compared": "p09",
        "path": f"{passed};share=yes;stated=no;reflected=no",
    }
    assert after.loc["s0003-0"].to_dict() == before.loc["s0003-0"].to_dict()


def test_the_verdicts_alone_are_those_of_the_whole(result: Result) -> None:
    answers = {"s0000-0": answer("share", "not_reflected"), "s0002-0": answer("share")}
    leaders = {"s0004-0": "s0000-0"}
    settled = settle(result, answers, leaders)
    pd.testing.assert_frame_equal(candidate_results(result, answers, leaders), settled.candidates)
    ends = settled.result.dispositions["disposition"].value_counts().to_dict()
    assert ends == {"revision_request": 2, "pending": 3, "no_revision": 1}
