"""A run's result: everything the store, the workbook and the report are made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import pandas as pd

from pipeline.arrays import Embeddings, Scores
from pipeline.candidates import Candidates
from pipeline.errors import Problem
from pipeline.taxonomy import Taxonomy
from pipeline.themes import PastTheme


@dataclass(frozen=True)
class RunInfo:
    """What made the result."""

    run_id: str
    window: str
    model_id: str
    encoder_id: str
    taxonomy_version: int
    started_at: datetime
    files: tuple[str, ...]
    certificate: str
    """What is guaranteed of the automatic decisions, as one Japanese sentence."""
    timings: dict[str, float] = field(default_factory=dict)
    """Seconds per step, in order."""


@dataclass(frozen=True, eq=False)
class Intake:
    """What became of every row of the files given."""

    opinions: pd.DataFrame
    rejected: pd.DataFrame
    furniture: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    """Told to staff; any problem makes the command end with exit code 2."""

    @cached_property
    def n_rows(self) -> int:
        """Rows sent by somebody: opinions + rejected, always."""
        return len(self.opinions) + len(self.rejected)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the flowchart made of every statement; all tables are in the order of ``statements``."""

    scores: Scores
    decisions: pd.DataFrame
    coverage: pd.DataFrame
    explanations: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Result:
    """One run, whole."""

    info: RunInfo
    taxonomy: Taxonomy
    candidates: Candidates
    intake: Intake
    personal: pd.DataFrame
    statements: pd.DataFrame
    judgement: Judgement
    clusters: pd.DataFrame
    dispositions: pd.DataFrame
    embeddings: Embeddings
    past: tuple[PastTheme, ...] = ()
    """The themes of earlier inquiries that ``clusters`` points to (``past_id``), the latest of each."""
