"""The report in a real browser: on its own, searchable, readable for everybody, at every width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import write_page
from pipeline.settings import ROOT
from tests.factory import make_result

pytestmark = pytest.mark.browser
AXE = ROOT / "tests" / "web" / "vendor" / "axe.min.js"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_page(Material(make_result()), path)
    return path


@pytest.fixture
def opened(browser: Any, report: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    width, scheme = getattr(request, "param", (1280, "light"))
    # The page forbids every script but its own; only the test's axe gets past it.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(report.as_uri())
    yield page
    context.close()


def test_the_page_loads_itself_and_nothing_else(opened: Any, report: Path) -> None:
    opened.mouse.wheel(0, 20_000)
    assert opened.asked == [report.as_uri()]
    assert opened.errors == []


@pytest.mark.parametrize("opened", [(1280, "light"), (1280, "dark"), (375, "light")], indirect=True)
def test_axe_has_no_findings(opened: Any) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    opened.add_script_tag(path=str(AXE))
    found = opened.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(v["id"], v["impact"], v["nodes"][0]["html"][:120]) for v in found["violations"]] == []


@pytest.mark.parametrize("opened", [(375, "light")], indirect=True)
def test_a_telephone_never_scrolls_the_page_sideways(opened: Any) -> None:
    opened.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 375


def test_searching_narrows_list_and_map_whatever_the_width_of_letters(opened: Any) -> None:
    opened.fill("#search", "ｓａａｓ")
    listed = opened.locator("#statements tbody tr:visible")
    texts = listed.all_text_contents()
    assert 0 < len(texts) < 310
    assert all("saas" in text.lower() or "ＳａａＳ" in text for text in texts)
    assert opened.locator(".mark:not(.off)").count() == len(texts)
    assert opened.text_content("#found") == f"{len(texts)}件"


def test_touching_a_mark_shows_the_whole_opinion(opened: Any) -> None:
    mark = opened.locator(".mark").first
    mark.dispatch_event("click")
    statement = opened.locator(f"#statements tr[data-id='{mark.get_attribute('data-id')}'] td").last
    assert opened.locator("#shown p").text_content() == statement.text_content()
