"""Readings: what a model said of labelled statements it had not been fitted on."""

from __future__ import annotations

import pandera.pandas as pa
from pandera.typing import Series

from pipeline.tables import Table


class Readings(Table):
    """One row per labelled statement; kept beside a model, to compare it with the next one."""

    statement_id: Series[str] = pa.Field(unique=True)
    label: Series[str]
    coverage: Series[str]
    """The best of stated, reflected, not_reflected, asked or not."""
    p_gold: Series[float] = pa.Field(ge=0, le=1)
    """Probability given to the label people chose."""
    margin: Series[float] = pa.Field(ge=0, le=1)
    """Best less second probability: the smaller, the less sure."""
    accepted: Series[bool]
    """Would have been accepted without a person."""
