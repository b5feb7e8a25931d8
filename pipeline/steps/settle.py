"""Settle: what the flowchart says once people have spoken, by statement and by candidate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from pipeline.results import Result
from pipeline.reviews import Answer
from pipeline.tables import Coverage, Decisions, Dispositions, Explanations, Table, make_table
from pipeline.taxonomy import Taxonomy

_JUDGED = ("stated", "reflected", "not_reflected")


class CandidateResults(Table):
    """One row per candidate: whether it can be agreed to."""

    candidate_id: Series[str] = pa.Field(unique=True)
    """Empty for opinions no candidate file matches."""
    name: Series[str]
    n_statements: Series[int] = pa.Field(ge=0)
    n_excluded: Series[int] = pa.Field(ge=0)
    n_addressed: Series[int] = pa.Field(ge=0)
    n_no_revision: Series[int] = pa.Field(ge=0)
    n_revision_requests: Series[int] = pa.Field(ge=0)
    n_pending: Series[int] = pa.Field(ge=0)
    verdict: Series[str]
    """同意できる, 修正を求める協議 n件 or 未了 n件."""
    pending_ids: Series[str]
    """Statements still open, joined by ``;``."""


@dataclass(frozen=True, eq=False)
class Settled:
    """The inquiry after review."""

    result: Result
    """As the run made it, with people's decisions in the place of the suggestions."""
    candidates: pd.DataFrame
    """A ``CandidateResults`` table."""


def settle(result: Result, answers: Mapping[str, Answer], leaders: Mapping[str, str]) -> Settled:
    """Put people's decisions over the suggestions, and follow the flowchart to its end again.

    A person's decision always wins. What nobody confirmed and the certificate does not cover stays pending,
    and no candidate with a pending statement counts as finished.

    Args:
        result: The current result of the inquiry, n statements.
        answers: The closed decisions of people, by statement.
        leaders: Near-duplicates, and the representative whose decision they take over.

    Returns:
        The result with decisions, coverage and dispositions settled, and one verdict per candidate.
    """
    said = _said(result, answers, leaders)
    ends = _ends(result, said)
    decisions = _decisions(result.judgement.decisions, said)
    coverage = _coverage(result.judgement.coverage, said, result.taxonomy)
    dispositions = make_table(
        Dispositions, pd.DataFrame({"statement_id": list(ends), "disposition": list(ends.values())})
    )
    explanations = _explanations(result, decisions, coverage)
    judged = replace(result.judgement, decisions=decisions, coverage=coverage, explanations=explanations)
    settled = replace(result, judgement=judged, dispositions=dispositions)
    return Settled(settled, _verdicts(result, ends))


def candidate_results(
    result: Result, answers: Mapping[str, Answer], leaders: Mapping[str, str]
) -> pd.DataFrame:
    """One verdict per candidate, as ``settle`` gives them, without the tables of the whole inquiry.

    Returns:
        A ``CandidateResults`` table; a page can ask for it after every click.
    """
    return _verdicts(result, _ends(result, _said(result, answers, leaders)))


def _said(
    result: Result, answers: Mapping[str, Answer], leaders: Mapping[str, str]
) -> dict[str, Answer | None]:
    ids = result.statements["statement_id"].tolist()
    return {one: answers.get(one) or answers.get(leaders.get(one, "")) for one in ids}


def _ends(result: Result, said: Mapping[str, Answer | None]) -> dict[str, str]:
    """Where in the flowchart every statement ends, in order."""
    decisions, coverage = result.judgement.decisions, result.judgement.coverage
    columns = (decisions["outcome"].tolist(), decisions["label"].tolist(), coverage["coverage"].tolist())
    ends = {}
    for (one, answer), outcome, label, cover in zip(said.items(), *columns, strict=True):
        if answer:
            ends[one] = result.taxonomy.disposition(answer.label, answer.coverage or cover)
        else:
            ends[one] = result.taxonomy.disposition(label, cover) if outcome == "auto" else "pending"
    return ends


def _decisions(table: pd.DataFrame, said: Mapping[str, Answer | None]) -> pd.DataFrame:
    columns = _columns(table)
    for i, one in enumerate(columns["statement_id"]):
        answer = said[one]
        if answer:
            columns["label"][i] = answer.label
            columns["secondary"][i] = ";".join(answer.secondary)
            columns["outcome"][i] = "human"
            columns["review_reasons"][i] = ""
    return make_table(Decisions, pd.DataFrame(columns))


def _coverage(table: pd.DataFrame, said: Mapping[str, Answer | None], taxonomy: Taxonomy) -> pd.DataFrame:
    columns = _columns(table)
    for i, one in enumerate(columns["statement_id"]):
        answer = said[one]
        if answer is None:
            continue
        if answer.label in taxonomy.excluded_ids:
            columns["coverage"][i], columns["contrary"][i], columns["passages"][i] = "empty", False, ""
        elif answer.coverage:
            columns["coverage"][i], columns["contrary"][i] = answer.coverage, answer.contrary
            columns["passages"][i] = ";".join(answer.passages) or columns["passages"][i]
        elif columns["coverage"][i] not in _JUDGED:
            columns["coverage"][i] = "undetermined"
    return make_table(Coverage, pd.DataFrame(columns))


def _explanations(result: Result, decisions: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """The path of what people decided; what the model rested its own label on says nothing for another."""
    columns, suggested = _columns(result.judgement.explanations), result.judgement.decisions["label"].tolist()
    decided, covered = _columns(decisions), _columns(coverage)
    for i, outcome in enumerate(decided["outcome"]):
        if outcome != "human":
            continue
        label = decided["label"][i]
        columns["path"][i] = result.taxonomy.path(label, covered["coverage"][i])
        if label != suggested[i]:
            columns["evidence"][i] = ""
            columns["compared"][i] = covered["passages"][i]
    return make_table(Explanations, pd.DataFrame(columns))


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    return {str(name): table[name].tolist() for name in table.columns}


def _verdicts(result: Result, ends: Mapping[str, str]) -> pd.DataFrame:
    named = {candidate.candidate_id: candidate.name for candidate in result.candidates}
    owned: dict[str, list[str]] = {}
    for one, candidate_id in zip(ends, result.statements["candidate_id"].tolist(), strict=True):
        owned.setdefault(candidate_id, []).append(one)
    rows = []
    for candidate_id in dict.fromkeys([*named, *sorted(owned)]):
        own = owned.get(candidate_id, [])
        candidate = result.candidates.get(candidate_id)
        if not own and candidate and not candidate.draft:
            continue  # No draft and no opinion: there is nothing to agree to.
        counts = Counter(ends[one] for one in own)
        rows.append(
            {
                "candidate_id": candidate_id,
                "name": named.get(candidate_id, "（台帳のない候補）"),
                "n_statements": len(own),
                "n_excluded": counts["excluded"],
                "n_addressed": counts["addressed"],
                "n_no_revision": counts["no_revision"],
                "n_revision_requests": counts["revision_request"],
                "n_pending": counts["pending"],
                "verdict": verdict(counts["revision_request"], counts["pending"]),
                "pending_ids": ";".join(one for one in own if ends[one] == "pending"),
            }
        )
    return make_table(CandidateResults, rows)


def verdict(n_requests: int, n_pending: int) -> str:
    """The candidate's result in the words of the flowchart; open items come before everything else.

    >>> verdict(0, 0), verdict(2, 0), verdict(2, 1)
    ('同意できる', '修正を求める協議 2件', '未了 1件')
    """
    if n_pending:
        return f"未了 {n_pending}件"
    return f"修正を求める協議 {n_requests}件" if n_requests else "同意できる"
