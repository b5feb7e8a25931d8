"""The commands of the documentation, and a place to run them in: an installation of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from pipeline.settings import ROOT

PAGES = ("README.md", "README.ja.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`((?:\.venv/bin/|sh |make |systemctl |pip |prefect |chown |ikenwake )[^`\n]*)`")


@dataclass(frozen=True)
class Command:
    """One line a reader is told to type."""

    words: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> tuple[str, ...]:
        """Program and what it is to do, without options and files: ``ikenwake models list``."""
        program, *given = self.words
        said = [word for word in given if re.fullmatch(r"[a-z][a-z-]*", word)]
        depth = {
            "ikenwake": 2 if said[:1] and said[0] in _GROUPS else 1,
            "prefect": 2,
            "make": 1,
            "dask": 1,
            "python": 1,
        }
        return (Path(program).name, *said[: depth.get(Path(program).name, 0)])

    def __str__(self) -> str:
        return shlex.join(self.words)


_GROUPS = ("candidate", "reviews", "labels", "models", "audit")


def parse(line: str) -> Command | None:
    """A line of a shell, comment and environment apart; None where nothing is left."""
    words = shlex.split(line, comments=True)
    environment = []
    while words and re.match(r"[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        environment.append((name, value))
    return Command(tuple(words), tuple(environment)) if words else None


def commands(page: str) -> Iterator[Command]:
    """The commands of a page's blocks, in order; what a block exports goes with its later commands."""
    for block in _FENCE.findall((ROOT / page).read_text(encoding="utf-8")):
        exported: tuple[tuple[str, str], ...] = ()
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").strip().partition("=")
                exported += ((name, value),)
                continue
            command = parse(line)
            if command is not None:
                yield replace(command, environment=exported + command.environment)


def mentions(page: str) -> Iterator[Command]:
    """The commands named in a page's sentences."""
    for said in _INLINE.findall((ROOT / page).read_text(encoding="utf-8")):
        command = parse(said)
        if command is not None:
            yield command


class Site:
    """An installation in a folder of its own: this checkout's files, this environment's packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran: set[str] = set()
        self._servers: dict[tuple[str, ...], subprocess.Popen[bytes]] = {}
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in (
            subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
        ):
            if name and (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        self._borrow_environment()

    def _borrow_environment(self) -> None:
        """``.venv`` as ``make setup`` leaves it, without installing everything a second time."""
        venv = self.folder / ".venv"
        (venv / "bin").mkdir(parents=True)
        shutil.copy(Path(sys.prefix) / "pyvenv.cfg", venv)
        (venv / "lib").symlink_to(Path(sys.prefix) / "lib")
        for program in (Path(sys.prefix) / "bin").iterdir():
            if program.name != "ikenwake":
                (venv / "bin" / program.name).symlink_to(program)
        script = venv / "bin" / "ikenwake"
        script.write_text(
            f"#!{venv}/bin/python\nfrom pipeline.cli import console\n\nconsole()\n", encoding="utf-8"
        )
        script.chmod(0o755)
        (self.folder / ".cache").mkdir()
        for item in (ROOT / ".cache").glob("*"):
            (self.folder / ".cache" / item.name).symlink_to(item)
        (venv / ".installed").touch()

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user who has set nothing."""
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "IKENWAKE_"))
        }
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        return kept | {"PYTHONPATH": str(self.folder), "HOME": str(home), "COLUMNS": "200"}

    def run(self, command: Command, answers: str = "") -> str:
        """Run a command to its end; what went wrong, or nothing."""
        done = subprocess.run(
            command.words,
            cwd=self.folder,
            env=self.environment | dict(command.environment),
            input=answers,
            capture_output=True,
            text=True,
            check=False,
            timeout=1200,
            # No terminal: a question for a password is answered from the input.
            start_new_session=True,
        )
        return "" if done.returncode == 0 else f"{done.returncode}: {(done.stdout + done.stderr)[-2000:]}"

    def start(self, command: Command, is_up: Callable[[str], bool]) -> str:
        """Start a server in the place of one of the same name; what kept it from answering, or nothing."""
        self.stop(command.name)
        log = self.folder / f"{'-'.join(command.name)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command.words,
                cwd=self.folder,
                env=self.environment | dict(command.environment),
                stdout=file,
                stderr=file,
                start_new_session=True,
            )
        self._servers[command.name] = process
        end = time.monotonic() + 120
        while time.monotonic() < end and process.poll() is None:
            said = log.read_text(encoding="utf-8", errors="replace")
            try:
                if is_up(said):
                    return ""
            except (OSError, httpx.TransportError):
                pass  # Not yet.
            time.sleep(0.3)
        return f"{process.poll()}: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"

    def stop(self, *names: tuple[str, ...]) -> None:
        """Stop servers as Ctrl+C does; all of them, the last one first, where none is named."""
        for name in names or tuple(reversed(self._servers)):
            process = self._servers.pop(name, None)
            if process is not None:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
