"""Item pages: one statement, and what a person says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from pipeline.edges.board import Board
from pipeline.edges.said import Draft, Stamp, answer_drafts
from pipeline.edges.store.accounts import Session, log_access
from pipeline.errors import ConflictError, ReviewError
from pipeline.reviews import Reading, Review
from pipeline.steps.split_review import place_in_text, sentence_starts
from pipeline.web.item_view import ItemView, item_view
from pipeline.web.listing import Filters, turn
from pipeline.web.queue_pages import Asked
from pipeline.web.rendering import Segment, render, to_segment
from pipeline.web.session import Posted, Signed, desk_of, require

router = APIRouter()
_MAX_SECONDS = 600.0
"""Longer than this, the reviewer was away."""


@router.get("/w/{window}/items/{statement_id}")
def item(
    request: Request, session: Signed, window: Segment, statement_id: Segment, filters: Asked
) -> Response:
    """One statement; opening it takes it for ten minutes if it is free."""
    store, now = request.app.state.store, request.app.state.clock()
    board = _board(request, window, statement_id)
    if turn(board, session.account, statement_id):
        store.lease([statement_id], session.account.name, now)
    view = _view(request, session, window, statement_id, board)
    return _page(request, session, window, filters, view)


@router.post("/w/{window}/items/{statement_id}")
def decide(
    request: Request, session: Signed, window: Segment, statement_id: Segment, filters: Asked, form: Posted
) -> Response:
    """Store what the reviewer says, then show the next one; a conflict shows both versions."""
    board = _board(request, window, statement_id)
    try:
        drafts = _drafts(board, session, statement_id, form)
        desk_of(request, window).submit(drafts, _stamp(request, session, statement_id, form))
    except ConflictError:
        view = _view(request, session, window, statement_id, _board(request, window, statement_id))
        conflict = {name: str(value) for name, value in _said(form).items()}
        return _page(request, session, window, filters, replace(view, conflict=conflict), 409)
    request.app.state.store.give_back(session.account.name, statement_id)
    return _after(window, statement_id, filters, str(form.get("do")))


@router.post("/w/{window}/undo")
def undo(request: Request, session: Signed, window: Segment, filters: Asked, form: Posted) -> Response:
    """Take back one's own latest step, wherever it was, and go there."""
    require(session, "read", "adjudicate")
    only = str(form.get("statement_id", ""))
    stamp = _stamp(request, session, "", form)
    touched = desk_of(request, window).undo(session.account.name, lambda: stamp, only)
    if not touched:
        raise ReviewError("取り消せる操作がありません。")
    return RedirectResponse(_address(window, f"items/{to_segment(touched[0])}", filters, "undone"), 303)


@router.post("/w/{window}/items/{statement_id}/original")
def original(
    request: Request,
    session: Signed,
    window: Segment,
    statement_id: Segment,
    filters: Asked,
    form: Posted,  # noqa: ARG001 - checks the token
) -> Response:
    """The row as sent, personal data included; who looked is noted."""
    require(session, "adjudicate", "admin")
    board = _board(request, window, statement_id)
    with request.app.state.store.write() as connection:
        log_access(connection, session.account.name, request.app.state.clock(), "original", statement_id)
    opinions = board.result.intake.opinions.set_index("opinion_key")
    row = opinions.loc[board.facts[statement_id].opinion_key]
    view = _view(request, session, window, statement_id, board)
    return _page(request, session, window, filters, view, original=(str(row["text"]), str(row["reason"])))


def _board(request: Request, window: Segment, statement_id: Segment) -> Board:
    board = desk_of(request, window).board()
    if statement_id not in board.facts:
        raise HTTPException(404)
    return board


def _view(
    request: Request, session: Session, window: Segment, statement_id: Segment, board: Board
) -> ItemView:
    state = request.app.state
    holder = state.store.holders(state.clock()).get(statement_id, "")
    past = desk_of(request, window).past_theme(statement_id)
    return item_view(board, session.account, statement_id, holder, past)


def _page(
    request: Request,
    session: Session,
    window: str,
    filters: Filters,
    view: ItemView,
    status: int = 200,
    original: tuple[str, str] | None = None,
) -> Response:
    board = desk_of(request, window).board()
    values: dict[str, Any] = {
        "session": session,
        "window": window,
        "filters": filters,
        "view": view,
        "original": original,
        "taxonomy": board.result.taxonomy,
        "names": board.result.taxonomy.names,
        "now": request.app.state.clock().timestamp(),
        "batch": Stamp("", request.app.state.clock(), "web").batch,
        "flash": {"undone": "取り消しました。", "kept": "保存しました。"}.get(
            request.query_params.get("done", ""), ""
        ),
        "n_left": sum(ticket.statement_id not in board.closed for ticket in board.queue),
    }
    return render(request, "item.html", values, status)


