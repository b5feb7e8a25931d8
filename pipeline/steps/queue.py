"""Queue: what a person should look at next."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pipeline.results import Result
from pipeline.reviews import draw

Tier = Literal["undetermined", "wrong_exclusion", "revision_request", "margin", "recheck", "random"]
_ORDER: dict[Tier, int] = {
    "undetermined": 0,
    "wrong_exclusion": 1,
    "revision_request": 2,
    "margin": 3,
    "recheck": 4,
}
_EVERY = 5
"""Where random tickets come in while there are any."""


@dataclass(frozen=True)
class Ticket:
    """One statement waiting for a person, and why it stands where it does."""

    statement_id: str
    tier: Tier
    margin: float
    """Best minus second probability, in [0, 1]: the smaller, the less sure."""
    p_share: float
    followers: tuple[str, ...] = ()
    """Near-duplicates that take over its decision."""


def draw_stream(ids: Sequence[str], n_waiting: int, share: float) -> dict[str, float]:
    """Draw statements at random, so many that they make ``share`` of all that people read.

    Some of the drawn wait anyway: k of n add only k·(1 - n_waiting/n) to the queue. How many are drawn
    depends on how many wait, never on which.

    Args:
        ids: The n statements of the inquiry.
        n_waiting: How many of them people must look at anyway.
        share: In [0, 1].

    Returns:
        The draw of each, the lowest there are, in the order of ``ids``.

    Example:
        >>> ids = [str(i) for i in range(200)]
        >>> [len(draw_stream(ids, waiting, 0.2)) for waiting in (200, 100, 50, 0)]
        [40, 22, 12, 0]
    """
    if not n_waiting:
        return {}
    size = round(share * n_waiting / (1 - share * (1 - n_waiting / len(ids))))
    draws = {one: draw(one, "random") for one in ids}
    drawn = set(sorted(ids, key=lambda one: (draws[one], one))[:size])
    return {one: number for one, number in draws.items() if one in drawn}


def order_queue(
    result: Result,
    drawn: Mapping[str, float],
    merged: Mapping[str, str] | None = None,
    again: Collection[str] = (),
) -> list[Ticket]:
    """Put what people must look at in order of what their look is worth.

    First what the model could not judge, then possible wrong exclusions, then possible requests to amend,
    then the smallest margin; within each the less sure first. Near-duplicates with the same reason stand
    behind their representative. Statements drawn at random come in at every fifth place, whatever the model
    thinks of them.

    Args:
        result: The current result of the inquiry, n statements.
        drawn: Statements of the uniform draw, with their draw.
        merged: What people said of single statements: whom they follow, or empty for standing alone.
        again: Decided statements a label check doubts: a stream of their own, after all that is new.

    Returns:
        One ticket per statement that waits; none for automatic decisions outside the draw.
    """
    waiting = _waiting(result) | set(again)
    # Behind a representative nobody will look at, a waiting statement would never be seen.
    behind = {
        head: rest
        for head, rest in followers(result, merged or {}).items()
        if head in waiting or head in drawn
    }
    following = {one for group in behind.values() for one in group} - set(again)
    tickets = [t for t in _tickets(result, behind) if t.statement_id not in following]
    tickets = [replace(t, tier="recheck") if t.statement_id in again else t for t in tickets]
    random = [t for t in tickets if t.statement_id in drawn and t.tier != "recheck"]
    random.sort(key=lambda t: (drawn[t.statement_id], t.statement_id))
    random = [Ticket(t.statement_id, "random", t.margin, t.p_share, t.followers) for t in random]
    asked = {t.statement_id for t in random}
    rest = [t for t in tickets if t.statement_id not in asked and t.statement_id in waiting]
    rest.sort(key=lambda t: (_ORDER[t.tier], _urgency(t), t.statement_id))
    return _interleave(rest, random)


def _urgency(ticket: Ticket) -> float:
    return -ticket.p_share if ticket.tier == "wrong_exclusion" else ticket.margin


def _waiting(result: Result) -> set[str]:
    decisions = result.judgement.decisions
    return set(decisions.loc[decisions["outcome"] != "auto", "statement_id"])


def followers(result: Result, merged: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Statements decided with another one, by that one.

    These are near-duplicates with nothing of their own and the same reason, unless a person told them to
    stand alone, and whatever a person merged.
    """
    reasons = dict(
        zip(
            result.statements["statement_id"].tolist(), result.statements["norm_reason"].tolist(), strict=True
        )
    )
    table = result.clusters
    leaders = {
        one: head
        for one, head, is_partial in zip(
            *(table[name].tolist() for name in ("statement_id", "duplicate_of", "is_partial_duplicate")),
            strict=True,
        )
        if head and not is_partial and reasons.get(one) == reasons.get(head)
    }
    leaders |= {one: head for one, head in merged.items() if one in reasons}
    found: dict[str, list[str]] = {}
    for one in reasons:
        head = leaders.get(one, "")
        # A chain would leave the one in the middle to nobody: whoever leads does not follow.
        if head in reasons and head != one and not leaders.get(head):
            found.setdefault(head, []).append(one)
    return {head: tuple(group) for head, group in found.items()}


def _tickets(result: Result, behind: Mapping[str, tuple[str, ...]]) -> list[Ticket]:
    scores, decisions, coverage = (
        result.judgement.scores,
        result.judgement.decisions,
        result.judgement.coverage,
    )
    ranked = np.sort(scores.probabilities, axis=1)[:, ::-1]
    margins = ranked[:, 0] - ranked[:, 1] if len(ranked) else np.zeros(0)
    p_share = scores.probabilities[:, scores.label_ids.index("share")]
    return [
        Ticket(
            statement_id,
            _tier(outcome, label, cover, contrary),
            float(margin),
            float(p),
            behind.get(statement_id, ()),
        )
        for statement_id, outcome, label, cover, contrary, margin, p in zip(
            decisions["statement_id"],
            decisions["outcome"],
            decisions["label"],
            coverage["coverage"],
            coverage["contrary"],
            margins,
            p_share,
            strict=True,
        )
    ]


def _tier(outcome: str, label: str, cover: str, contrary: bool) -> Tier:
    if outcome == "undetermined":
        return "undetermined"
    if label != "share":
        return "wrong_exclusion"
    return "revision_request" if cover == "not_reflected" or contrary else "margin"


def _interleave(rest: Sequence[Ticket], random: Sequence[Ticket]) -> list[Ticket]:
    """Every fifth place is a random ticket while there are any.

    >>> made = _interleave([Ticket(str(i), "margin", 0, 0) for i in range(6)], [Ticket("r", "random", 0, 0)])
    >>> [t.statement_id for t in made]
    ['0', '1', '2', '3', 'r', '4', '5']
    """
    waiting, drawn = deque(rest), deque(random)
    ordered: list[Ticket] = []
    while waiting or drawn:
        takes_random = drawn and (not waiting or len(ordered) % _EVERY == _EVERY - 1)
        ordered.append((drawn if takes_random else waiting).popleft())
    return ordered
