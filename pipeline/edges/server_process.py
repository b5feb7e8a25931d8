"""The private Prefect server, as a child process: ``python -m pipeline.edges.server_process TEMPLATE``.

It serves a copy of the template on a port the system gives it, writes that port to its output, and lives
exactly as long as its parent holds the other end of its input: however the parent ends, no server and no copy
stay behind.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from threading import Thread

from pipeline.edges.process import nothing_to_collect


def main(template: Path) -> None:
    """Serve until the parent is gone."""
    folder = Path(tempfile.mkdtemp(prefix="ikenwake-"))
    Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    try:
        _serve(Path(shutil.copyfile(template, folder / "prefect.db")))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(database: Path) -> None:
    os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{database}"
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        # Open from here on: who knocks while Prefect is still being imported waits, and is not turned away.
        door.listen(128)
        print(door.getsockname()[1], flush=True)  # noqa: T201 - this is how the parent learns the port
        with nothing_to_collect():
            import uvicorn

            app = import_module("prefect.server.api.server").create_app()
        uvicorn.Server(uvicorn.Config(app, lifespan="on", log_level="error")).run([door])


def _end_with_parent(folder: Path) -> None:
    """End the process when its input closes; Prefect's own shutdown may wait for clients that are gone."""
    sys.stdin.buffer.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