def _stamp(request: Request, session: Session, statement_id: str, form: FormData) -> Stamp:
    now = request.app.state.clock()
    try:
        seconds = min(_MAX_SECONDS, max(0.0, now.timestamp() - float(str(form.get("shown_at", "")))))
        seen = {statement_id: int(str(form.get("number", "")))} if statement_id else {}
    except ValueError:
        raise HTTPException(400, "画面の内容が壊れています。読み直してください。") from None
    batch = str(form.get("batch", ""))[:64]
    if not batch.isalnum():
        raise HTTPException(400, "画面の内容が壊れています。読み直してください。")
    return Stamp(session.account.name, now, "web", seconds, seen, batch)


def _said(form: FormData) -> dict[str, str]:
    return {
        "label": str(form.get("label", "")),
        "secondary": ";".join(str(v) for v in form.getlist("secondary") if v != form.get("label")),
        "coverage": str(form.get("coverage", "")),
        "contrary": "yes" if form.get("contrary") else "",
        "passages": ";".join(str(v) for v in form.getlist("passages")),
        "comment": str(form.get("comment", "")).strip()[:4000],
    }


def _drafts(board: Board, session: Session, statement_id: str, form: FormData) -> list[Draft]:
    """What the form wants written; the button pressed says which part of it counts."""
    do, said = str(form.get("do", "answer")), _said(form)
    review = board.review(statement_id)
    reading = turn(board, session.account, statement_id)
    if do == "comment" and said["comment"]:
        require(session, "read", "adjudicate")
        return [Draft(statement_id, "comment", said["comment"], reading or "first")]
    if reading is None:
        raise ReviewError("この意見を判断するのは、いまはあなたの番ではありません。")
    if do == "skip":
        return [Draft(statement_id, "skip", "", reading)]
    if do == "personal":
        return [Draft(statement_id, "personal", _personal(board, statement_id, form), reading)]
    if do == "split":
        return [Draft(statement_id, "split", _cuts(board, statement_id, form), reading)]
    if do == "merge":
        return [Draft(statement_id, "merge", str(form.get("into", "")), reading)]
    return _answer(board, review, reading, said, form)


def _answer(
    board: Board, review: Review, reading: Reading, said: dict[str, str], form: FormData
) -> list[Draft]:
    taxonomy, one = board.result.taxonomy, review.statement_id
    if said["label"] not in taxonomy.label_ids:
        raise ReviewError("区分を選んでください。")
    if said["label"] == "share" and said["coverage"] not in {term.code for term in taxonomy.coverage}:
        raise ReviewError(
            "共有すべきものには、方針案との突合（記載あり・反映・反映なし・判定不能）も選んでください。"
        )
    known = set(taxonomy.label_ids)
    said["secondary"] = ";".join(code for code in said["secondary"].split(";") if code in known)
    held = {"first": review.first, "second": review.second, "adjudication": review.adjudication}[reading]
    drafts = answer_drafts(one, reading, said, held)
    together = {str(value) for value in form.getlist("together")}
    # A near-duplicate whose tick was taken away is to be read on its own.
    apart = [other for other in board.behind.get(one, ()) if form.get("group") and other not in together]
    drafts += [Draft(other, "merge", "", "first") for other in apart]
    if said["comment"]:
        drafts.append(Draft(one, "comment", said["comment"], reading))
    return drafts


def _cuts(board: Board, statement_id: str, form: FormData) -> str:
    fact = board.facts[statement_id]
    allowed = {str(start) for start in sentence_starts(fact.shown)}
    cuts = [str(value) for value in form.getlist("cuts") if str(value) in allowed]
    if not cuts or "~" in statement_id:
        raise ReviewError(
            "分ける箇所を選んでください。分けた意見をさらに分けるには、一度取り消してから選び直します。"
        )
    text = board.result.statements["text"].iloc[fact.index]
    for cut in cuts:
        place_in_text(text, fact.shown, int(cut))
    return ";".join(sorted(cuts, key=int))


def _personal(board: Board, statement_id: str, form: FormData) -> str:
    words = str(form.get("personal", "")).strip()
    start = board.facts[statement_id].shown.find(words) if words else -1
    if start < 0:
        raise ReviewError("個人情報の箇所は、本文のとおりに写してください。")
    return f"{start}:{start + len(words)}:name"


def _after(window: Segment, statement_id: Segment, filters: Filters, do: str) -> Response:
    if do == "split":
        return RedirectResponse(_address(window, "queue", filters), 303)
    if do in ("comment", "personal", "merge"):
        return RedirectResponse(_address(window, f"items/{to_segment(statement_id)}", filters, "kept"), 303)
    return RedirectResponse(_address(window, "next", filters), 303)


def _address(window: str, where: str, filters: Filters, done: str = "") -> str:
    query = "&".join(part for part in (filters.query, f"done={done}" if done else "") if part)
    return f"/w/{to_segment(window)}/{where}{'?' + query if query else ''}"
