"""Coverage: Q2 and Q3 of the flowchart, with the passages they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.arrays import Scores
from pipeline.candidates import Candidates
from pipeline.learning.covers import COVERAGE, ranked_pairs
from pipeline.learning.material import Material
from pipeline.learning.model import Answers
from pipeline.tables import Coverage, make_table

ASK_FROM = 0.1
"""A statement is asked Q2 and Q3 if it is shared, or if it may be with at least this probability."""
CONTRARY_FROM = 0.25
"""Low on purpose: a contrary conclusion must be seen by a person, and missing one is the costly error."""
_SHOWN = 3


def cover(scores: Scores, answers: Answers, material: Material, candidates: Candidates) -> pd.DataFrame:
    """Say of every statement that may be shared whether the draft states or reflects what it asks for.

    Args:
        scores: Q1, n rows.
        answers: What the model makes of the same statements.
        material: The same statements.
        candidates: A candidate without a draft leaves coverage undetermined.

    Returns:
        A ``Coverage`` table, n rows: the three best passages, best first, also where nothing is reflected.
    """
    share = scores.probabilities[:, scores.label_ids.index("share")]
    best = scores.best()
    orders = ranked_pairs(answers.said, material, "passage")
    rows: list[dict[str, object]] = []
    for i, statement_id in enumerate(scores.statement_ids):
        row: dict[str, object] = {
            "statement_id": statement_id,
            "coverage": "empty",
            "probability": 0.0,
            "contrary": False,
            "passages": ";".join(str(ref) for ref in material.pairs.refs[orders[i][:_SHOWN]]),
        }
        candidate = candidates.get(material.candidate_ids[i])
        if best[i] == "share" or share[i] >= ASK_FROM:
            row["coverage"] = "undetermined"
            if candidate is not None and candidate.draft:
                kind = int(np.argmax(answers.coverage[i]))
                row["coverage"] = COVERAGE[kind]
                row["probability"] = float(answers.coverage[i, kind])
                row["contrary"] = bool(COVERAGE[kind] == "stated" and answers.contrary[i] >= CONTRARY_FROM)
        rows.append(row)
    return make_table(Coverage, rows)
