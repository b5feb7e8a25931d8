"""Succession: which model is in use, who put it there, and the one before it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.edges.integrity import verify
from pipeline.errors import ModelError

_CURRENT = "CURRENT"
_HISTORY = "HISTORY.tsv"


@dataclass(frozen=True)
class Change:
    """One change of the model in use."""

    at: str
    action: str
    """``promote`` or ``rollback``."""
    model_id: str
    before: str
    by: str


def current_id(models_dir: Path) -> str:
    """The id of the model in use.

    Raises:
        ModelError: None has been promoted.
    """
    marker = models_dir / _CURRENT
    if not marker.is_file():
        raise ModelError(f"{marker}: 使用中のモデルがありません。ikenwake models promote で選んでください。")
    return marker.read_text(encoding="utf-8").strip()


def promote(models_dir: Path, model_id: str, by: str) -> None:
    """Put a whole, readable model in use, and note who did.

    Raises:
        ModelError: There is no such model, it is damaged, or it was made with other versions.
    """
    verify(models_dir / model_id)
    marker = models_dir / _CURRENT
    before = marker.read_text(encoding="utf-8").strip() if marker.is_file() else ""
    if before != model_id:
        _change(models_dir, Change(_now(), "promote", model_id, before, by))


def rollback(models_dir: Path, by: str) -> str:
    """Put the model before the present one in use again; gives its id.

    Raises:
        ModelError: There was none before, or it is damaged.
    """
    past: list[str] = []
    for change in history(models_dir):
        if change.action == "promote":
            past.append(change.before)
        else:
            past.pop()
    if not past or not past[-1]:
        raise ModelError("前のモデルの記録がありません。ikenwake models promote で選んでください。")
    verify(models_dir / past[-1])
    _change(models_dir, Change(_now(), "rollback", past[-1], current_id(models_dir), by))
    return past[-1]


def history(models_dir: Path) -> list[Change]:
    """Every change of the model in use, oldest first."""
    path = models_dir / _HISTORY
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [Change(*line.split("\t")) for line in lines]


def _change(models_dir: Path, change: Change) -> None:
    by = " ".join(change.by.split()) or "-"
    line = "\t".join([change.at, change.action, change.model_id, change.before, by])
    with (models_dir / _HISTORY).open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")
    staging = models_dir / f".{_CURRENT}"
    staging.write_text(change.model_id + "\n", encoding="utf-8")
    os.replace(staging, models_dir / _CURRENT)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
