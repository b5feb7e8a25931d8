from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page.people import Agreement, agreement
from pipeline.reviews import Event
from tests.factory import gold_rows, make_result


def event(key: str, statement_id: str, **said: Any) -> Event:
    given = {"kind": "label", "value": "share", "old": "", "reading": "first", "reviewer": "佐藤", **said}
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Event(key, statement_id, 1, "", at=at, via="web", **given)


def test_readers_agreement_is_said_and_undone_labels_do_not_count() -> None:
    log = [
        event("1", "s1", old="share", value="share"),
        event("2", "s1", value="abstract", reading="second", reviewer="鈴木"),
        event("3", "s1", kind="undo", value="2", reading="second", reviewer="鈴木"),
        event("4", "s1", old="share", value="share", reading="second", reviewer="鈴木"),
        event("5", "s2", old="share", value="abstract"),
        event("6", "s2", value="resolved", reading="second", reviewer="鈴木"),
        event("7", "s3", old="abstract", value="abstract"),
    ]
    material = Material(make_result(gold_rows(2)), log)
    assert agreement(material) == Agreement(
        (
            "人が区分を決めた3件のうち、2件は機械の見込みと同じでした。",
            "二人が別々に読んだ2件のうち、1件で区分が一致しました（偶然の一致を除いた一致度 κ＝0.33）。",
        ),
        (
            ("共有すべきもの", 1, 1, 1, "1.00"),
            ("抽象的なもの", 1, 0, 0, "0.00"),
            ("解決済", 0, 1, 0, "0.00"),
        ),
    )
    assert [one.event_key for one in material.labelled] == ["1", "4", "5", "6", "7"]


def test_without_second_readings_that_is_what_is_said() -> None:
    found = agreement(Material(make_result(gold_rows(2)), [event("1", "s1", old="abstract")]))
    assert found == Agreement(
        (
            "人が区分を決めた1件のうち、0件は機械の見込みと同じでした。",
            "二人が別々に読んだ論点はありません。",
        ),
        (),
    )


def test_before_reviews_nothing_is_said_of_agreement() -> None:
    assert agreement(Material(make_result(gold_rows(2)))) is None
