"""A review app on a fresh store, with accounts, and people who have signed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from pipeline.edges.store import Store
from pipeline.edges.store.accounts import ROLES, put_account
from pipeline.policy import Review as ReviewPolicy
from pipeline.results import Result
from pipeline.web import WebSettings, create_app
from tests.factory import gold_rows, make_result

PASSWORD = "a long password"
ONCE = ReviewPolicy(random_share=0, second_reading_share=0, second_reading_risk=1, seconds_per_item=20)
TWICE = ONCE.model_copy(update={"second_reading_share": 1.0})
PEOPLE = {
    "佐藤": {"view", "read"},
    "鈴木": {"view", "read"},
    "高橋": {"view", "read", "adjudicate"},
    "閲覧者": {"view"},
    "管理者": set(ROLES),
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Person:
    """Somebody at a browser without JavaScript: opens pages, fills the forms that are on them."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text[:500]
        return answer.text

    def hidden(self, page: str) -> dict[str, str]:
        form = page[page.find('id="decide"') :] if 'id="decide"' in page else page
        found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
        values: dict[str, str] = {}
        for name, value in found:
            values.setdefault(name, value)
        values.setdefault("csrf", re.search(r'name="csrf" value="([^"]+)"', page)[1])
        return values

    def decide(self, statement_id: str, page: str | None = None, **said: str | list[str]) -> Response:
        path = f"/w/window1/items/{statement_id}"
        hidden = self.hidden(page or self.get(path))
        return self.client.post(path, data={"do": "answer", **hidden, **said}, follow_redirects=False)

    def undo(self, page: str) -> Response:
        values = self.hidden(page)
        values.pop("statement_id", None)
        values["batch"] = f"{values.get('batch', 'x')}u"
        return self.client.post("/w/window1/undo", data={**values, "shown_at": "0"}, follow_redirects=False)


@pytest.fixture(scope="session")
def result() -> Result:
    return make_result(gold_rows(60))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def policy() -> ReviewPolicy:
    return ONCE


@pytest.fixture(scope="session")
def made_store(tmp_path_factory: pytest.TempPathFactory, result: Result) -> Path:
    """Passwords take their time by design: made once, copied for every test."""
    path = tmp_path_factory.mktemp("web") / "made.db"
    store = Store(f"sqlite:///{path}")
    store.save_run(result)
    with store.write() as connection:
        for name, roles in PEOPLE.items():
            put_account(connection, name, PASSWORD, frozenset(roles))
    with store.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def web_store(tmp_path: Path, made_store: Path) -> Iterator[Store]:
    shutil.copy(made_store, tmp_path / "web.db")
    store = Store(f"sqlite:///{tmp_path / 'web.db'}")
    yield store
    store.close()


@pytest.fixture
def sign_in(web_store: Store, clock: Clock, policy: ReviewPolicy) -> Callable[[str], Person]:
    app = create_app(web_store, WebSettings(policy), clock)

    def enter(name: str) -> Person:
        client = TestClient(app, base_url="http://testserver")
        answer = client.post("/login", data={"name": name, "password": PASSWORD}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        return Person(client)

    return enter
