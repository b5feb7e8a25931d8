"""Review rows: which statements go into one reviewer's workbook, and what is filled in already."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.edges.asked import held_answer
from pipeline.edges.board import Board
from pipeline.edges.store.accounts import Account
from pipeline.reviews import Answer


@dataclass(frozen=True)
class ExportRow:
    """A statement of one reviewer's workbook."""

    statement_id: str
    is_hidden: bool = False
    """The suggestion, and what others said, must not be shown before the answer."""
    own: Answer | None = None
    """What this reviewer has answered already, in the browser or in Excel; it may be corrected."""

    @property
    def is_own(self) -> bool:
        """Whether this reviewer has answered it already."""
        return self.own is not None


def export_rows(board: Board, account: Account) -> list[ExportRow]:
    """Statements this person could answer now, in the order of the queue; then what they have answered.

    What is drawn at random and not yet answered, and what is read a second time, goes out without its
    suggestion.
    """
    waiting, answered = [], []
    for ticket in board.queue:
        one = ticket.statement_id
        reading = board.turn(account, one)
        held = held_answer(board, one, reading) if reading else None
        if reading and board.review(one).is_asked_again:
            # Left blank on purpose: what a check doubts is answered anew, not sent back as it was.
            waiting.append(ExportRow(one))
        elif held:
            if held.reviewer == account.name:
                answered.append(ExportRow(one, own=held))
        elif reading and not board.is_closed(one):
            is_hidden = reading == "second" or (one in board.drawn and reading == "first")
            waiting.append(ExportRow(one, is_hidden))
    return [*waiting, *answered]
