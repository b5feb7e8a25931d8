from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.edges.private_server import _template, configure_server, prepare_server
from pipeline.settings import Settings


@pytest.fixture
def no_prefect() -> Iterator[None]:
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith("PREFECT_"):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.usefixtures("no_prefect")
def test_telemetry_is_off_and_a_configured_server_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    configure_server(Settings(root=tmp_path))
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["DO_NOT_TRACK"] == "1"
    assert "PREFECT_SERVER_DATABASE_CONNECTION_URL" not in os.environ
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


@pytest.mark.usefixtures("no_prefect")
def test_each_run_gets_a_copy_of_the_prepared_database(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    _template(settings).parent.mkdir(parents=True)
    _template(settings).write_bytes(b"an empty, migrated database")
    configure_server(settings)
    url = os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"]
    copy = Path(url.removeprefix("sqlite+aiosqlite:///"))
    assert copy != _template(settings)
    assert copy.read_bytes() == b"an empty, migrated database"


@pytest.mark.prefect
@pytest.mark.usefixtures("no_prefect")
def test_the_empty_database_is_migrated_once(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    configure_server(settings)
    made = _template(settings).stat()
    with closing(sqlite3.connect(_template(settings))) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert {"flow_run", "task_run"} <= names
    prepare_server(settings)
    assert _template(settings).stat() == made
