from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from pipeline.edges.private_server import (
    _template,
    check_server,
    configure_server,
    prepare_server,
    server_in_words,
)
from pipeline.errors import OperationError
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
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"


@pytest.mark.usefixtures("no_prefect")
@pytest.mark.parametrize("url", ["", "http://127.0.0.1:1/api", "nonsense"])
def test_a_server_that_is_missing_is_told_in_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    with pytest.raises(OperationError, match="Prefect のサーバー"):
        check_server()


@pytest.mark.usefixtures("no_prefect")
def test_a_database_that_cannot_be_prepared_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / ".cache").write_bytes(b"")
    with pytest.raises(OperationError, match="空き容量と権限"):
        prepare_server(Settings(root=tmp_path))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (httpx.ConnectError("All connection attempts failed"), "サーバーが途中で答えなくなりました"),
        (httpx.ReadTimeout("timed out"), "サーバーが途中で答えなくなりました"),
        (OSError(28, "No space left on device", "out/a.csv"), "out/a.csv: 読み書きできません"),
    ],
)
def test_a_server_or_a_disk_that_fails_during_a_flow_is_told_in_words(error: Exception, words: str) -> None:
    with pytest.raises(OperationError, match=words), server_in_words():
        raise error


@pytest.mark.prefect
@pytest.mark.usefixtures("no_prefect")
def test_the_empty_database_is_migrated_once(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path)
    prepare_server(settings)
    made = _template(settings).stat()
    with closing(sqlite3.connect(_template(settings))) as database:
        names = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert {"flow_run", "task_run"} <= names
    prepare_server(settings)
    assert _template(settings).stat() == made


HOLD = """
import json, os, sys, time
from pathlib import Path
from pipeline.edges.private_server import check_server, configure_server
from pipeline.settings import Settings
configure_server(Settings(root=Path(sys.argv[1])))
check_server()
print(json.dumps([os.environ["PREFECT_API_URL"], os.environ["NO_PROXY"]]), flush=True)
time.sleep(600)
"""


@pytest.mark.prefect
@pytest.mark.usefixtures("no_prefect")
def test_servers_side_by_side_have_their_own_doors_and_end_with_their_runs_however_these_end(
    tmp_path: Path, settings: Settings, root: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    # A proxy that does not answer: what the machine says to itself must not go through it.
    environment = os.environ | {
        "PYTHONPATH": str(root),
        "TMPDIR": str(scratch),
        "http_proxy": "http://127.0.0.1:1",
        "NO_PROXY": "intra.example",
    }
    command = [sys.executable, "-c", HOLD, str(settings.root)]
    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        said = [json.loads(run.stdout.readline()) for run in runs if run.stdout]
        assert len({url for url, _ in said}) == 2
        assert said[0][1] == "intra.example,127.0.0.1,localhost"
        assert len(list(scratch.glob("ikenwake-*/prefect.db"))) == 2
    finally:
        for run in runs:
            run.kill()
            run.communicate()
    for _ in range(100):
        if not list(scratch.glob("ikenwake-*")):
            break
        time.sleep(0.1)
    assert list(scratch.glob("ikenwake-*")) == []
    for url, _ in said:
        os.environ["PREFECT_API_URL"] = url
        with pytest.raises(OperationError, match="答えません"):
            check_server()
