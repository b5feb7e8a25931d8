"""Progress pages: the dashboard, themes, the codebook, and the trail."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, HTTPException, Response
from starlette.datastructures import FormData

from pipeline.edges.asked import drafts_of_answer
from pipeline.edges.board import Board
from pipeline.edges.said import Draft, Stamp
from pipeline.edges.trail import TRAIL_COLUMNS, trail_rows
from pipeline.errors import ReviewError
from pipeline.web.listing import is_hidden
from pipeline.web.progress import progress
from pipeline.web.rendering import Segment, to_segment
from pipeline.web.session import Posted, require
from pipeline.web.visit import Visit, Visiting

router = APIRouter()


@router.get("/w/{window}/")
def dashboard(visit: Visiting) -> Response:
    """How far we are."""
    board = visit.desk.board()
    values = {"windows": visit.store.windows(), "progress": progress(board), "info": board.result.info}
    return visit.page("progress.html", board, values)


@router.get("/w/{window}/codebook")
def codebook(visit: Visiting) -> Response:
    """The codebook this inquiry was judged by."""
    return visit.page("codebook.html", visit.desk.board(), {})


@router.get("/w/{window}/trail.csv")
def trail(visit: Visiting) -> Response:
    """Every review event, for the record."""
    require(visit.session, "adjudicate", "analyse", "admin")
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(TRAIL_COLUMNS)
    writer.writerows(trail_rows(visit.desk.board()))
    body = out.getvalue().encode("utf-8-sig", "backslashreplace")
    return Response(
        body, media_type="text/csv", headers={"Content-Disposition": "attachment; filename=trail.csv"}
    )


@router.get("/w/{window}/themes/{cluster_id}")
def theme(visit: Visiting, cluster_id: Segment) -> Response:
    """All statements of one theme, to be decided together, with exceptions."""
    board = visit.desk.board()
    ids = board.themes.get(cluster_id)
    if not ids:
        raise HTTPException(404)
    members = [(board.masked(one), board.review(one), _is_mine(visit, board, one)) for one in ids]
    return visit.page("theme.html", board, {"members": members})


def _is_mine(visit: Visit, board: Board, statement_id: str) -> bool:
    """Bulk decisions are first readings that nobody gave yet, and never of the random draw."""
    hidden = is_hidden(board, statement_id)
    return (
        not hidden
        and board.review(statement_id).first is None
        and board.turn(visit.account, statement_id) == "first"
    )


@router.post("/w/{window}/themes/{cluster_id}")
def decide_theme(visit: Visiting, cluster_id: Segment, form: Posted) -> Response:
    """One decision for every statement ticked, as one batch: one undo takes it all back."""
    require(visit.session, "read")
    drafts, seen = _theme_drafts(visit, visit.desk.board(), form)
    batch = str(form.get("batch", ""))[:64]
    visit.desk.submit(drafts, Stamp(visit.account.name, visit.now, "web", 0.0, seen, batch))
    return visit.go(f"themes/{to_segment(cluster_id)}")


def _theme_drafts(visit: Visit, board: Board, form: FormData) -> tuple[list[Draft], dict[str, int]]:
    said = {"label": str(form.get("label", "")), "coverage": str(form.get("coverage", ""))}
    drafts: list[Draft] = []
    seen: dict[str, int] = {}
    for value in form.getlist("members"):
        one, _, number = str(value).rpartition("@")
        if one not in board.facts or not number.isdigit() or not _is_mine(visit, board, one):
            raise ReviewError("一覧が古くなりました。読み直してから、もう一度選んでください。")
        seen[one] = int(number)
        drafts += drafts_of_answer(board, one, "first", said)
    if not drafts:
        raise ReviewError("意見を一つ以上選んでください。")
    return drafts, seen
