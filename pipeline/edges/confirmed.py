"""Confirmed: what reviewers decided in past inquiries, as labelled statements."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.candidates import Candidate
from pipeline.edges.store import Store
from pipeline.learning.supervision import Gold
from pipeline.results import Result
from pipeline.reviews import Answer, Event
from pipeline.steps.review_state import fold
from pipeline.tables import Statements, make_table


@dataclass(frozen=True, eq=False)
class Confirmed:
    """Statements people have decided, in the order of the store."""

    statements: pd.DataFrame
    gold: list[Gold]
    candidates: list[Candidate]
    stream_ids: frozenset[str]
    """Drawn at random and judged without seeing the suggestion: for the certificate, never for training."""


def read_confirmed(store: Store) -> Confirmed:
    """Every statement with a decision in force; open and disputed ones are left out.

    A candidate's id is put behind its inquiry's (``2026-policy:T1``): two inquiries may use the same one.
    """
    tables: list[pd.DataFrame] = [make_table(Statements, [])]
    gold: list[Gold] = []
    candidates: list[Candidate] = []
    stream: set[str] = set()
    for window in store.windows():
        result = store.load_result(window)
        ids = result.statements["statement_id"].tolist()
        answers = _answers(store, ids)
        kept = result.statements[result.statements["statement_id"].isin(answers)].reset_index(drop=True)
        kept = kept.assign(candidate_id=[_key(window, one) for one in kept["candidate_id"]])
        tables.append(kept)
        gold += _gold(kept, answers, result)
        stream |= {one for one, answer in answers.items() if answer.is_random}
        candidates += [
            one.model_copy(update={"candidate_id": _key(window, one.candidate_id)})
            for one in result.candidates
        ]
    whole = pd.concat(tables, ignore_index=True)
    return Confirmed(whole, gold, candidates, frozenset(stream))


def _answers(store: Store, ids: list[str]) -> dict[str, Answer]:
    logs: dict[str, list[Event]] = {}
    for _, event in store.events(ids):
        logs.setdefault(event.statement_id, []).append(event)
    hashes = store.statement_hashes(logs)
    reviews = {one: fold(one, log, hashes[one]) for one, log in logs.items() if one in hashes}
    return {
        one: review.decided
        for one, review in reviews.items()
        if review.decided is not None and not review.cuts and not review.merged_into
    }


def _gold(kept: pd.DataFrame, answers: dict[str, Answer], result: Result) -> list[Gold]:
    suggested = result.judgement.coverage.set_index("statement_id")["coverage"]
    found = []
    for statement_id, candidate_id, text in zip(
        kept["statement_id"], kept["candidate_id"], kept["norm"], strict=True
    ):
        answer = answers[statement_id]
        said = answer.coverage or suggested[statement_id]
        judged = answer.label == "share" and said in ("stated", "reflected", "not_reflected")
        found.append(
            Gold(
                statement_id=statement_id,
                candidate_id=candidate_id,
                text=text,
                label=answer.label,
                secondary=answer.secondary,
                coverage=said if judged else "",
                contrary=answer.contrary,
                passages=answer.passages,
            )
        )
    return found


def _key(window: str, candidate_id: str) -> str:
    return f"{window}:{candidate_id}" if candidate_id else ""
