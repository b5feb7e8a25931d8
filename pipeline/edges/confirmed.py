"""Confirmed: what reviewers decided in past inquiries, as labelled statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from pipeline.candidates import Candidates
from pipeline.edges.facts import make_facts
from pipeline.edges.marks import gather_marks
from pipeline.edges.store import Store
from pipeline.labelled import Labelled, Origin, joined
from pipeline.learning.supervision import Gold
from pipeline.results import Result
from pipeline.reviews import Answer, Event, Review, hide
from pipeline.steps.queue import followers
from pipeline.steps.review_state import fold
from pipeline.steps.statements import norm_of
from pipeline.tables import Statements, make_table


@dataclass(frozen=True)
class _Decided:
    """The answer in force, the codebook it was given under, and another reader's other label."""

    answer: Answer
    taxonomy_version: int
    other: str


def read_confirmed(store: Store, apart_from: Collection[str] = ()) -> Labelled:
    """Every statement with a decision in force; open and disputed ones are left out.

    So are those of the random stream that only one person has read: the certificate counts on two readings.

    A candidate's id is put behind its inquiry's (``2026-policy:T1``): two inquiries may use the same one.

    Args:
        store: Where the reviews are.
        apart_from: Inquiries to leave out: those whose labels were exported as gold count once.
    """
    windows = [window for window in reversed(store.windows()) if window not in apart_from]
    nothing = Labelled(make_table(Statements, []), [], Candidates([]), [])
    return joined([nothing, *(_of_window(store, window) for window in windows)])


def _of_window(store: Store, window: str) -> Labelled:
    result = store.load_result(window)
    reviews, logs = _reviews(store, result.statements["statement_id"].tolist())
    decided = _decided(reviews, logs)
    statements = _hidden(result, gather_marks(make_facts(result), reviews))
    kept = statements[statements["statement_id"].isin(decided)].reset_index(drop=True)
    kept = kept.assign(candidate_id=[_key(window, one) for one in kept["candidate_id"]])
    answers = [decided[one] for one in kept["statement_id"]]
    candidates = [
        one.model_copy(update={"candidate_id": _key(window, one.candidate_id)}) for one in result.candidates
    ]
    is_whole = _is_whole(result, reviews)
    origins = [
        Origin(
            window,
            one.taxonomy_version,
            one.answer.is_random,
            one.other,
            is_review=True,
            is_chosen=not (is_whole or one.answer.is_random),
        )
        for one in answers
    ]
    return Labelled(kept, _gold(kept, answers, result), Candidates(candidates), origins)


def _is_whole(result: Result, reviews: Mapping[str, Review]) -> bool:
    """Whether people answered every statement of the inquiry, and not only those the machine left to them."""
    said = {one for one, review in reviews.items() if review.state != "open" or review.cuts}
    behind = {one for head, group in followers(result, {}).items() if head in said for one in group}
    return said | behind >= set(result.statements["statement_id"])


def _reviews(store: Store, ids: list[str]) -> tuple[dict[str, Review], dict[str, list[Event]]]:
    logs: dict[str, list[Event]] = {}
    for _, event in store.events(ids):
        logs.setdefault(event.statement_id, []).append(event)
    hashes = store.statement_hashes(logs)
    return {one: fold(one, log, hashes[one]) for one, log in logs.items() if one in hashes}, logs


def _hidden(result: Result, marks: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """The statements with what reviewers marked as personal data blanked out, also of what models read."""
    table = result.statements
    n_parts = table["opinion_key"].value_counts().to_dict()
    rows = []
    for row in table.to_dict("records"):
        if found := marks.get(row["statement_id"]):
            shown, reason = hide(row["shown"], found), hide(row["shown_reason"], found, "reason")
            row |= {
                "shown": shown,
                "shown_reason": reason,
                "norm": norm_of(shown, is_part=n_parts[row["opinion_key"]] > 1),
                "norm_reason": norm_of(reason, is_part=False),
            }
        rows.append(row)
    return make_table(Statements, pd.DataFrame(rows))


def _decided(reviews: Mapping[str, Review], logs: Mapping[str, list[Event]]) -> dict[str, _Decided]:
    return {
        one: _Decided(review.decided, _version(review.decided, logs[one]), _other(review))
        for one, review in reviews.items()
        if review.decided is not None
        and not review.cuts
        and not review.merged_into
        and not (review.decided.is_random and review.state == "once")
    }


def _version(answer: Answer, log: list[Event]) -> int:
    """The codebook on the reader's screen."""
    given = (e for e in log if e.kind == "label" and (e.reviewer, e.at) == (answer.reviewer, answer.at))
    return next((event.taxonomy_version for event in given), 0)


def _other(review: Review) -> str:
    """A label read first or second that is not the one in force."""
    read = [answer.label for answer in (review.first, review.second) if answer]
    return next((label for label in read if review.decided and label != review.decided.label), "")


def _gold(kept: pd.DataFrame, decided: list[_Decided], result: Result) -> list[Gold]:
    suggested = result.judgement.coverage.set_index("statement_id")["coverage"]
    found = []
    for statement_id, candidate_id, text, one in zip(
        kept["statement_id"], kept["candidate_id"], kept["norm"], decided, strict=True
    ):
        answer = one.answer
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
