"""Item pages: one statement, and what a person says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from starlette.datastructures import FormData

from pipeline.edges.asked import apart_drafts, drafts_of_answer, merge_value, personal_value, split_value
from pipeline.edges.board import Board
from pipeline.edges.said import Draft, Stamp
from pipeline.edges.store.accounts import log_access
from pipeline.errors import ConflictError, ReviewError
from pipeline.reviews import Reading
from pipeline.web.item_view import ItemView, item_view
from pipeline.web.rendering import Segment, to_segment
from pipeline.web.session import Posted, require
from pipeline.web.visit import Visit, Visiting

router = APIRouter()
_MAX_SECONDS = 600.0
"""Longer than this, the reviewer was away."""


@router.get("/w/{window}/items/{statement_id}")
def item(visit: Visiting, statement_id: Segment) -> Response:
    """One statement; opening it takes it for ten minutes if it is free."""
    board = visit.board_with(statement_id)
    if board.turn(visit.account, statement_id):
        visit.store.lease([statement_id], visit.account.name, visit.now)
    return _page(visit, board, _view(visit, board, statement_id))


@router.post("/w/{window}/items/{statement_id}")
def decide(visit: Visiting, statement_id: Segment, form: Posted) -> Response:
    """Store what the reviewer says, then show the next one; a conflict shows both versions."""
    board = visit.board_with(statement_id)
    try:
        visit.desk.submit(_drafts(visit, board, statement_id, form), _stamp(visit, statement_id, form))
    except ConflictError:
        board = visit.board_with(statement_id)
        view = replace(_view(visit, board, statement_id), conflict=_said(form))
        return _page(visit, board, view, status=409)
    visit.store.give_back(visit.account.name, statement_id)
    return _after(visit, statement_id, str(form.get("do")))


@router.post("/w/{window}/undo")
def undo(visit: Visiting, form: Posted) -> Response:
    """Take back one's own latest step, wherever it was, and go there."""
    require(visit.session, "read", "adjudicate")
    stamp = _stamp(visit, "", form)
    touched = visit.desk.undo(visit.account.name, lambda: stamp, str(form.get("statement_id", "")))
    if not touched:
        raise ReviewError("取り消せる操作がありません。")
    return visit.go(f"items/{to_segment(touched[0])}", "undone")


@router.post("/w/{window}/items/{statement_id}/original")
def original(visit: Visiting, statement_id: Segment, form: Posted) -> Response:  # noqa: ARG001 - checks the token
    """The row as sent, personal data included; who looked is noted."""
    require(visit.session, "adjudicate", "admin")
    board = visit.board_with(statement_id)
    with visit.store.write() as connection:
        log_access(connection, visit.account.name, visit.now, "original", statement_id)
    opinions = board.result.intake.opinions.set_index("opinion_key")
    row = opinions.loc[board.facts[statement_id].opinion_key]
    view = _view(visit, board, statement_id)
    return _page(visit, board, view, original=(str(row["text"]), str(row["reason"])))


def _view(visit: Visit, board: Board, statement_id: str) -> ItemView:
    holder = visit.store.holders(visit.now).get(statement_id, "")
    return item_view(board, visit.account, statement_id, holder, visit.desk.past_theme(statement_id))


def _page(
    visit: Visit, board: Board, view: ItemView, status: int = 200, original: tuple[str, str] | None = None
) -> Response:
    done = visit.request.query_params.get("done", "")
    values: dict[str, Any] = {
        "view": view,
        "original": original,
        "now": visit.now.timestamp(),
        "flash": {"undone": "取り消しました。", "kept": "保存しました。"}.get(done, ""),
        "n_left": sum(ticket.statement_id not in board.closed for ticket in board.queue),
    }
    return visit.page("item.html", board, values, status)


def _stamp(visit: Visit, statement_id: str, form: FormData) -> Stamp:
    now = visit.now
    try:
        seconds = min(_MAX_SECONDS, max(0.0, now.timestamp() - float(str(form.get("shown_at", "")))))
        seen = {statement_id: int(str(form.get("number", "")))} if statement_id else {}
    except ValueError:
        raise HTTPException(400, "画面の内容が壊れています。読み直してください。") from None
    batch = str(form.get("batch", ""))[:64]
    if not batch.isalnum():
        raise HTTPException(400, "画面の内容が壊れています。読み直してください。")
    return Stamp(visit.account.name, now, "web", seconds, seen, batch)


def _said(form: FormData) -> dict[str, str]:
    return {
        "label": str(form.get("label", "")),
        "secondary": ";".join(str(value) for value in form.getlist("secondary")),
        "coverage": str(form.get("coverage", "")),
        "contrary": "yes" if form.get("contrary") else "",
        "passages": ";".join(str(value) for value in form.getlist("passages")),
        "comment": str(form.get("comment", "")).strip()[:4000],
    }


def _drafts(visit: Visit, board: Board, statement_id: str, form: FormData) -> list[Draft]:
    """What the form wants written; the button pressed says which part of it counts."""
    do, comment = str(form.get("do", "answer")), _said(form)["comment"]
    reading = board.turn(visit.account, statement_id)
    if do == "comment" and comment:
        require(visit.session, "read", "adjudicate")
        return [Draft(statement_id, "comment", comment, reading or "first")]
    if reading is None:
        raise ReviewError("この意見を判断するのは、いまはあなたの番ではありません。")
    if do == "skip":
        return [Draft(statement_id, "skip", "", reading)]
    if do == "personal":
        value = personal_value(board, statement_id, str(form.get("personal", "")))
        return [Draft(statement_id, "personal", value, reading)]
    if do == "split":
        cuts = [int(str(value)) for value in form.getlist("cuts") if str(value).isdigit()]
        return [Draft(statement_id, "split", split_value(board, statement_id, cuts), reading)]
    if do == "merge":
        value = merge_value(board, statement_id, str(form.get("into", "")))
        return [Draft(statement_id, "merge", value, reading)]
    return _answer(board, statement_id, reading, form)


def _answer(board: Board, statement_id: str, reading: Reading, form: FormData) -> list[Draft]:
    said = _said(form)
    drafts = drafts_of_answer(board, statement_id, reading, said)
    together = {str(value) for value in form.getlist("together")}
    # A near-duplicate whose tick was taken away is to be read on its own.
    behind = board.behind.get(statement_id, ()) if form.get("group") else ()
    drafts += apart_drafts(board, statement_id, [other for other in behind if other not in together])
    if said["comment"]:
        drafts.append(Draft(statement_id, "comment", said["comment"], reading))
    return drafts


def _after(visit: Visit, statement_id: str, do: str) -> Response:
    if do == "split":
        return visit.go("queue")
    if do in ("comment", "personal", "merge"):
        return visit.go(f"items/{to_segment(statement_id)}", "kept")
    return visit.go("next")
