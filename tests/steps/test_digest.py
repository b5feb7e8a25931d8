from __future__ import annotations

import pytest

from pipeline.steps.digest import digest, passages_named, request_sentence, wanted_revisions
from pipeline.steps.report import result_rows
from tests.factory import gold_rows, make_result

SENTENCES = [
    ("現行は紙で不便。様式を統一していただきたい。以上です。", "様式を統一していただきたい。"),
    ("統一してほしい。電子化を求める。", "電子化を求める。"),
    ("一致しないため、\n要件として定めていただきたい。", "一致しないため、\n要件として定めていただきたい。"),
    ("次のとおり。\n・様式の統一を求める。\n・期間は３週間とする。", "・様式の統一を求める。"),
    ("様式を揃えてほしい。ご不明の点は総務課までご連絡ください。", "様式を揃えてほしい。"),
    ("捜索の順番が変わる。想定を方針案に加えること。件数は少ない。", "想定を方針案に加えること。"),
    ("紙は保管に困る。電子化の補助を。", "電子化の補助を。"),
    ("紙は保管に困る。様式を揃えてはどうか。", "様式を揃えてはどうか。"),
    ("村には大げさだ。実例を載せてもらえると助かる。", "実例を載せてもらえると助かる。"),
    ("賛成", "賛成"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_the_sentence_that_asks_is_taken_verbatim(text: str, expected: str) -> None:
    assert request_sentence(text) == expected
    assert expected in text


def test_themes_account_for_every_statement_widest_first() -> None:
    result = make_result()
    rows = result_rows(result)
    themes = digest(rows, result.clusters["is_medoid"])
    members = [member for joined in themes["members"] for member in joined.split(";")]
    assert sorted(members) == sorted(rows["statement_id"])
    assert themes["n_municipalities"].is_monotonic_decreasing
    assert themes["n_statements"].sum() == len(rows)


def test_no_statements_have_no_themes() -> None:
    result = make_result(gold_rows(5))
    assert digest(result_rows(result).iloc[:0], result.clusters["is_medoid"]).empty


def test_statements_without_a_theme_stand_alone() -> None:
    result = make_result(gold_rows(12))
    rows = result_rows(result).assign(cluster_id="")
    assert digest(rows, result.clusters["is_medoid"])["n_statements"].tolist() == [1] * len(rows)


def test_senders_are_counted_once_however_often_they_write() -> None:
    result = make_result(gold_rows(12))
    rows = result_rows(result).assign(
        cluster_id="c", candidate_id="T1", prefecture="北嶺県", organization="鐘ヶ峰村"
    )
    assert digest(rows, result.clusters["is_medoid"])["n_municipalities"].tolist() == [1]


def test_wanted_revisions_are_the_decided_and_the_likely_ones_only() -> None:
    result = make_result()
    wanted = wanted_revisions(result_rows(result))
    assert set(wanted["disposition"]) == {"revision_request", "pending"}
    assert set(wanted["label"]) == {"share"}
    assert set(wanted["coverage"]) == {"not_reflected"}


def test_passages_come_in_the_order_named_and_unknown_ones_are_left_out() -> None:
    candidates = make_result(gold_rows(1)).candidates
    found = passages_named(candidates, "T1", "p03;p99;p01")
    assert [passage.passage_id for passage in found] == ["p03", "p01"]
    assert list(passages_named(candidates, "unknown", "p01")) == []
