"""Report: the rows and the counts every output is made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from pipeline.errors import CountError
from pipeline.results import Intake, Result, RunInfo
from pipeline.tables import ResultRows, make_table

_DECIMALS = 6
"""Enough to order by, few enough that two machines print the same."""


def result_rows(result: Result) -> pd.DataFrame:
    """Put everything known of a statement into one row, its text masked.

    Args:
        result: One run, n statements.

    Returns:
        A ``ResultRows`` table, n rows, in the order of ``result.statements``.

    Raises:
        CountError: A statement's opinion is missing, or a table is about other statements.
    """
    info, statements = result.info, result.statements
    parts = [
        _opinions(result).drop(columns=["candidate_id", "section", "text", "reason", "received_on"]),
        statements[["statement_id", "candidate_id", "section"]],
        statements[["shown", "shown_reason"]].set_axis(["text", "reason"], axis=1),
        *_judged(result),
        _probabilities(result),
    ]
    joined = pd.concat([part.reset_index(drop=True) for part in parts], axis=1)
    joined = joined.assign(
        run_id=info.run_id,
        probability=joined["probability"].round(_DECIMALS),
        model_id=info.model_id,
        encoder_id=info.encoder_id,
        taxonomy_version=info.taxonomy_version,
    )
    return make_table(ResultRows, joined[list(ResultRows.to_schema().columns)])


def summarize(result: Result, rows: pd.DataFrame) -> dict[str, Any]:
    """Count, and refuse to report counts that do not close.

    Args:
        result: One run.
        rows: ``result_rows(result)``, n rows.

    Returns:
        summary.json: ids, counts, what needs a person, timings in seconds. Rows in = opinions + rejected;
        furniture (rows of the form itself) stands apart; every breakdown adds up to the n statements.

    Raises:
        CountError: A count does not close.
    """
    info, intake, taxonomy = result.info, result.intake, result.taxonomy
    reasons = rows["review_reasons"].str.split(";").explode()
    summary: dict[str, Any] = {
        **_ids(info),
        "counts": _counts(intake, rows),
        "by_rejection": _count(intake.rejected["reason"]),
        "by_furniture": _count(intake.furniture["kind"]),
        "by_label": _count(rows["label"], reversed(taxonomy.label_ids)),
        "by_outcome": _count(rows["outcome"], (term.code for term in taxonomy.outcomes)),
        "by_disposition": _count(rows["disposition"], (term.code for term in taxonomy.dispositions)),
        "by_coverage": _count(rows["coverage"], (term.code for term in taxonomy.coverage)),
        "by_source": _count(rows["source"]),
        "by_organization_type": _count(rows["organization_type"]),
        "by_review_reason": _count(reasons[reasons != ""]),
        "by_candidate": _by_candidate(result, rows),
        "timings": {step: round(seconds, 3) for step, seconds in info.timings.items()},
        "problems": [str(problem) for problem in intake.problems],
    }
    _close(summary)
    return summary


def _opinions(result: Result) -> pd.DataFrame:
    """The opinion of each statement, n rows."""
    opinions = result.intake.opinions.set_index("opinion_key")
    keys = result.statements["opinion_key"]
    missing = set(keys) - set(opinions.index)
    if missing:
        raise CountError(f"意見が見つからない論点があります（{len(missing)}件）。もう一度実行してください。")
    return opinions.loc[keys].reset_index(drop=True)


def _judged(result: Result) -> Iterator[pd.DataFrame]:
    """Every table about the statements, without its ids once these are known to be the same."""
    judgement = result.judgement
    ids = result.statements["statement_id"].tolist()
    if list(judgement.scores.statement_ids) != ids:
        raise CountError("確率の表の論点の並びが一致しません。もう一度実行してください。")
    coverage = judgement.coverage.drop(columns="probability")
    tables = (judgement.decisions, coverage, judgement.explanations, result.clusters, result.dispositions)
    for table in tables:
        if table["statement_id"].tolist() != ids:
            raise CountError("判断の表の論点の並びが一致しません。もう一度実行してください。")
        yield table.drop(columns="statement_id")


def _ids(info: RunInfo) -> dict[str, Any]:
    return {
        "run_id": info.run_id,
        "window": info.window,
        "files": list(info.files),
        "started_at": info.started_at.isoformat(),
        "model_id": info.model_id,
        "encoder_id": info.encoder_id,
        "taxonomy_version": info.taxonomy_version,
        "certificate": info.certificate,
    }


def _probabilities(result: Result) -> pd.DataFrame:
    scores = result.judgement.scores
    frame = pd.DataFrame(scores.probabilities, columns=[f"p_{label}" for label in scores.label_ids])
    return frame.reindex(columns=[f"p_{label.code}" for label in result.taxonomy.labels]).round(_DECIMALS)


def _count(values: pd.Series[str], order: Iterable[str] = ()) -> dict[str, int]:
    """Count each value; ``order`` comes first (with its zeros), the rest by size, then by name.

    >>> _count(pd.Series(["b", "a", "b", "c"]), ["c", "d"])
    {'c': 1, 'd': 0, 'b': 2, 'a': 1}
    """
    counted = {str(value): int(n) for value, n in values.value_counts().items()}
    first = {code: counted.pop(code, 0) for code in order}
    return {**first, **dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))}


def _counts(intake: Intake, rows: pd.DataFrame) -> dict[str, int]:
    is_copy = rows["duplicate_of"] != ""
    return {
        "rows_in": intake.n_rows,
        "opinions": len(intake.opinions),
        "rejected": len(intake.rejected),
        "furniture": len(intake.furniture),
        "statements": len(rows),
        "near_duplicates": int(is_copy.sum()),
        "near_duplicate_groups": int(rows.loc[is_copy, "duplicate_of"].nunique()),
        "distinct_statements": int((~is_copy).sum()),
        "municipalities": len(intake.opinions[["prefecture", "organization"]].drop_duplicates()),
        "themes": len(rows.loc[rows["cluster_id"] != "", ["candidate_id", "cluster_id"]].drop_duplicates()),
    }


def _by_candidate(result: Result, rows: pd.DataFrame) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    opinions = result.intake.opinions
    listed = [candidate.candidate_id for candidate in result.candidates]
    for candidate_id in [*listed, *sorted({*rows["candidate_id"], *opinions["candidate_id"]} - set(listed))]:
        mine = rows[rows["candidate_id"] == candidate_id]
        candidate = result.candidates.get(candidate_id)
        ends = _count(mine["disposition"], (term.code for term in result.taxonomy.dispositions))
        found[candidate_id] = {
            "name": candidate.name if candidate else "",
            "opinions": int((opinions["candidate_id"] == candidate_id).sum()),
            "statements": len(mine),
            "by_label": _count(mine["label"], reversed(result.taxonomy.label_ids)),
            "by_disposition": ends,
            "conclusion": _conclusion(ends),
        }
    return found


def _conclusion(ends: dict[str, int]) -> str:
    """Say how far the candidate is on the flowchart.

    >>> _conclusion({"pending": 0, "revision_request": 2})
    'consult'
    """
    if ends["pending"]:
        return "waiting"
    return "consult" if ends["revision_request"] else "consent"


def _close(summary: dict[str, Any]) -> None:
    counts = summary["counts"]
    sums = [
        ("届いた行", counts["rows_in"], counts["opinions"] + counts["rejected"]),
        ("論点", counts["statements"], counts["near_duplicates"] + counts["distinct_statements"]),
        ("意見", counts["opinions"], sum(c["opinions"] for c in summary["by_candidate"].values())),
        ("候補別", counts["statements"], sum(c["statements"] for c in summary["by_candidate"].values())),
        ("除いた行", counts["rejected"], sum(summary["by_rejection"].values())),
        ("様式の行", counts["furniture"], sum(summary["by_furniture"].values())),
    ]
    fields = ("by_label", "by_outcome", "by_disposition", "by_coverage", "by_source", "by_organization_type")
    sums.extend((field, counts["statements"], sum(summary[field].values())) for field in fields)
    wrong = [f"{name} {whole}≠{parts}" for name, whole, parts in sums if whole != parts]
    if counts["opinions"] > counts["statements"]:
        wrong.append(f"意見 {counts['opinions']} が論点 {counts['statements']} より多い")
    if wrong:
        raise CountError(f"件数が合いません（{'、'.join(wrong)}）。結果を使わず、担当者に知らせてください。")
