"""A Prefect server of this process's own, closed to the outside.

Prefect starts one by itself when no server is configured. What costs time there is migrating its empty
database (about 5 s at every start), so it is migrated once (``prepare_server``) and copied for each run; a
copy of one's own also spares runs side by side from waiting for each other's locks.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from urllib.request import urlopen

from pipeline.errors import OperationError
from pipeline.settings import Settings

_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_INTERNAL_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def configure_server(settings: Settings) -> None:
    """Set Prefect's environment; to be called before Prefect is imported.

    A server the user configured (``PREFECT_API_URL``) is left as it is; telemetry is off in any case.
    """
    os.environ.setdefault("PREFECT_HOME", str(_home(settings)))
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if "PREFECT_API_URL" in os.environ or "PREFECT_SERVER_DATABASE_CONNECTION_URL" in os.environ:
        return
    prepare_server(settings)
    folder = Path(tempfile.mkdtemp(prefix="ikenwake-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copyfile(_template(settings), folder / "prefect.db")
    os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{folder / 'prefect.db'}"


def prepare_server(settings: Settings) -> None:
    """Migrate an empty Prefect database once; nothing to do if that was done for this version."""
    template = _template(settings)
    if template.is_file():
        return
    template.parent.mkdir(parents=True, exist_ok=True)
    fresh = template.with_suffix(f".{os.getpid()}")
    migrate = (
        "import asyncio; from prefect.server.database import provide_database_interface as interface;"
        " asyncio.run(interface().create_db())"
    )
    environment = {
        **os.environ,
        **_QUIET,
        "PREFECT_HOME": str(_home(settings)),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{fresh}",
    }
    subprocess.run([sys.executable, "-c", migrate], env=environment, check=True)
    os.replace(fresh, template)


def check_server() -> None:
    """Make sure that a server of the user's own answers: schedules do not fire on a private one.

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
        with urlopen(f"{url.rstrip('/')}/health", timeout=10):
            pass
    except (OSError, ValueError) as error:
        raise OperationError(
            f"Prefect のサーバー（{url}）が答えません。起動しているか確かめてください。{error}"
        ) from error


def _home(settings: Settings) -> Path:
    return settings.cache_dir / "prefect"


def _template(settings: Settings) -> Path:
    return _home(settings) / f"empty-{version('prefect')}.db"
