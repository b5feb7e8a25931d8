"""The files of an inquiry: which there are, and whether they have changed since they were last processed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import WindowError
from pipeline.settings import Settings
from pipeline.taxonomy import load_taxonomy
from pipeline.windows import Window, find_window, load_windows

_READABLE = frozenset({".xlsx", ".xlsm", ".csv"})


@dataclass(frozen=True)
class Plan:
    """One inquiry, ready to be processed."""

    window: Window
    inputs: tuple[Path, ...]
    candidates: Path
    out: Path
    digest: str
    """Hash of names and contents of the answers and the candidate files."""
    marker: Path
    """Where the hash of the last finished run is kept; losing it costs one more run, nothing else."""

    @property
    def is_done(self) -> bool:
        """Whether these very files were processed, and their result is still there."""
        done = self.marker.is_file() and self.marker.read_text(encoding="ascii") == self.digest
        return done and (self.out / "summary.json").is_file()

    def finish(self) -> None:
        """Remember that these files were processed."""
        self.marker.parent.mkdir(parents=True, exist_ok=True)
        beside = self.marker.with_suffix(f".{os.getpid()}")
        beside.write_text(self.digest, encoding="ascii")
        os.replace(beside, self.marker)


def read_windows(settings: Settings) -> tuple[Window, ...]:
    """The windows of this installation.

    Raises:
        WindowError: data/windows.toml cannot be used.
        TaxonomyError: The codebook cannot be read.
    """
    sources = (source.code for source in load_taxonomy(settings.taxonomy_path).sources)
    return load_windows(settings.windows_path, sources)


def due_windows(settings: Settings, now: datetime) -> list[str]:
    """Ids of the inquiries to look at now (``now`` is aware), in the order of the file."""
    return [window.id for window in read_windows(settings) if window.is_due(now)]


def make_plan(settings: Settings, window_id: str) -> Plan:
    """Look up an inquiry and the files that have arrived for it.

    Raises:
        WindowError: The inquiry is unknown, or not one file has arrived.
    """
    window = find_window(read_windows(settings), window_id)
    inputs = input_files(settings.root / window.inputs)
    if not inputs:
        raise WindowError(
            f"照会「{window.id}」: {window.inputs} に回答のファイル（.xlsx .xlsm .csv）がありません。"
            "ファイルを置くか、data/windows.toml の inputs を直してください。"
        )
    candidates = settings.root / window.candidates
    return Plan(
        window=window,
        inputs=inputs,
        candidates=candidates,
        out=settings.root / window.out,
        digest=_digest([*inputs, *sorted(candidates.glob("*.candidate.json"))]),
        marker=settings.cache_dir / "windows" / f"{window.id}.sha256",
    )


def final_folder(settings: Settings, window_id: str) -> Path:
    """Where the outputs after review go; the answers themselves may have been moved away by then.

    Raises:
        WindowError: The inquiry is unknown.
    """
    return settings.root / find_window(read_windows(settings), window_id).out / "final"


def input_files(place: Path) -> tuple[Path, ...]:
    """The answers in a folder, or under a pattern such as ``inbox/*.xlsx``, by name.

    Hidden files and the lock files Excel leaves beside an open workbook (``~$…``) are not answers.
    """
    found = place.iterdir() if place.is_dir() else place.parent.glob(place.name)
    return tuple(
        sorted(
            path
            for path in found
            if path.is_file() and path.suffix.lower() in _READABLE and not path.name.startswith((".", "~$"))
        )
    )


def _digest(paths: list[Path]) -> str:
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            inside = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.name}\0{inside}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
