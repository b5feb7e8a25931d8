"""The reviewer's day in a real browser, by keyboard only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from pipeline.edges.store import Store
from pipeline.results import Result
from pipeline.web import WebSettings, create_app
from tests.web.conftest import ONCE, PASSWORD

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PAGES = [
    "/w/window1/",
    "/w/window1/queue",
    "/w/window1/next",
    "/w/window1/codebook",
    "/w/window1/excel",
    "/w/window1/themes/T1-T1-fee-level",
    "/accounts",
]


@pytest.fixture
def address(web_store: Store) -> Iterator[str]:
    config = uvicorn.Config(create_app(web_store, WebSettings(ONCE)), port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def enter(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    opened = []

    def sign_in(
        name: str = "佐藤", width: int = 1280, scheme: str = "light", first_page: str = "**/w/window1/"
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address, locale="ja-JP"
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.goto("/login")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(first_page)
        return page

    yield sign_in
    for context in opened:
        context.close()


def labels(store: Store) -> list[str]:
    return [event.value for _, event in store.events() if event.kind == "label"]


def shown(page: Any) -> str:
    """Which statement is on the screen, and its version."""
    return page.evaluate(
        """(() => { const d = document.querySelector('[data-item]')?.dataset;
        return d ? d.item + '@' + d.number : '' })()"""
    )


def settled(page: Any) -> None:
    """Wait until keys are read again: while a page arrives they are ignored on purpose."""
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def turned(page: Any, before: str) -> str:
    """Wait until another page has taken the place of this one, and keys are read again."""
    page.wait_for_function(
        """(before) => { const d = document.querySelector('[data-item]')?.dataset;
        const isNew = (d ? d.item + '@' + d.number : '') !== before && document.activeElement?.id === 'main';
        return isNew || !d && before !== '' }""",
        arg=before,
    )
    settled(page)
    return shown(page)


def test_the_reviewers_day_by_keyboard(enter: Callable[..., Any], web_store: Store) -> None:
    page = enter()
    page.goto("/w/window1/next")
    first = shown(page)
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    second = turned(page, first)
    assert labels(web_store) == ["abstract"]
    for key in "8e":
        page.keyboard.press(key)
    page.keyboard.press("c")
    page.keyboard.type("7人で確認")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    third = turned(page, second)
    kinds = [(event.kind, event.value) for _, event in web_store.events()][1:]
    assert kinds == [("label", "share"), ("coverage", "not_reflected"), ("comment", "7人で確認")]
    page.keyboard.press("u")
    again = turned(page, third)
    assert again.split("@")[0] == second.split("@")[0]
    assert page.locator(".flash").inner_text() == "取り消しました。"
    page.keyboard.press("s")
    turned(page, again)
    page.keyboard.press("?")
    assert page.locator("dialog#help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.locator("#words").wait_for()
    settled(page)
    page.keyboard.press("/")
    page.keyboard.type("利用料")
    page.keyboard.press("Enter")
    page.locator("#words[value=利用料]").wait_for()
    assert [event.kind for _, event in web_store.events()][-1] == "skip"
    assert page.errors == []


def test_the_whole_queue_by_keyboard(enter: Callable[..., Any], web_store: Store) -> None:
    page = enter()
    page.goto("/w/window1/next")
    here, n = shown(page), 0
    while here:
        page.keyboard.press("7")
        page.keyboard.press("Enter")
        here = turned(page, here)
        n += 1
    assert n == len(labels(web_store)) > 10
    assert page.url.endswith("/queue")
    assert page.errors == []


def test_two_browsers_racing_on_one_statement_lose_nothing(
    enter: Callable[..., Any], web_store: Store
) -> None:
    first, second = enter("佐藤"), enter("鈴木")
    first.goto("/w/window1/next")
    second.goto(first.url)
    assert "佐藤さんが確認しています" in second.locator(".read").inner_text()
    for page, key in ((first, "7"), (second, "2")):
        page.keyboard.press(key)
    here = shown(first)
    first.keyboard.press("Enter")
    turned(first, here)
    second.keyboard.press("Enter")
    warning = second.locator("[role=alert]")
    warning.wait_for()
    for words in ("他の方が更新しました", "抽象的なもの", "解決済"):
        assert words in warning.inner_text()
    assert labels(web_store) == ["abstract"]
    conflict = shown(second)
    second.keyboard.press("Enter")
    turned(second, conflict)
    assert labels(web_store) == ["abstract", "resolved"]


def test_definitions_follow_the_choice_and_coverage_is_asked_of_what_is_shared(
    enter: Callable[..., Any],
) -> None:
    page = enter()
    page.goto("/w/window1/next")
    page.keyboard.press("6")
    assert page.locator(".border:visible").count() == 1
    assert "推測・伝聞・事実誤認" in page.locator(".border:visible").inner_text()
    assert not page.locator(".coverage").is_visible()
    page.keyboard.press("8")
    assert page.locator(".coverage").is_visible()
    page.locator("[data-filter]").fill("どこにもない言葉")
    assert page.locator("#ledger > li:visible").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (375, "light")])
def test_every_page_is_accessible_and_fits(enter: Callable[..., Any], width: int, scheme: str) -> None:
    page = enter("管理者", width, scheme)
    found: dict[str, list[str]] = {}
    for path in ["/login", *PAGES]:
        page.goto(path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        report = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in report["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            serious.append("wider than the window")
        if serious:
            found[path] = serious
    assert found == {}


@pytest.mark.parametrize("window", ["-", "令和8年度/第2回 照会?#"])
def test_an_inquiry_may_be_called_anything(
    enter: Callable[..., Any], web_store: Store, result: Result, window: str
) -> None:
    opinions = result.intake.opinions.assign(
        window=window, opinion_key="n" + result.intake.opinions["opinion_key"]
    )
    statements = result.statements.assign(opinion_key="n" + result.statements["opinion_key"])
    info = replace(result.info, window=window, run_id="named")
    intake = replace(result.intake, opinions=opinions)
    web_store.save_run(replace(result, info=info, intake=intake, statements=statements))
    page = enter(first_page="**/w/*/")
    page.get_by_text("次を確認する").click()
    before = turned(page, "")
    page.keyboard.press("7")
    page.keyboard.press("Enter")
    assert turned(page, before)
    assert labels(web_store) == ["abstract"]
