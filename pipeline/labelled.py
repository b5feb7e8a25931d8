"""Labelled: statements people have labelled, where each label comes from, and what may be trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.candidates import Candidates
from pipeline.frozen import Frozen
from pipeline.learning.material import Lessons, Material
from pipeline.learning.supervision import Gold, deciding_items
from pipeline.reviews import text_hash
from pipeline.steps.duplicates import find_duplicates

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Origin:
    """Where a label comes from."""

    window: str
    taxonomy_version: int = 1
    """The codebook the label was given under."""
    is_random: bool = False
    """Drawn at random, judged by two who saw no suggestion: for the certificate, never for training."""
    other: str = ""
    """What another reader said, where that differs from the label in force."""
    is_review: bool = False
    """Given by a reviewer of this program, not by the author of a gold file."""
    is_chosen: bool = False
    """Asked about because the machine was unsure: such answers are no sample of their inquiry."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """n statements, what people said of each and where from (all in the same order), and candidate files."""

    statements: pd.DataFrame
    gold: Sequence[Gold]
    candidates: Candidates
    origins: Sequence[Origin]

    def __post_init__(self) -> None:
        if not len(self.statements) == len(self.gold) == len(self.origins):
            raise ValueError("statements, gold and origins must have the same length")

    def __len__(self) -> int:
        return len(self.gold)

    def where(self, keep: Mask) -> Labelled:
        """The statements where ``keep`` is true, in the same order."""
        rows = np.flatnonzero(keep).tolist()
        return Labelled(
            self.statements.iloc[rows].reset_index(drop=True),
            [self.gold[row] for row in rows],
            self.candidates,
            [self.origins[row] for row in rows],
        )

    def frozen_by(self, frozen: Frozen) -> Mask:
        """Which statements belong to the frozen test part."""
        return np.array(
            [
                frozen.covers(origin.window, one.candidate_id)
                for origin, one in zip(self.origins, self.gold, strict=True)
            ],
            dtype=bool,
        )

    def free_of(self, apart: Mask) -> Mask:
        """Statements that neither are among those apart nor are near-duplicates of one of them."""
        groups = np.array(self.copies, dtype=np.str_)
        free: Mask = ~np.isin(groups, groups[apart])
        return free

    @property
    def in_stream(self) -> Mask:
        """Which statements are of the random stream."""
        return np.array([origin.is_random for origin in self.origins], dtype=bool)

    @property
    def unchosen(self) -> Mask:
        """Which statements show what their inquiry is like, because nobody chose them for being hard."""
        return np.array([not origin.is_chosen for origin in self.origins], dtype=bool)

    @cached_property
    def copies(self) -> tuple[str, ...]:
        """The near-duplicate group of every statement, whatever the candidate.

        Copies count once in a certificate, and never stand on both sides of a fold.
        """
        found = find_duplicates(self.statements.assign(candidate_id=""))
        return tuple(of or own for of, own in zip(found["duplicate_of"], found["statement_id"], strict=True))

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """A hash of text and reason of every statement: it tells a copy, not what was said."""
        rows = zip(self.statements["norm"], self.statements["norm_reason"], strict=True)
        return tuple(text_hash(text, reason) for text, reason in rows)

    @cached_property
    def snapshot_id(self) -> str:
        """SHA-256 of every statement with its labels: the same labels give the same id, in any order."""
        lines = sorted(
            json.dumps([one.statement_id, one.candidate_id, mark, *_labels(one), origin.is_random])
            for one, mark, origin in zip(self.gold, self.fingerprints, self.origins, strict=True)
        )
        return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()

    def lessons(self, material: Material) -> Lessons:
        """The same, as the heads read it."""
        return lessons_of(material, self.gold, self.candidates)


def _labels(one: Gold) -> list[object]:
    return [one.label, one.secondary, one.coverage, one.contrary, one.passages]


def lessons_of(material: Material, gold: Sequence[Gold], candidates: Candidates) -> Lessons:
    """What people said, in the order of the material; ``gold`` has the same statements in the same order."""
    if tuple(g.statement_id for g in gold) != material.statement_ids:
        raise ValueError("gold and material must hold the same statements in the same order")
    deciding = []
    for one in gold:
        candidate = candidates.get(one.candidate_id)
        deciding.append(deciding_items(one, candidate) if candidate else frozenset())
    table = material.pairs
    return Lessons(
        labels=np.array([g.label for g in gold], dtype=np.str_),
        coverage=np.array([g.coverage if g.label == "share" else "" for g in gold], dtype=np.str_),
        contrary=np.array([g.contrary for g in gold], dtype=bool),
        deciding=np.array(
            [ref in deciding[row] for row, ref in zip(table.rows, table.refs, strict=True)], dtype=bool
        ),
    )


def joined(parts: Sequence[Labelled]) -> Labelled:
    """Several sources as one; at least one."""
    return Labelled(
        pd.concat([part.statements for part in parts], ignore_index=True),
        [one for part in parts for one in part.gold],
        Candidates([candidate for part in parts for candidate in part.candidates]),
        [origin for part in parts for origin in part.origins],
    )
