"""Examining: a model on labelled data, with what it was trained on kept apart from what it never saw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.edges.registry import open_reader
from pipeline.edges.scoreboard import Board, scoreboard
from pipeline.edges.snapshot import read_snapshot
from pipeline.labelled import Labelled
from pipeline.settings import Settings
from pipeline.training import measure


@dataclass(frozen=True)
class Exam:
    """Metrics of one model on one set of labelled statements."""

    model_id: str
    metrics: dict[str, Any]
    """On statements the model was not trained on."""
    trained_on: dict[str, Any] | None
    """On statements it was trained on: how well it remembers, not how good it is. None where it saw none."""
    n_trained_on: int | None
    """None where the model keeps no record of what it was trained on."""
    n_known_candidate: int | None
    """Statements not trained on, but about a candidate that was."""

    @property
    def warnings(self) -> list[str]:
        """What must be known before a figure is believed, in Japanese."""
        if self.n_trained_on is None:
            return [
                f"注意: モデル「{self.model_id}」に学習データの記録がなく、学習に使った意見が混じっていても"
                "分かりません。混じっていれば、この成績は実力より高く出ます。"
            ]
        found = []
        if self.n_trained_on:
            found.append(
                f"注意: {self.n_trained_on}件はこのモデルの学習に使った意見です。成績から除き、別に示します。"
                f"成績は残り{self.metrics['n']}件のものです。学習に使った意見での数字は成績ではありません。"
            )
        if self.n_known_candidate:
            found.append(
                f"注意: {self.n_known_candidate}件は、学習に使った候補についての別の意見です。"
                "初めての候補では、これより低くなります。"
            )
        return found

    def plain(self) -> dict[str, Any]:
        """As data for JSON: the metrics stand at the top, beside what they do not cover."""
        return {
            "model_id": self.model_id,
            "warnings": self.warnings,
            "n_trained_on": self.n_trained_on,
            "n_known_candidate": self.n_known_candidate,
            **self.metrics,
            "trained_on": self.trained_on,
        }

    def boards(self) -> Iterator[Board]:
        """As tables for people; of what was trained on only the first."""
        if self.metrics["n"]:
            yield from scoreboard(self.metrics)
        if self.trained_on:
            title, head, rows = next(iter(scoreboard(self.trained_on)))
            yield f"【学習に使った意見。成績ではない】{title}", head, rows


def examine(labelled: Labelled, settings: Settings, model_id: str = "") -> Exam:
    """Ask the model in use (or the one named) about labelled statements.

    Raises:
        ModelError: There is no such model, it is damaged, or it reads with another encoder.
    """
    reader = open_reader(settings, model_id)
    snapshot = read_snapshot(settings.models_dir / reader.model_id)
    if snapshot is None:
        return Exam(reader.model_id, measure(labelled, reader), None, None, None)
    seen = snapshot.knows(labelled)
    fresh, known = labelled.where(~seen), labelled.where(seen)
    return Exam(
        reader.model_id,
        measure(fresh, reader),
        measure(known, reader) if len(known) else None,
        len(known),
        int(snapshot.knows_candidate(fresh).sum()),
    )
