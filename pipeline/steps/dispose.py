"""Dispose: where in the flowchart each statement ended."""

from __future__ import annotations

import pandas as pd

from pipeline.tables import Dispositions, make_table
from pipeline.taxonomy import Taxonomy


def dispose(decisions: pd.DataFrame, coverage: pd.DataFrame, taxonomy: Taxonomy) -> pd.DataFrame:
    """Follow the flowchart to its end; whatever waits for a person is pending.

    A contrary conclusion in the draft is never called addressed without a person having seen it: ``decide``
    and the reviewers settle that by leaving the outcome at ``review`` until then.

    Args:
        decisions: A ``Decisions`` table, n rows.
        coverage: A ``Coverage`` table of the same statements in the same order.
        taxonomy: Tells which labels exclude.

    Returns:
        A ``Dispositions`` table, n rows.

    Example:
        >>> from pipeline.settings import Settings
        >>> from pipeline.taxonomy import load_taxonomy
        >>> d = pd.DataFrame({"statement_id": ["a", "b", "c"], "label": ["abstract", "share", "share"],
        ...                   "outcome": ["auto", "auto", "review"]})
        >>> c = pd.DataFrame({"coverage": ["empty", "stated", "not_reflected"]})
        >>> dispose(d, c, load_taxonomy(Settings().taxonomy_path))["disposition"].tolist()
        ['excluded', 'addressed', 'pending']
    """
    rows = [
        {
            "statement_id": statement_id,
            "disposition": taxonomy.disposition(label, cover) if outcome == "auto" else "pending",
        }
        for statement_id, label, outcome, cover in zip(
            decisions["statement_id"],
            decisions["label"],
            decisions["outcome"],
            coverage["coverage"],
            strict=True,
        )
    ]
    return make_table(Dispositions, rows)
