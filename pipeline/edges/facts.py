"""Facts: everything a reviewer sees of one statement, gathered once from the tables of a result."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from pipeline.results import Result


@dataclass(frozen=True)
class Fact:
    """One statement with its row, its suggestion and its theme; texts are masked."""

    statement_id: str
    opinion_key: str
    opinion_id: str
    file: str
    sheet: str
    row: int
    source: str
    prefecture: str
    organization: str
    organization_type: str
    candidate_id: str
    candidate: str
    section: str
    shown: str
    shown_reason: str
    label: str
    probability: float
    second_label: str
    second_probability: float
    outcome: str
    review_reasons: tuple[str, ...]
    secondary: tuple[str, ...]
    coverage: str
    contrary: bool
    passages: tuple[str, ...]
    evidence: tuple[str, ...]
    compared: tuple[str, ...]
    cluster_id: str
    cluster_name: str
    duplicate_of: str
    is_partial_duplicate: bool
    """The representative's text with something of its own."""
    stance: str
    past_id: str
    """Theme of an earlier inquiry that this one repeats."""
    index: int
    """Its place in the tables."""


_LISTS = ("review_reasons", "secondary", "passages", "evidence", "compared")


def make_facts(result: Result) -> dict[str, Fact]:
    """One fact per statement, in the order of the statements."""
    judged = result.judgement
    joined = pd.concat(
        [
            result.statements[
                ["statement_id", "opinion_key", "candidate_id", "section", "shown", "shown_reason"]
            ],
            judged.decisions[["label", "probability", "outcome", "review_reasons", "secondary"]],
            judged.coverage[["coverage", "contrary", "passages"]],
            judged.explanations[["evidence", "compared"]],
            result.clusters[
                ["cluster_id", "cluster_name", "duplicate_of", "is_partial_duplicate", "stance", "past_id"]
            ],
        ],
        axis=1,
    )
    kept = ["opinion_key", "opinion_id", "file", "sheet", "row", "source", "prefecture", "organization"]
    opinions = result.intake.opinions[[*kept, "organization_type", "candidate"]]
    joined = joined.merge(opinions, on="opinion_key", how="left", validate="many_to_one")
    labels = np.array(judged.scores.label_ids)
    order = np.argsort(-judged.scores.probabilities, axis=1, kind="stable")
    columns = {one.name: joined[one.name].tolist() for one in fields(Fact) if one.name in joined}
    facts = {}
    for i, row in enumerate(zip(*columns.values(), strict=True)):
        values: dict[str, Any] = dict(zip(columns, row, strict=True))
        for name in _LISTS:
            values[name] = tuple(part for part in values[name].split(";") if part)
        second = int(order[i][1]) if labels[order[i][0]] == values["label"] else int(order[i][0])
        values |= {
            "second_label": str(labels[second]),
            "second_probability": float(judged.scores.probabilities[i, second]),
            "index": i,
        }
        facts[values["statement_id"]] = Fact(**values)
    return facts
