"""Item view: everything the page of one statement shows, worked out before the template sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.candidates import Candidate, LedgerItem
from pipeline.edges.asked import split_places
from pipeline.edges.board import Board
from pipeline.edges.facts import Fact
from pipeline.edges.store.accounts import Account
from pipeline.reviews import Answer, Event, Reading, Review
from pipeline.steps.duplicates import difference
from pipeline.taxonomy import Label, Taxonomy
from pipeline.themes import PastTheme
from pipeline.web.listing import is_hidden

_SIMILAR = 5
_AROUND = 12


@dataclass(frozen=True)
class Neighbour:
    """A similar statement, and what was decided about it."""

    fact: Fact
    label: str
    """Empty where nobody has decided."""


@dataclass(frozen=True)
class Twin:
    """A statement of the same wording, and how it differs."""

    fact: Fact
    changes: tuple[tuple[str, str], ...]
    """Runs marked ``=`` (kept, shortened), ``-`` (left out) and ``+`` (added); none where nothing differs."""


@dataclass(frozen=True)
class Pair:
    """A ledger item or draft passage, and whether the suggestion rests on it."""

    item: LedgerItem
    is_compared: bool
    is_chosen: bool


@dataclass(frozen=True)
class ItemView:
    """One statement, ready to be shown to one reviewer."""

    fact: Fact
    review: Review
    reading: Reading | None
    number: int
    is_blind: bool
    """The suggestion, and what others said, stay hidden until this person has answered."""
    labels: tuple[Label, ...]
    chosen: Answer | None
    """What the form starts with: one's own answer, else none."""
    start: Mapping[str, str]
    """Values the form starts with, by field."""
    path: tuple[str, ...]
    path_by: str
    """Who decided what the path leads to; empty while it is the suggestion's."""
    candidate: Candidate | None
    pairs: tuple[Pair, ...]
    siblings: tuple[Fact, ...]
    followers: tuple[Twin, ...]
    template: Twin | None
    """The text this one only adds to; it is judged for itself all the same."""
    leader: Fact | None
    neighbours: tuple[Neighbour, ...]
    n_theme: int
    past: PastTheme | None
    history: tuple[Event, ...]
    holder: str
    cuts: tuple[tuple[int, str], ...] = ()
    """Where the statement may be split: offset, and the words that would begin the next piece."""
    conflict: Mapping[str, str] = field(default_factory=dict)
    """What this person had wanted to save, where somebody was faster."""


def item_view(
    board: Board, account: Account, statement_id: str, holder: str = "", past: PastTheme | None = None
) -> ItemView:
    """Gather what the page of ``statement_id`` shows to ``account``."""
    fact, review = board.masked(statement_id), board.review(statement_id)
    reading = board.turn(account, statement_id)
    blind = (is_hidden(board, statement_id) or reading == "second") and reading != "adjudication"
    own = _own(review, reading) if reading else review.decided
    start = _start(fact, own, blind)
    candidate = board.result.candidates.get(fact.candidate_id)
    order = [board.result.taxonomy.label(code) for code in board.result.taxonomy.label_ids]
    leader = board.leaders.get(statement_id, "")
    return ItemView(
        fact=fact,
        review=review,
        reading=reading,
        number=review.number,
        is_blind=blind,
        labels=tuple(order),
        chosen=own,
        start=start,
        path=_path(board.result.taxonomy, *_in_force(fact, review.decided)),
        path_by=review.decided.reviewer if review.decided else "",
        candidate=candidate,
        pairs=_pairs(candidate, fact, start["passages"].split(";"), blind),
        siblings=tuple(board.masked(one) for one in board.opinions[fact.opinion_key] if one != statement_id),
        followers=tuple(
            Twin(other, _changes(fact, other))
            for other in map(board.masked, board.behind.get(statement_id, ()))
        ),
        template=_template(board, fact),
        leader=board.masked(leader) if leader else None,
        neighbours=_neighbours(board, fact),
        n_theme=len(board.themes.get(fact.cluster_id, ())),
        past=past,
        history=() if blind else _history(board, statement_id),
        holder=holder if holder != account.name else "",
        cuts=split_places(board, statement_id),
    )


