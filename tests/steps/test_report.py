from __future__ import annotations

import dataclasses

import pytest

from pipeline.errors import CountError
from pipeline.steps.report import result_rows, summarize
from pipeline.tables import ResultRows
from tests.factory import gold_rows, make_result


def test_every_statement_gets_one_row_in_input_order() -> None:
    result = make_result(gold_rows(40))
    rows = result_rows(result)
    assert rows["statement_id"].tolist() == result.statements["statement_id"].tolist()
    assert rows.columns.tolist() == list(ResultRows.to_schema().columns)


def test_a_row_prints_the_masked_text_and_never_the_text_as_sent() -> None:
    result = make_result(gold_rows(3))
    masked = result.statements.assign(shown="［氏名］です", shown_reason="［電話］")
    rows = result_rows(dataclasses.replace(result, statements=masked))
    assert set(rows["text"]) == {"［氏名］です"}
    assert set(rows["reason"]) == {"［電話］"}


def test_two_runs_give_the_same_rows_but_for_the_run_id() -> None:
    one, two = (result_rows(make_result(gold_rows(30))) for _ in range(2))
    assert one.to_csv() == two.to_csv()


def test_counts_close_and_the_whole_summary_says_so() -> None:
    result = make_result()
    summary = summarize(result, result_rows(result))
    assert summary["counts"] == {
        "rows_in": 310,
        "opinions": 298,
        "rejected": 12,
        "furniture": 1,
        "statements": 310,
        "near_duplicates": 2,
        "near_duplicate_groups": 2,
        "distinct_statements": 308,
        "municipalities": 213,
        "themes": 235,
    }
    assert summary["by_rejection"] == {"no_opinion": 12}
    assert summary["by_furniture"] == {"example": 1}
    for field in ("by_label", "by_outcome", "by_disposition", "by_coverage", "by_organization_type"):
        assert sum(summary[field].values()) == 310
    assert sum(candidate["statements"] for candidate in summary["by_candidate"].values()) == 310
    assert summary["problems"] == [
        "window1.xlsx、シート「様式１」、9行目: 団体名が空です。団体名を入れてください。"
    ]


def test_without_a_certificate_every_candidate_waits_for_people() -> None:
    result = make_result(certified=False)
    summary = summarize(result, result_rows(result))
    assert summary["by_outcome"] == {"auto": 0, "human": 0, "review": 310, "undetermined": 0}
    assert {c["conclusion"] for c in summary["by_candidate"].values()} == {"waiting"}


def test_an_inquiry_of_no_opinions_still_closes() -> None:
    result = make_result([row for row in gold_rows() if row["label"] == "none"])
    summary = summarize(result, result_rows(result))
    assert (summary["counts"]["rows_in"], summary["counts"]["rejected"]) == (12, 12)
    assert summary["counts"]["statements"] == 0


def test_lost_statements_are_an_error_not_a_smaller_count() -> None:
    result = make_result(gold_rows(10))
    with pytest.raises(CountError, match="件数が合いません"):
        summarize(result, result_rows(result).iloc[:3])


def test_tables_about_other_statements_are_refused() -> None:
    result = make_result(gold_rows(10))
    shuffled = result.clusters.iloc[::-1].reset_index(drop=True)
    with pytest.raises(CountError, match="並びが一致しません"):
        result_rows(dataclasses.replace(result, clusters=shuffled))
