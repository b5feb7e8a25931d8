from __future__ import annotations

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import figures
from tests.factory import make_result, with_past


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


def test_a_theme_asked_for_before_says_so_with_what_became_of_it() -> None:
    material = Material(with_past(make_result()))
    said = [row["past"] for found in figures.themes(material) for row in found["themes"] if row["past"]]
    assert sorted(said) == [
        "前回照会にも同旨: 台帳の電子化（3件、解決済）",
        "前回照会（2025-policy）にも同旨: 台帳の電子化（3件、共有すべきもの・修正を求める協議）",
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
