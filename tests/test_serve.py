"""Schedules as they run in an office: a real Prefect server, `ikenwake serve`, and a schedule that fires."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from pipeline.edges.private_server import _template, prepare_server
from pipeline.settings import Settings

pytestmark = [pytest.mark.prefect, pytest.mark.encoder]

MAIN = "from pipeline.cli import main; main()"


def ask(url: str, body: dict[str, Any] | None = None) -> Any:
    """GET, or POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=10) as answer:
        return json.load(answer)


def wait(seconds: float, until: Any, *processes: subprocess.Popen[bytes]) -> None:
    """Wait until ``until()`` is true; a refused connection is only "not yet"."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert all(process.poll() is None for process in processes), "a process ended early"
        try:
            if until():
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise AssertionError(f"nothing came within {seconds} s")


@contextmanager
def running(arguments: list[str], environment: dict[str, str], cwd: Path) -> Iterator[Any]:
    with (cwd / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *arguments], env=environment, cwd=cwd, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def site(tmp_path: Path, root: Path) -> Path:
    """An installation with the sample as its one inquiry; models are borrowed, not copied."""
    for name in ("labels", "models", ".cache"):
        (tmp_path / name).mkdir()
        for item in (root / name).glob("*"):
            (tmp_path / name / item.name).symlink_to(item)
    (tmp_path / "data" / "inbox").mkdir(parents=True)
    shutil.copy(root / "data" / "sample" / "inquiry.xlsx", tmp_path / "data" / "inbox")
    (tmp_path / "data" / "candidates").symlink_to(root / "data" / "sample" / "candidates")
    return tmp_path


def write_window(site: Path, starts: datetime) -> None:
    closes = starts.date() - timedelta(days=1)
    text = f"""
[[windows]]
id = "sample"
source = "policy_inquiry"
opens = {closes}
closes = {closes}
timezone = "UTC"
run_at = {starts:%H:%M:%S}
inputs = "data/inbox/*.xlsx"
candidates = "data/candidates"
out = "data/out/sample"
recipients = ["意見照会担当"]
"""
    (site / "data" / "windows.toml").write_text(text, encoding="utf-8")


def test_a_schedule_fires_on_a_real_server_and_leaves_outputs_and_a_summary(
    site: Path, root: Path, settings: Settings
) -> None:
    prepare_server(settings)
    shutil.copyfile(_template(settings), site / "prefect.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | {
        "PREFECT_HOME": str(site / "home"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{site / 'prefect.db'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(root),
        "IKENWAKE_ROOT": str(site),
    }
    served = environment | {"PREFECT_API_URL": api, "PREFECT_RUNNER_POLL_FREQUENCY": "2"}
    server = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(server, environment, site) as one:
        wait(60, lambda: ask(f"{api}/health"), one)
        starts = datetime.now(UTC) + timedelta(seconds=20)
        write_window(site, starts)
        with running(["-c", MAIN, "serve"], served, site) as two:
            runs: list[dict[str, Any]] = []

            def finished() -> bool:
                wanted = {"flows": {"name": {"any_": ["process-window"]}}, "sort": "EXPECTED_START_TIME_ASC"}
                runs[:] = ask(f"{api}/flow_runs/filter", wanted)[:1]
                return bool(runs) and runs[0]["state_type"] in ("COMPLETED", "FAILED", "CRASHED")

            wait(150, finished, one, two)
        deployments = ask(f"{api}/deployments/filter", {})
        artifacts = ask(f"{api}/artifacts/filter", {})
    assert runs[0]["state"]["message"] == "195行を処理しました。"
    assert runs[0]["auto_scheduled"]
    assert runs[0]["expected_start_time"][:19] == f"{starts:%Y-%m-%dT%H:%M:%S}"
    assert sorted(one["name"] for one in deployments) == ["on-demand", "on-demand", "sample"]
    statements = (site / "data" / "out" / "sample" / "statements.csv").read_text(encoding="utf-8-sig")
    assert len(statements.splitlines()) > 100
    shown = {one["key"]: str(one["data"]) for one in artifacts}
    assert {"summary-sample", "counts-sample", "file-1-sample", "file-7-sample"} <= shown.keys()
    assert "配布先: 意見照会担当" in shown["summary-sample"]
    for line in statements.splitlines()[1:]:
        text = max(line.split(","), key=len)
        assert text[:20] not in "".join(shown.values())
