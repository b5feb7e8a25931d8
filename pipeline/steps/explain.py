"""Explain: the words a decision rests on, what they were compared with, and the way through the flowchart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.arrays import Scores
from pipeline.learning.covers import ranked_pairs
from pipeline.learning.cues import sentences, speaks_for
from pipeline.learning.material import Index, Material
from pipeline.learning.model import Answers
from pipeline.tables import Explanations, make_table
from pipeline.taxonomy import flowchart_path
from pipeline.text import normalize

_GROUP_OF = {
    "alternative_method": "alternative",
    "resolved": "answer",
    "out_of_scope": "outside",
    "unclear_basis": "passage",
    "share": "passage",
}
_COMPARED = 3
_NAMED_FROM = 0.3


def explain(
    statements: pd.DataFrame, scores: Scores, coverage: pd.DataFrame, answers: Answers, material: Material
) -> pd.DataFrame:
    """Say of every statement why its label was chosen.

    Args:
        statements: A ``Statements`` table, n rows.
        scores: Their label probabilities.
        coverage: Their ``Coverage``.
        answers: What the model makes of them.
        material: The same statements.

    Returns:
        An ``Explanations`` table, n rows. Evidence is verbatim in ``shown``; the path asks the labels in
        order of precedence (``alternative_method=no;…;abstract=yes``) and then Q2 and Q3.
    """
    best = scores.best()
    orders = {group: ranked_pairs(answers.said, material, group) for group in sorted(set(_GROUP_OF.values()))}
    rows: list[dict[str, object]] = []
    for i, statement_id in enumerate(scores.statement_ids):
        label = str(best[i])
        rows.append(
            {
                "statement_id": statement_id,
                "evidence": ";".join(_evidence(statements["shown"].iloc[i], label)),
                "compared": ";".join(_compared(label, i, orders, material, answers)),
                "path": flowchart_path(label, coverage["coverage"].iloc[i], scores.label_ids),
            }
        )
    return make_table(Explanations, rows)


def _compared(
    label: str, i: int, orders: dict[str, list[Index]], material: Material, answers: Answers
) -> list[str]:
    group = _GROUP_OF.get(label)
    if group is None:
        return []
    order = orders[group][i][:_COMPARED]
    if group != "passage":
        order = np.array([k for k in order if answers.said.pair_scores[k] >= _NAMED_FROM], dtype=np.intp)
    return [str(ref) for ref in material.pairs.refs[order]]


def _evidence(shown: str, label: str) -> list[str]:
    """The sentence that speaks most for the label; where several do alike, the last: requests come last.

    >>> _evidence("駅前は便利だ。額が決まらないと判断できない。", "premise_needed")
    ['額が決まらないと判断できない']
    """
    found = sentences(shown)
    if not found:
        return []
    weight = [speaks_for(normalize(sentence), label) for sentence in found]
    chosen = max(range(len(found)), key=lambda k: (weight[k], k))
    return [found[chosen]]
