"""Contests: the challenger against the model in use, and what follows for its promotion."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.edges.known_labels import read_labels
from pipeline.edges.registry import open_reader
from pipeline.edges.scoreboard import MEASURES
from pipeline.edges.snapshot import read_snapshot
from pipeline.edges.succession import current_id
from pipeline.errors import ModelError
from pipeline.frozen import load_frozen
from pipeline.judgement import Reader
from pipeline.labelled import Labelled
from pipeline.measures import plain
from pipeline.readings import Readings
from pipeline.settings import Settings
from pipeline.steps.challenge import Challenge, challenge
from pipeline.steps.evaluate import readings
from pipeline.tables import make_table
from pipeline.training import Trained, predict

READINGS = "readings.csv"


@dataclass(frozen=True)
class Contest:
    """Both models on one set of statements."""

    title: str
    found: Challenge

    def plain(self) -> dict[str, Any]:
        """The same as data for the card."""
        found: dict[str, Any] = plain(
            {"title": self.title, **asdict(self.found), "worse": list(self.found.worse)}
        )
        return found


@dataclass(frozen=True)
class Verdict:
    """Whether the challenger may take over, and why."""

    may_promote: bool
    reason: str
    contests: tuple[Contest, ...] = ()


def hold_contests(trained: Trained, reader: Reader, test: Labelled, settings: Settings) -> Verdict:
    """Ask both models about statements neither was fitted on: cross-fitted ones, and the frozen part.

    Args:
        trained: The challenger, with what cross-fitting said of it.
        reader: The challenger, ready to read.
        test: The frozen part.
        settings: Where the model in use is.
    """
    try:
        champion_id = current_id(settings.models_dir)
    except ModelError:
        return Verdict(True, "使用中のモデルがないため、比べる相手がありません。")
    folder = settings.models_dir / champion_id
    try:
        champion = open_reader(settings, champion_id)
        contests = []
        if len(test):
            sides = (_read(test, reader), _read(test, champion))
            contests.append(Contest("凍結した候補", challenge(test.gold, *sides)))
        old = _cross_fitted(folder, trained.learnt, champion)
        if len(old):
            found = challenge(trained.learnt.gold, trained.readings, old)
            contests.append(Contest("学習に使わなかった候補（交差検証）", found))
    except ModelError as error:
        return Verdict(False, f"使用中のモデルと比べられません。{error}")
    return decide(tuple(contests))


def compare(first: str, second: str, settings: Settings) -> Verdict:
    """Two models of the registry, on the labelled statements neither was fitted on.

    Raises:
        ModelError: One of them is missing, damaged, or reads with another encoder than the one in use here.
    """
    known = read_labels(settings)
    frozen = known.frozen_by(load_frozen(settings.frozen_path))
    rest, test = known.where(~frozen), known.where(frozen)
    sides = [open_reader(settings, one) for one in (first, second)]
    folders = [settings.models_dir / one for one in (first, second)]
    new, old = (_cross_fitted(folder, rest, side) for folder, side in zip(folders, sides, strict=True))
    both = challenge(rest.gold, new, old)
    contests = [Contest("学習に使わなかった候補", both)] if both.n else []
    if len(test):
        new, old = (_read(test, side) for side in sides)
        contests.append(Contest("凍結した候補", challenge(test.gold, new, old)))
    return decide(tuple(contests))


def decide(contests: tuple[Contest, ...]) -> Verdict:
    """The challenger may take over unless it is worse at something beyond chance, or nothing was compared.

    Example:
        >>> decide(()).may_promote
        False
    """
    if not any(contest.found.n for contest in contests):
        return Verdict(False, "両方のモデルが学習に使っていない意見がなく、比べられません。")
    worse = [
        f"{contest.title}で{MEASURES[name]}が劣ります"
        f"（{contest.found.measures[name].champion:.1%} → {contest.found.measures[name].challenger:.1%}）"
        for contest in contests
        for name in contest.found.worse
    ]
    if worse:
        return Verdict(False, "、".join(worse) + "。", contests)
    n = sum(contest.found.n for contest in contests)
    return Verdict(True, f"同じ{n}件で比べ、どの指標も使用中のモデルに劣りません（95%区間）。", contests)


def read_readings(folder: Path) -> pd.DataFrame:
    """What cross-fitting said of a model, a ``Readings`` table; empty for a model made before it was kept."""
    path = folder / READINGS
    if not path.is_file():
        return make_table(Readings, [])
    found = pd.read_csv(
        path, dtype={"statement_id": str, "label": str, "coverage": str}, keep_default_na=False
    )
    return make_table(Readings, found)


def _cross_fitted(folder: Path, learnt: Labelled, champion: Reader) -> pd.DataFrame:
    """What the champion says without having been fitted on it: cross-fitted, or of labels new since then."""
    old, snapshot = read_readings(folder), read_snapshot(folder)
    if snapshot is None:
        return old
    new = learnt.where(
        ~snapshot.knows(learnt) & ~np.isin(learnt.statements["statement_id"], old["statement_id"])
    )
    return pd.concat([old, _read(new, champion)], ignore_index=True) if len(new) else old


def _read(labelled: Labelled, reader: Reader) -> pd.DataFrame:
    return readings(labelled.gold, predict(labelled, reader))
