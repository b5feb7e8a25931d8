"""Folds: what is held out together, so that no statement is judged by a model that knows its like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.learning.material import Index, Material

SEED = 1
_ENOUGH = 1 / 3
_PARTS = 3
_NOBODY: Index = np.zeros(0, dtype=np.intp)


class Split(NamedTuple):
    """Rows to fit on, and rows to ask about."""

    fitted: Index
    asked: Index


def leave_candidates_out(
    material: Material, rows: Index, copies: Sequence[str], folds: int | None = None, also: Index = _NOBODY
) -> list[Split]:
    """Hold whole candidates out, one group of them after the other; every row is asked about once.

    Args:
        material: n statements.
        rows: Those that may be fitted on.
        copies: Near-duplicate group of each of the n statements.
        folds: Groups of candidates; None holds out one candidate at a time.
        also: Those that are asked about too, with their candidate, and never fitted on.

    Returns:
        A split per group that has rows. A near-duplicate of what is asked about is not fitted on, whichever
        candidate it belongs to.
    """
    parts = material.grouped(folds or max(len(set(material.candidate_ids)), 1), SEED)
    asked = [np.intersect1d(part, np.union1d(rows, also)) for part in parts]
    return [hold_out(rows, part, copies) for part in asked if len(part)]


def leave_inquiries_out(
    material: Material, windows: Sequence[str], rows: Index, copies: Sequence[str], also: Index = _NOBODY
) -> list[Split]:
    """Hold every inquiry out in turn: other candidates, other writers, as the next one will be.

    An inquiry that holds most of the labels cannot be spared whole, or what is asked would be a model that
    hardly learned: of such a one, groups of candidates are held out.

    Args:
        material: n statements.
        windows: The inquiry of each.
        rows: Those that may be fitted on.
        copies: Near-duplicate group of each.
        also: Those that are asked about too, with their inquiry, and never fitted on.

    Returns:
        Splits that ask about every row once, the last inquiry's last; none where there is but one inquiry.
    """
    inquiry = np.array(windows, dtype=np.str_)
    every = np.union1d(rows, also)
    names = list(dict.fromkeys(inquiry[rows].tolist()))
    if len(names) < 2:
        return []
    splits: list[Split] = []
    for name in dict.fromkeys([*names, *inquiry[every].tolist()]):
        own = every[inquiry[every] == name]
        spare = (inquiry[rows] != name).sum() >= _ENOUGH * len(rows)
        parts = [own] if spare else [np.intersect1d(own, part) for part in material.grouped(_PARTS, SEED)]
        splits += [hold_out(rows, part, copies) for part in parts if len(part)]
    return splits


def thin_out(material: Material, split: Split, part: float) -> Split:
    """The same split fitted on a seeded choice of candidates only, about ``part`` of them, at least two."""
    names = sorted({material.candidate_ids[row] for row in split.fitted})
    np.random.default_rng(SEED).shuffle(names)
    kept = set(names[: max(round(part * len(names)), 2)])
    own = np.array([material.candidate_ids[row] in kept for row in split.fitted], dtype=bool)
    return Split(split.fitted[own], split.asked)


def hold_out(rows: Index, asked: Index, copies: Sequence[str]) -> Split:
    """Fit on the rows that neither are asked about nor are near-duplicates of such."""
    groups = np.array(copies, dtype=np.str_)
    return Split(rows[~np.isin(groups[rows], groups[asked])], asked)
