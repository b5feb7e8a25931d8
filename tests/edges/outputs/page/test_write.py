from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import write_page
from pipeline.results import Result
from tests.factory import gold_rows, make_result

VOID = {"meta", "input", "br", "hr", "link", "img"}


class Structure(HTMLParser):
    """Collects what a browser would load, and whether every element is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.is_balanced = True
        self.ids: list[str] = []
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if "id" in found:
            self.ids.append(found["id"] or "")
        self.rows += tag == "tr" and "data-id" in found
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        self.is_balanced &= bool(self.open) and self.open.pop() == tag


def page_of(result: Result, path: Path) -> tuple[str, Structure]:
    write_page(Material(result), path / "report.html")
    text = (path / "report.html").read_text(encoding="utf-8")
    structure = Structure()
    structure.feed(text)
    return text, structure


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Structure]:
    return page_of(make_result(), tmp_path_factory.mktemp("page"))


def test_the_page_asks_nothing_of_any_network(whole: tuple[str, Structure]) -> None:
    text, structure = whole
    assert [load for load in structure.loads if not load.startswith("#")] == []
    assert not re.search(r"https?://|url\((?!#)|@import|fetch\(", text)
    assert "default-src 'none'" in text


def test_the_page_is_whole_and_light(whole: tuple[str, Structure]) -> None:
    text, structure = whole
    assert structure.is_balanced
    assert structure.open == []
    assert len(structure.ids) == len(set(structure.ids))
    assert len(text.encode("utf-8")) < 3_000_000


def test_every_statement_can_be_read_and_every_drawing_has_its_table(whole: tuple[str, Structure]) -> None:
    text, structure = whole
    assert structure.rows == 310
    assert text.count('role="img"') == 3
    for caption in ("判断フローチャートの各段階の件数", "地図にある意見の一覧", "確信度ごとの論点"):
        assert f"<caption>{caption}</caption>" in text


def test_text_from_outside_cannot_become_markup(tmp_path: Path) -> None:
    result = make_result(gold_rows(4))
    attack = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}\"'"
    opinions = result.intake.opinions.assign(
        organization=attack, prefecture=attack, organization_type=attack, opinion_id=attack
    )
    hostile = dataclasses.replace(
        result,
        intake=dataclasses.replace(result.intake, opinions=opinions),
        statements=result.statements.assign(shown=attack),
        clusters=result.clusters.assign(cluster_name=attack),
        info=dataclasses.replace(result.info, window=attack, files=(attack,), certificate=attack),
    )
    text, structure = page_of(hostile, tmp_path)
    assert text.count("<script>") == 1
    assert "<img" not in text
    assert "49" not in re.sub(r"[\d.]+49|49[\d.]+", "", text.split("<main")[1].split("<svg")[0])
    assert structure.is_balanced


def test_a_run_of_nothing_still_gives_a_page(tmp_path: Path) -> None:
    nothing = make_result([row for row in gold_rows() if row["label"] == "none"])
    _, structure = page_of(nothing, tmp_path)
    assert structure.is_balanced
    assert structure.rows == 0


def test_a_form_with_days_has_a_timeline_and_one_without_says_so(tmp_path: Path) -> None:
    result = make_result(gold_rows(4))
    none, _ = page_of(result, tmp_path)
    assert "推移は示せません" in none
    opinions = result.intake.opinions.assign(received_on=["2026-11-02", "2026-11-04", "", "2026-11-04"])
    some = dataclasses.replace(result, intake=dataclasses.replace(result.intake, opinions=opinions))
    text, _ = page_of(some, tmp_path)
    assert "受付日を読み取れない意見1件" in text
    assert '<tr><th scope="row">11/4</th><td class="n">2</td></tr>' in text
