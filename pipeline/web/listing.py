"""Listing: which statements a reviewer sees, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from pipeline.edges.board import Board
from pipeline.edges.facts import Fact
from pipeline.edges.store.accounts import Account
from pipeline.reviews import Reading, Review
from pipeline.steps.queue import Ticket
from pipeline.text import normalize


@dataclass(frozen=True)
class Filters:
    """What the reviewer asked to see; empty means everything. Words searched for are never in an address."""

    candidate: str = ""
    label: str = ""
    theme: str = ""
    organization_type: str = ""
    reason: str = ""
    state: str = ""
    mine: str = ""

    @property
    def query(self) -> str:
        """As the query part of an address.

        >>> Filters(candidate="T1", mine="yes").query
        'candidate=T1&mine=yes'
        """
        return urlencode({name: value for name, value in asdict(self).items() if value})


@dataclass(frozen=True)
class Line:
    """One line of the list."""

    ticket: Ticket
    fact: Fact
    review: Review
    reading: Reading | None
    """What this reviewer's answer would be; None where it is not their turn, or people are done."""
    label: str
    """Label in force, or the suggested one; empty while it has to stay hidden."""


def is_hidden(board: Board, statement_id: str) -> bool:
    """Whether the suggestion stays hidden: an answer drawn at random is given before seeing it."""
    return statement_id in board.drawn and board.review(statement_id).first is None


def lines(board: Board, account: Account, filters: Filters, words: str = "") -> list[Line]:
    """The list for one reviewer, in the order of the queue.

    Args:
        board: The present state.
        account: Who looks.
        filters: What they asked for.
        words: Text searched for, in the statement, its reason and the sender's name; all words must occur.
    """
    wanted = normalize(words).casefold().split()
    found = []
    for ticket in _tickets(board, filters, wanted):
        if wanted and not _contains(board.search_texts[ticket.statement_id], wanted):
            continue
        line = _line(board, account, ticket)
        if _passes(line, filters, account):
            found.append(line)
    return found


def _tickets(board: Board, filters: Filters, wanted: list[str]) -> list[Ticket]:
    """The queue; where somebody looks for something, everything else as well, behind it."""
    if not (wanted or filters.theme or filters.label):
        return board.queue
    queued = {ticket.statement_id for ticket in board.queue}
    others = [
        Ticket(one, "margin", fact.probability - fact.second_probability, board.p_share[one])
        for one, fact in board.facts.items()
        if one not in queued
    ]
    return [*board.queue, *others]


def _line(board: Board, account: Account, ticket: Ticket) -> Line:
    fact, review = board.masked(ticket.statement_id), board.review(ticket.statement_id)
    reading = None
    if ticket.statement_id not in board.closed and account.may("read" if review.first is None else "view"):
        reading = board.turn(account, ticket.statement_id)
    decided = review.decided
    hidden = is_hidden(board, ticket.statement_id) or (reading == "second")
    return Line(ticket, fact, review, reading, "" if hidden else decided.label if decided else fact.label)


def _passes(line: Line, filters: Filters, account: Account) -> bool:
    fact, review = line.fact, line.review
    return (
        filters.candidate in ("", fact.candidate_id)
        and filters.label in ("", line.label)
        and filters.theme in ("", fact.cluster_id)
        and filters.organization_type in ("", fact.organization_type)
        and (not filters.reason or filters.reason in (*fact.review_reasons, line.ticket.tier))
        and filters.state in ("", review.state)
        and (not filters.mine or account.name in review.readers)
    )


def _contains(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)


def waiting(found: list[Line], account: Account, holders: Mapping[str, str]) -> list[str]:
    """Statements this reviewer could take next: their turn, held by nobody else; the skipped ones last."""
    free = [
        line
        for line in found
        if line.reading
        and holders.get(line.fact.statement_id, account.name) == account.name
        and not (line.reading == "first" and line.review.first and not line.review.is_asked_again)
    ]
    # Two readings that disagree hold up a candidate: whoever may settle them does so first.
    free.sort(key=lambda line: (account.name in line.review.skipped_by, line.reading != "adjudication"))
    return [line.fact.statement_id for line in free]
