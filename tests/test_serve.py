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
from dataclasses import dataclass
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


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """An installation with the sample as its one inquiry; models are borrowed, not copied."""
    site = tmp_path_factory.mktemp("site")
    for name in ("labels", "models", ".cache"):
        (site / name).mkdir()
        for item in (root / name).glob("*"):
            (site / name / item.name).symlink_to(item)
    (site / "data" / "inbox").mkdir(parents=True)
    shutil.copy(root / "data" / "sample" / "inquiry.xlsx", site / "data" / "inbox")
    (site / "data" / "candidates").symlink_to(root / "data" / "sample" / "candidates")
    return site


@dataclass(frozen=True)
class Served:
    """A running Prefect server: where it is asked, and what a command needs to find it."""

    api: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="module")
def server(site: Path, root: Path, settings: Settings) -> Iterator[Served]:
    """`prefect server start`, as an office would start it."""
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
    start = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with running(start, environment, site) as process:
        wait(60, lambda: ask(f"{api}/health"), process)
        yield Served(api, environment | {"PREFECT_API_URL": api}, process)


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
    site: Path, server: Served
) -> None:
    api, environment = server.api, server.environment | {"PREFECT_RUNNER_POLL_FREQUENCY": "2"}
    starts = datetime.now(UTC) + timedelta(seconds=20)
    write_window(site, starts)
    with running(["-c", MAIN, "serve"], environment, site) as serving:
        runs: list[dict[str, Any]] = []

        def finished() -> bool:
            wanted = {"flows": {"name": {"any_": ["process-window"]}}, "sort": "EXPECTED_START_TIME_ASC"}
            runs[:] = ask(f"{api}/flow_runs/filter", wanted)[:1]
            return bool(runs) and runs[0]["state_type"] in ("COMPLETED", "FAILED", "CRASHED")

        wait(150, finished, server.process, serving)
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


def test_prefect_deploy_registers_what_our_prefect_yaml_says(root: Path, server: Served) -> None:
    ask(f"{server.api}/work_pools/", {"name": "ikenwake", "type": "process"})
    command = ["--no-prompt", "deploy", "--all", "--prefect-file", "docs/operations/prefect.yaml"]
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *command],
        cwd=root,
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pool = {"work_pools": {"name": {"any_": ["ikenwake"]}}}
    found = ask(f"{server.api}/deployments/filter", pool)
    registered = sorted((one["entrypoint"], one["name"], one["parameters"]) for one in found)
    changed = {"only_changed": True}
    assert registered == [
        ("flows.py:finalize", "on-demand", {}),
        ("flows.py:process_window", "2025-candidate-inquiry", changed | {"window": "2025-candidate-inquiry"}),
        ("flows.py:process_window", "2026-policy-inquiry", changed | {"window": "2026-policy-inquiry"}),
        ("flows.py:retrain", "on-demand", {}),
    ]
    rules = {one["name"]: [s["schedule"]["rrule"] for s in one["schedules"]] for one in found}
    assert rules["2026-policy-inquiry"] == ["DTSTART:20260418T060000\nRRULE:FREQ=DAILY;COUNT=31"]
