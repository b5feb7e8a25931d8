"""Snapshot: which statements a model was trained on, kept beside it without a word of their text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError
from pipeline.labelled import Labelled, Mask

SNAPSHOT = "snapshot.json"


@dataclass(frozen=True)
class Snapshot:
    """What a model knows from training; ids and hashes only."""

    snapshot_id: str
    statements: dict[str, str]
    """Fingerprint of text and reason, by statement."""
    candidates: frozenset[str]
    """Names of the candidates the statements are about."""

    def knows(self, labelled: Labelled) -> Mask:
        """Which statements the model was trained on, or on a copy of; whatever ids they have here."""
        known = set(self.statements.values())
        return np.array([mark in known for mark in labelled.fingerprints], dtype=bool)

    def knows_candidate(self, labelled: Labelled) -> Mask:
        """Which statements are about a candidate the model was trained on."""
        names = _names(labelled)
        return np.array([names.get(one.candidate_id) in self.candidates for one in labelled.gold], dtype=bool)


def snapshot_text(learnt: Labelled) -> str:
    """The content of snapshot.json for a model fitted on these labels."""
    names = _names(learnt)
    ids = [one.statement_id for one in learnt.gold]
    content = {
        "snapshot_id": learnt.snapshot_id,
        "statements": dict(sorted(zip(ids, learnt.fingerprints, strict=True))),
        "candidates": sorted({names[g.candidate_id] for g in learnt.gold if g.candidate_id in names}),
    }
    return json.dumps(content, ensure_ascii=False, indent=0) + "\n"


def read_snapshot(folder: Path) -> Snapshot | None:
    """The snapshot in a model folder; None for a model made before snapshots were kept.

    Raises:
        ModelError: The file cannot be read.
    """
    path = folder / SNAPSHOT
    if not path.is_file():
        return None
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Snapshot(raw["snapshot_id"], dict(raw["statements"]), frozenset(raw["candidates"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: 学習データの記録を読めません。モデルを取り直してください。") from error


def _names(labelled: Labelled) -> dict[str, str]:
    return {candidate.candidate_id: candidate.name for candidate in labelled.candidates}
