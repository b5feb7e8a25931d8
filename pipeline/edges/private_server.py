"""A Prefect server of this process's own, closed to the outside.

Prefect would start one by itself when no server is configured, on a port drawn from a thousand that another
run may draw too, with a start that is given up after five silent seconds on a busy machine. Ours is given its
port by the system, keeps its door open while it starts, and ends with its parent (``server_process``).
What costs time is migrating its empty database (about 5 s), so it is migrated once (``prepare_server``) and
copied for each run; a copy of one's own also spares runs side by side from waiting for each other's locks.
"""

from __future__ import annotations

import atexit
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO
from urllib.request import urlopen

import httpx

from pipeline.errors import OperationError, disk_error
from pipeline.settings import ROOT, Settings

_START_SECONDS = 300
"""A server that is starting on a loaded machine is waited for; one that has died is noticed at once."""
_STOP_SECONDS = 10
_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}
_PRIVATE = {
    # Nobody looks at it, and no flow of ours stores anything in Prefect's blocks.
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
}


def configure_server(settings: Settings) -> None:
    """Set Prefect's environment and start the private server; to be called before Prefect is imported.

    A server the user configured (``PREFECT_API_URL``) is left as it is; telemetry is off in any case.

    Raises:
        OperationError: The private server cannot be prepared or started.
    """
    os.environ.setdefault("PREFECT_HOME", str(_home(settings)))
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" in os.environ:
        return
    prepare_server(settings)
    _spare_the_proxy()
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{_start(_template(settings))}/api"


def _spare_the_proxy() -> None:
    """What is said to this machine itself never goes through the office's proxy."""
    for name in ("NO_PROXY", "no_proxy"):
        known = [one for one in os.environ.get(name, "").split(",") if one]
        os.environ[name] = ",".join(dict.fromkeys([*known, "127.0.0.1", "localhost"]))


def _start(template: Path) -> int:
    """Start the child; its port. A session of its own keeps Ctrl+C for the parent, which then ends it."""
    log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the server writes to it
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.edges.server_process", str(template)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd=ROOT,
        env={**os.environ, **_PRIVATE},
        start_new_session=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline()
    if not port:
        raise OperationError(f"Prefect のサーバーを始められません。空き容量を確かめてください。{_tail(log)}")
    atexit.register(_stop, process)
    return int(port)


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode(errors="replace").strip()[-500:]


def prepare_server(settings: Settings) -> None:
    """Migrate an empty Prefect database once; nothing to do if that was done for this version.

    Raises:
        OperationError: The database cannot be made, for example because the disk is full.
    """
    template = _template(settings)
    if template.is_file():
        return
    try:
        template.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".migrating-", dir=template.parent) as folder:
            os.replace(_migrated(Path(folder) / "prefect.db", _home(settings)), template)
    except (OSError, sqlite3.Error, subprocess.CalledProcessError) as error:
        said = error.stderr.strip()[-500:] if isinstance(error, subprocess.CalledProcessError) else error
        raise OperationError(
            f"{template.parent}: Prefect のデータベースを用意できません。空き容量と権限を確かめ、"
            f"もう一度実行してください。{said}"
        ) from error


def _migrated(fresh: Path, home: Path) -> Path:
    migrate = (
        "import asyncio; from prefect.server.database import provide_database_interface as interface;"
        " asyncio.run(interface().create_db())"
    )
    place = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{fresh}",
    }
    environment = os.environ | _QUIET | place
    command = [sys.executable, "-c", migrate]
    subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    with closing(sqlite3.connect(fresh)) as database:
        # Whatever still lies in the journal beside it would be lost by the move.
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return fresh


def check_server() -> None:
    """Make sure that the server answers: the private one, or one of the user's own.

    Raises:
        OperationError: No server is configured, or it does not answer.
    """
    url = os.environ.get("PREFECT_API_URL", "")
    if not url:
        raise OperationError(
            "Prefect のサーバーが設定されていません。prefect server start で起動し、"
            "PREFECT_API_URL=http://127.0.0.1:4200/api を設定してから、もう一度実行してください。"
            "サーバーを置かない所では、cron などで ikenwake due を毎日実行してください。"
        )
    try:
        with urlopen(f"{url.rstrip('/')}/health", timeout=_START_SECONDS):
            pass
    except (OSError, ValueError) as error:
        raise OperationError(
            f"Prefect のサーバー（{url}）が答えません。起動しているか確かめてください。{error}"
        ) from error


@contextmanager
def server_in_words() -> Iterator[None]:
    """Say in words that the server went away, or a disk failed, while a flow was running.

    Raises:
        OperationError: Either happened inside the block.
    """
    try:
        yield
    except httpx.HTTPError as error:
        raise OperationError(
            "Prefect のサーバーが途中で答えなくなりました。記録と結果は壊れていません。"
            f"もう一度実行してください。{type(error).__name__}"
        ) from error
    except OSError as error:
        raise disk_error(error) from error


def _home(settings: Settings) -> Path:
    return settings.cache_dir / "prefect"


def _template(settings: Settings) -> Path:
    return _home(settings) / f"empty-{version('prefect')}.db"
