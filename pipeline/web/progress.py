"""Progress: how far the review has come, in figures that do not rank people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

import pandas as pd

from pipeline.edges.board import Board
from pipeline.reviews import Review
from pipeline.steps.agreement import by_label, cohen_kappa, krippendorff_alpha

CERTIFICATE = 124
"""Confirmed random statements with which a certificate is first looked for (see DESIGN, method 4)."""
_ENOUGH = 5
"""Measured times are used from this many on."""


@dataclass(frozen=True)
class Progress:
    """The dashboard."""

    n_queue: int
    n_closed: int
    states: dict[str, int]
    minutes_left: int
    seconds_each: float
    by_tier: list[tuple[str, int, int]]
    """Tier, how many there are, how many are done."""
    by_person: list[tuple[str, int, int, int]]
    """Name, first readings, second readings, adjudications; by name, not by number."""
    by_label: dict[str, int]
    alpha: float | None
    kappas: dict[str, float | None]
    alphas: dict[str, float | None]
    pairs: list[tuple[str, int, float | None, float | None]]
    """Pair of readers, statements both read, kappa, alpha."""
    n_double: int
    n_certified: int
    n_missing: int
    candidates: pd.DataFrame

    @property
    def n_ready(self) -> int:
        """Candidates of which nothing is open."""
        return int((self.candidates["n_pending"] == 0).sum())

    @property
    def n_left(self) -> int:
        """What is still to do."""
        return self.n_queue - self.n_closed


def progress(board: Board) -> Progress:
    """Work out the dashboard of one board."""
    ids = [ticket.statement_id for ticket in board.queue]
    closed = board.closed.intersection(ids)
    reviews = [board.review(one) for one in board.facts]
    double = [review for review in reviews if review.first and review.second]
    pairs = [(r.first.label, r.second.label) for r in double if r.first and r.second]
    seconds = _seconds_each(board)
    certified = sum(one in closed for one in board.drawn)
    return Progress(
        n_queue=len(ids),
        n_closed=len(closed),
        states=dict(Counter(board.review(one).state for one in ids)),
        minutes_left=round((len(ids) - len(closed)) * seconds / 60),
        seconds_each=seconds,
        by_tier=_by_tier(board, closed),
        by_person=_by_person(reviews),
        by_label=dict(Counter(answer.label for answer in board.answers.values())),
        alpha=krippendorff_alpha(pairs),
        kappas=by_label(cohen_kappa, pairs, board.result.taxonomy.label_ids),
        alphas=by_label(krippendorff_alpha, pairs, board.result.taxonomy.label_ids),
        pairs=_by_pair(double),
        n_double=len(double),
        n_certified=certified,
        n_missing=max(0, CERTIFICATE - certified),
        candidates=board.candidates,
    )


def _seconds_each(board: Board) -> float:
    times = [e.seconds for log in board.logs.values() for e in log if e.kind == "label" and e.via == "web"]
    times = [seconds for seconds in times if seconds > 0]
    return float(median(times)) if len(times) >= _ENOUGH else board.policy.seconds_per_item


def _by_tier(board: Board, closed: frozenset[str]) -> list[tuple[str, int, int]]:
    all_of = Counter(ticket.tier for ticket in board.queue)
    done = Counter(ticket.tier for ticket in board.queue if ticket.statement_id in closed)
    return [(tier, n, done[tier]) for tier, n in all_of.items()]


def _by_person(reviews: list[Review]) -> list[tuple[str, int, int, int]]:
    counts: dict[str, list[int]] = {}
    for review in reviews:
        for place, answer in enumerate((review.first, review.second, review.adjudication)):
            if answer:
                counts.setdefault(answer.reviewer, [0, 0, 0])[place] += 1
    return [(name, *counts[name]) for name in sorted(counts)]  # type: ignore[misc]


def _by_pair(double: list[Review]) -> list[tuple[str, int, float | None, float | None]]:
    grouped: dict[str, list[tuple[str, str]]] = {}
    for review in double:
        if review.first and review.second:
            by_name = sorted(
                [(review.first.reviewer, review.first.label), (review.second.reviewer, review.second.label)]
            )
            grouped.setdefault(f"{by_name[0][0]}・{by_name[1][0]}", []).append((by_name[0][1], by_name[1][1]))
    return [
        (names, len(pairs), cohen_kappa(pairs), krippendorff_alpha(pairs))
        for names, pairs in sorted(grouped.items())
    ]
