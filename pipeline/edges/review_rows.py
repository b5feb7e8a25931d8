"""Review rows: which statements go into one reviewer's workbook."""

from __future__ import annotations

from pipeline.edges.board import Board
from pipeline.edges.review_workbook import ExportRow


def export_rows(board: Board, reviewer: str, can_adjudicate: bool = False) -> list[ExportRow]:
    """Statements this person could answer now, in the order of the queue.

    What is drawn at random and not yet answered, and what is read a second time, goes out without its
    suggestion.
    """
    rows = []
    for ticket in board.queue:
        one = ticket.statement_id
        review = board.review(one)
        reading = board.reading_for(one, reviewer, can_adjudicate)
        if reading is None or board.is_closed(one) or (reading == "first" and review.first):
            continue
        rows.append(ExportRow(one, reading == "second" or (one in board.drawn and review.first is None)))
    return rows
