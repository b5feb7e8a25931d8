"""A theme while it is being made, and what is known before a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pipeline.themes import EarlierTheme, PastTheme, ThemeModel


@dataclass(frozen=True)
class Known:
    """What a run starts from: the pair model, and what was grouped before (nothing at first)."""

    model: ThemeModel
    past: tuple[PastTheme, ...] = ()
    """The themes of earlier inquiries."""
    so_far: Mapping[str, EarlierTheme] = field(default_factory=dict)
    """The theme each statement of this inquiry had when it was run last, by statement_id."""


@dataclass(frozen=True, eq=False)
class Theme:
    """Statements of one candidate that ask for the same thing; numbers are rows of the run's tables."""

    medoid: int
    """The statement that stands for the theme."""
    heads: tuple[int, ...]
    """Representatives, the medoid first, the others in content order."""
    rows: tuple[int, ...]
    """Every statement of the theme, copies included."""
    vector: NDArray[np.float32] = field(repr=False)
    """Mean of the representatives' centred vectors, unit length, shape (d,)."""
    nodes: tuple[int, ...]
    """Rows of the candidate's ``Side`` that are this theme's."""
    candidate_id: str = ""
    theme_id: str = ""
    name: str = ""
    parent_id: str = ""
    parent_name: str = ""
    topic_id: str = ""
    topic_name: str = ""
    past_id: str = ""
