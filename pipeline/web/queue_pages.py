"""Queue pages: what waits, and taking the next one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.edges.board import Board
from pipeline.web.listing import Filters, lines, waiting
from pipeline.web.rendering import Segment, render, to_segment
from pipeline.web.session import Posted, Signed, desk_of

router = APIRouter()
PAGE = 50


def _filters(
    candidate: str = "",
    label: str = "",
    theme: str = "",
    organization_type: str = "",
    reason: str = "",
    state: str = "",
    mine: str = "",
) -> Filters:
    return Filters(candidate, label, theme, organization_type, reason, state, mine)


Asked = Annotated[Filters, Depends(_filters)]


@router.get("/")
def home(request: Request, session: Signed) -> Response:
    """The inquiry run last, or a word about what to do first."""
    windows = request.app.state.store.windows()
    if windows:
        return RedirectResponse(f"/w/{to_segment(windows[0])}/", 303)
    message = "まだ処理された照会がありません。先に ikenwake run を実行してください。"
    return render(request, "message.html", {"message": message, "session": session})


@router.get("/w/{window}/queue")
def queue(request: Request, session: Signed, window: Segment, filters: Asked, page: int = 1) -> Response:
    """The list, filtered."""
    return _list(request, session, window, filters, page=page)


@router.post("/w/{window}/queue")
def search(request: Request, session: Signed, window: Segment, filters: Asked, form: Posted) -> Response:
    """The list, searched: the words come in the body, never in an address."""
    return _list(request, session, window, filters, words=str(form.get("words", ""))[:200])


@router.get("/w/{window}/next")
def take_next(request: Request, session: Signed, window: Segment, filters: Asked) -> Response:
    """Lend this reviewer the most valuable statement nobody else holds, and show it."""
    store, now = request.app.state.store, request.app.state.clock()
    found = lines(desk_of(request, window).board(), session.account, filters)
    taken = store.lease(waiting(found, session.account, store.holders(now)), session.account.name, now)
    where = f"items/{to_segment(taken)}" if taken else "queue"
    query = f"?{filters.query}" if filters.query else ""
    return RedirectResponse(f"/w/{to_segment(window)}/{where}{query}", 303)


def _list(
    request: Request, session: Signed, window: Segment, filters: Filters, words: str = "", page: int = 1
) -> Response:
    board = desk_of(request, window).board()
    found = lines(board, session.account, filters, words)
    page = max(1, min(page, (len(found) + PAGE - 1) // PAGE or 1))
    holders = request.app.state.store.holders(request.app.state.clock())
    values = {
        "session": session,
        "window": window,
        "filters": filters,
        "words": words,
        "lines": found[(page - 1) * PAGE : page * PAGE],
        "n_found": len(found),
        "n_waiting": len(waiting(found, session.account, {})),
        "page": page,
        "n_pages": (len(found) + PAGE - 1) // PAGE or 1,
        "holders": holders,
        "names": board.result.taxonomy.names,
        "choices": _choices(board),
    }
    return render(request, "queue.html", values)


def _choices(board: Board) -> dict[str, list[tuple[str, str]]]:
    facts, taxonomy = board.facts.values(), board.result.taxonomy
    names = {candidate.candidate_id: candidate.name for candidate in board.result.candidates}
    types = sorted({fact.organization_type for fact in facts if fact.organization_type})
    return {
        "candidate": [
            (c, names.get(c, "台帳なし")) for c in sorted({f.candidate_id for f in facts if f.candidate_id})
        ],
        "label": [(code, taxonomy.names[code]) for code in taxonomy.label_ids],
        "theme": sorted({(f.cluster_id, f.cluster_name) for f in facts if f.cluster_id}),
        "organization_type": [(name, name) for name in types],
        "reason": [(term.code, term.name) for term in taxonomy.review_reasons],
    }
