"""Visit: one request to one inquiry; who asks, and what they asked to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.edges.board import Board
from pipeline.edges.desk import Desk
from pipeline.edges.store import Store
from pipeline.edges.store.accounts import Account, Session
from pipeline.web.listing import Filters
from pipeline.web.rendering import Segment, render, to_segment
from pipeline.web.session import Signed, desk_of


@dataclass(frozen=True)
class Visit:
    """One request to one inquiry."""

    request: Request
    session: Session
    window: str
    filters: Filters

    @property
    def account(self) -> Account:
        """Who asks."""
        return self.session.account

    @property
    def store(self) -> Store:
        """Where runs and reviews are."""
        store: Store = self.request.app.state.store
        return store

    @property
    def now(self) -> datetime:
        """The present, aware."""
        now: datetime = self.request.app.state.clock()
        return now

    @property
    def desk(self) -> Desk:
        """The desk of the inquiry."""
        return desk_of(self.request, self.window)

    def board_with(self, statement_id: str) -> Board:
        """The present state, in which there is such a statement.

        Raises:
            HTTPException: 404.
        """
        board = self.desk.board()
        if statement_id not in board.facts:
            raise HTTPException(404)
        return board

    def go(self, where: str, done: str = "") -> Response:
        """Send the browser to another page of the inquiry; ``done`` names the word that page begins with."""
        query = "&".join(part for part in (self.filters.query, f"done={done}" if done else "") if part)
        return RedirectResponse(f"/w/{to_segment(self.window)}/{where}{'?' + query if query else ''}", 303)

    def page(self, template: str, board: Board, values: dict[str, Any], status: int = 200) -> Response:
        """A page of the inquiry, with what all of them show."""
        base = {
            "session": self.session,
            "window": self.window,
            "filters": self.filters,
            "taxonomy": board.result.taxonomy,
            "names": board.result.taxonomy.names,
            "labels": [board.result.taxonomy.label(code) for code in board.result.taxonomy.label_ids],
            "batch": uuid4().hex,
        }
        return render(self.request, template, {**base, **values}, status)


def _visit(
    request: Request, session: Signed, window: Segment, filters: Annotated[Filters, Depends()]
) -> Visit:
    return Visit(request, session, window, filters)


Visiting = Annotated[Visit, Depends(_visit)]
