from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import figures
from pipeline.reviews import Event
from tests.factory import gold_rows, make_result


def event(key: str, statement_id: str, **said: Any) -> Event:
    given = {"kind": "label", "value": "share", "reading": "first", "reviewer": "佐藤", **said}
    at = datetime(2026, 11, 25, tzinfo=UTC)
    return Event(key, statement_id, 1, "", old="", at=at, via="web", **given)


def test_two_readers_agreement_is_said_and_undone_labels_do_not_count() -> None:
    log = [
        event("1", "s1", value="share"),
        event("2", "s1", value="abstract", reading="second", reviewer="鈴木"),
        event("3", "s1", kind="undo", value="2", reading="second", reviewer="鈴木"),
        event("4", "s1", value="share", reading="second", reviewer="鈴木"),
        event("5", "s2", value="abstract"),
        event("6", "s2", value="resolved", reading="second", reviewer="鈴木"),
        event("7", "s3", value="abstract"),
    ]
    material = Material(make_result(gold_rows(2)), log)
    assert figures.agreement(material) == (
        "二人が別々に読んだ2件のうち、1件で区分が一致しました（偶然の一致を除いた一致度 κ＝0.33）。"
    )
    assert [one.event_key for one in material.labelled] == ["1", "4", "5", "6", "7"]


def test_without_second_readings_nothing_is_said_of_agreement() -> None:
    assert figures.agreement(Material(make_result(gold_rows(2)))) == ""


def test_what_flows_out_of_a_bar_is_what_flowed_in() -> None:
    nodes, links = figures.flow_parts(Material(make_result()))
    values = {node.key: node.value for node in nodes}
    assert values["split"] > 0
    for key in ("in", "opinions", "split", "statements", "shared", "pending", "excluded"):
        out = sum(link.value for link in links if link.source == key)
        assert out == values[key], key
    for node in nodes:
        if node.key not in ("in", "split"):
            assert sum(link.value for link in links if link.target == node.key) == node.value, node.key


def test_organisation_types_come_in_the_order_of_their_size() -> None:
    assert figures.by_type(["村", "都道府県", "村", "一部事務組合", ""]) == [
        ("type0", "都道府県", 1),
        ("type6", "村", 2),
        ("type7", "記載なし", 1),
        ("type7", "一部事務組合", 1),
    ]


def test_every_asked_statement_stands_at_one_passage() -> None:
    material = Material(make_result())
    drawn = sum(passage["n"] for found in figures.draft(material) for passage in found["passages"])
    assert drawn == int((material.rows["passages"] != "").sum())


def test_certainty_counts_every_statement_once() -> None:
    counted = sum(n for _, counts in figures.certainty(Material(make_result())) for n in counts)
    assert counted == 310


def test_a_theme_of_several_municipalities_is_named_where_its_statements_lie() -> None:
    material = Material(make_result())
    shown = figures.on_map(material)
    wide = material.themes[material.themes["n_municipalities"] >= 3]
    assert len(shown.places) == len(shown.rows) == 310
    assert [name for name, _, _ in shown.names] == wide.sort_values(
        "n_municipalities", ascending=False, kind="stable"
    )["cluster_name"].tolist()
    assert all(0 <= x <= 1 and 0 <= y <= 1 for _, x, y in shown.names)