def _template(board: Board, fact: Fact) -> Twin | None:
    if not fact.is_partial_duplicate or fact.duplicate_of not in board.facts:
        return None
    template = board.masked(fact.duplicate_of)
    return Twin(template, _changes(template, fact))


def _changes(before: Fact, after: Fact) -> tuple[tuple[str, str], ...]:
    """What differs, with a few characters of what does not around it."""
    if before.shown == after.shown:
        return ()
    runs = difference(before.shown, after.shown)
    return tuple((tag, _shortened(text) if tag == "=" else text) for tag, text in runs)


def _shortened(text: str) -> str:
    """A long run by its two ends.

    >>> _shortened("あ" * 40)
    'ああああああああああああ…ああああああああああああ'
    """
    return text if len(text) <= 3 * _AROUND else f"{text[:_AROUND]}…{text[-_AROUND:]}"


def _history(board: Board, statement_id: str) -> tuple[Event, ...]:
    """Everything said of it, the latest first, and last of all what was said before it was corrected."""
    said = (*board.review(statement_id).outdated, *board.logs.get(statement_id, ()))
    return tuple(dict.fromkeys(said))[::-1]


def _own(review: Review, reading: Reading) -> Answer | None:
    return {"first": review.first, "second": review.second, "adjudication": review.adjudication}[reading]


def _start(fact: Fact, own: Answer | None, blind: bool) -> dict[str, str]:
    if own:
        return {
            "label": own.label,
            "secondary": ";".join(own.secondary),
            "coverage": own.coverage,
            "contrary": "yes" if own.contrary else "",
            "passages": ";".join(own.passages),
        }
    if blind:
        return dict.fromkeys(("label", "secondary", "coverage", "contrary", "passages"), "")
    judged = fact.coverage if fact.coverage in ("stated", "reflected", "not_reflected") else ""
    return {
        "label": fact.label,
        "secondary": ";".join(fact.secondary),
        "coverage": judged,
        "contrary": "yes" if fact.contrary else "",
        "passages": ";".join(fact.passages) if judged in ("stated", "reflected") else "",
    }


def _in_force(fact: Fact, decided: Answer | None) -> tuple[str, str]:
    """Label and coverage people decided, else the suggested ones."""
    return (decided.label, decided.coverage or fact.coverage) if decided else (fact.label, fact.coverage)


def _path(taxonomy: Taxonomy, label: str, coverage: str) -> tuple[str, ...]:
    """The way through the flowchart in words."""
    names = taxonomy.names
    if label in taxonomy.excluded_ids:
        return (f"Q1 {names[label]}に当たる", names["excluded"])
    steps = ["Q1 どの除外区分にも当たらない"]
    ends = {
        "stated": ["Q2 方針案に記載あり", names["addressed"]],
        "reflected": ["Q2 記載なし", "Q3 方向性が反映", names["no_revision"]],
        "not_reflected": ["Q2 記載なし", "Q3 反映なし", names["revision_request"]],
    }
    return (*steps, *ends.get(coverage, ["Q2 判定不能"]))


def _pairs(candidate: Candidate | None, fact: Fact, chosen: list[str], blind: bool) -> tuple[Pair, ...]:
    if candidate is None:
        return ()
    best = [] if blind else [*fact.compared, *fact.passages]
    pairs = [Pair(item, item.ref in best, item.ref in chosen) for item in candidate.items]
    # What the suggestion rests on comes first, in its own order; the rest as the file has it.
    return tuple(sorted(pairs, key=lambda pair: best.index(pair.item.ref) if pair.is_compared else len(best)))


def _neighbours(board: Board, fact: Fact) -> tuple[Neighbour, ...]:
    vectors = board.result.embeddings
    where = board.places
    here = where.get(fact.statement_id)
    if here is None:
        return ()
    likeness = vectors.vectors @ vectors.vectors[here]
    found = []
    for i in np.argsort(-likeness, kind="stable")[: _SIMILAR * 4]:
        other = board.facts.get(vectors.ids[int(i)])
        if other and other.statement_id != fact.statement_id and other.candidate_id == fact.candidate_id:
            decided = board.answers.get(other.statement_id)
            found.append(Neighbour(board.masked(other.statement_id), decided.label if decided else ""))
    return tuple(found[:_SIMILAR])
