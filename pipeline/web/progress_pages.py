"""Progress pages: the dashboard, themes, the codebook, and the trail."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from pipeline.edges.board import Board
from pipeline.edges.said import Draft, Stamp, answer_drafts
from pipeline.edges.store.accounts import Session
from pipeline.edges.trail import TRAIL_COLUMNS, trail_rows
from pipeline.errors import ReviewError
from pipeline.web.listing import is_hidden, turn
from pipeline.web.progress import progress
from pipeline.web.rendering import Segment, render, to_segment
from pipeline.web.session import Posted, Signed, desk_of, require

router = APIRouter()


@router.get("/w/{window}/")
def dashboard(request: Request, session: Signed, window: Segment) -> Response:
    """How far we are."""
    board = desk_of(request, window).board()
    values = {
        "session": session,
        "window": window,
        "windows": request.app.state.store.windows(),
        "progress": progress(board),
        "taxonomy": board.result.taxonomy,
        "names": board.result.taxonomy.names,
        "info": board.result.info,
    }
    return render(request, "progress.html", values)


@router.get("/w/{window}/codebook")
def codebook(request: Request, session: Signed, window: Segment) -> Response:
    """The codebook this inquiry was judged by."""
    taxonomy = desk_of(request, window).board().result.taxonomy
    labels = [taxonomy.label(code) for code in taxonomy.label_ids]
    values = {"session": session, "window": window, "taxonomy": taxonomy, "labels": labels}
    return render(request, "codebook.html", {**values, "names": taxonomy.names})


@router.get("/w/{window}/trail.csv")
def trail(request: Request, session: Signed, window: Segment) -> Response:
    """Every review event, for the record."""
    require(session, "adjudicate", "analyse", "admin")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(TRAIL_COLUMNS)
    writer.writerows(trail_rows(desk_of(request, window).board()))
    body = out.getvalue().encode("utf-8-sig", "backslashreplace")
    return Response(
        body, media_type="text/csv", headers={"Content-Disposition": "attachment; filename=trail.csv"}
    )


@router.get("/w/{window}/themes/{cluster_id}")
def theme(request: Request, session: Signed, window: Segment, cluster_id: Segment) -> Response:
    """All statements of one theme, to be decided together, with exceptions."""
    board = desk_of(request, window).board()
    members = [fact for fact in board.facts.values() if fact.cluster_id == cluster_id]
    if not members:
        raise HTTPException(404)
    values = {
        "session": session,
        "window": window,
        "members": [
            (fact, board.review(fact.statement_id), _is_mine(board, session, fact.statement_id))
            for fact in members
        ],
        "taxonomy": board.result.taxonomy,
        "names": board.result.taxonomy.names,
        "labels": [board.result.taxonomy.label(code) for code in board.result.taxonomy.label_ids],
        "batch": Stamp("", request.app.state.clock(), "web").batch,
    }
    return render(request, "theme.html", values)


def _is_mine(board: Board, session: Session, statement_id: str) -> bool:
    """Bulk decisions are first readings that nobody gave yet, and never of the random draw."""
    hidden = is_hidden(board, statement_id)
    return (
        not hidden
        and board.review(statement_id).first is None
        and turn(board, session.account, statement_id) == "first"
    )


@router.post("/w/{window}/themes/{cluster_id}")
def decide_theme(
    request: Request, session: Signed, window: Segment, cluster_id: Segment, form: Posted
) -> Response:
    """One decision for every statement ticked, as one batch: one undo takes it all back."""
    require(session, "read")
    desk = desk_of(request, window)
    board = desk.board()
    drafts, seen = _theme_drafts(board, session, form)
    batch = str(form.get("batch", ""))[:64]
    stamp = Stamp(session.account.name, request.app.state.clock(), "web", 0.0, seen, batch)
    desk.submit(drafts, stamp)
    return RedirectResponse(f"/w/{to_segment(window)}/themes/{to_segment(cluster_id)}", 303)


def _theme_drafts(board: Board, session: Session, form: FormData) -> tuple[list[Draft], dict[str, int]]:
    said = {"label": str(form.get("label", "")), "coverage": str(form.get("coverage", ""))}
    if said["label"] not in board.result.taxonomy.label_ids or (
        said["label"] == "share" and not said["coverage"]
    ):
        raise ReviewError("区分を選んでください。共有すべきものには、方針案との突合も選んでください。")
    drafts: list[Draft] = []
    seen: dict[str, int] = {}
    for value in form.getlist("members"):
        one, _, number = str(value).rpartition("@")
        if one not in board.facts or not number.isdigit() or not _is_mine(board, session, one):
            raise ReviewError("一覧が古くなりました。読み直してから、もう一度選んでください。")
        seen[one] = int(number)
        drafts += answer_drafts(one, "first", said, None)
    if not drafts:
        raise ReviewError("意見を一つ以上選んでください。")
    return drafts, seen
