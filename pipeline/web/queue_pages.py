"""Queue pages: what waits, and taking the next one."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from pipeline.edges.board import Board
from pipeline.web.listing import lines, waiting
from pipeline.web.rendering import render, to_segment
from pipeline.web.session import Posted, Signed
from pipeline.web.visit import Visit, Visiting

router = APIRouter()
PAGE = 50


@router.get("/")
def home(request: Request, session: Signed) -> Response:
    """The inquiry run last, or a word about what to do first."""
    windows = request.app.state.store.windows()
    if windows:
        return RedirectResponse(f"/w/{to_segment(windows[0])}/", 303)
    message = "まだ処理された照会がありません。先に ikenwake run を実行してください。"
    return render(request, "message.html", {"message": message, "session": session})


@router.get("/w/{window}/queue")
def queue(visit: Visiting, page: int = 1) -> Response:
    """The list, filtered."""
    return _list(visit, page=page)


@router.post("/w/{window}/queue")
def search(visit: Visiting, form: Posted) -> Response:
    """The list, searched: the words come in the body, never in an address."""
    return _list(visit, words=str(form.get("words", ""))[:200])


@router.get("/w/{window}/next")
def take_next(visit: Visiting) -> Response:
    """Lend this reviewer the most valuable statement nobody else holds, and show it."""
    found = lines(visit.desk.board(), visit.account, visit.filters)
    free = waiting(found, visit.account, visit.store.holders(visit.now))
    taken = visit.store.lease(free, visit.account.name, visit.now)
    return visit.go(f"items/{to_segment(taken)}" if taken else "queue")


def _list(visit: Visit, words: str = "", page: int = 1) -> Response:
    board = visit.desk.board()
    found = lines(board, visit.account, visit.filters, words)
    n_pages = (len(found) + PAGE - 1) // PAGE or 1
    page = max(1, min(page, n_pages))
    values = {
        "words": words,
        "lines": found[(page - 1) * PAGE : page * PAGE],
        "n_found": len(found),
        "n_waiting": len(waiting(found, visit.account, {})),
        "page": page,
        "n_pages": n_pages,
        "holders": visit.store.holders(visit.now),
        "choices": _choices(board),
    }
    return visit.page("queue.html", board, values)


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
