"""Excel pages: taking one's queue away as a workbook, and bringing it back."""

from __future__ import annotations

import io
import secrets
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import UploadFile

from pipeline.edges.review_import import ImportPlan, apply_import, plan_import
from pipeline.edges.review_reading import Filled, read_review_workbook
from pipeline.edges.review_rows import export_rows
from pipeline.edges.review_workbook import write_review_workbook
from pipeline.edges.said import Stamp
from pipeline.edges.store.accounts import Session
from pipeline.errors import ReviewError
from pipeline.web.rendering import Segment, render
from pipeline.web.session import Posted, Signed, desk_of, require

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = 20
"""Uploads waiting for their owner to say yes; the oldest makes room."""


@router.get("/w/{window}/excel")
def excel(request: Request, session: Signed, window: Segment) -> Response:
    """Both directions on one page."""
    return _page(request, session, window, {})


@router.get("/w/{window}/reviews.xlsx")
def export(request: Request, session: Signed, window: Segment) -> Response:
    """What waits for this person, as a workbook."""
    require(session, "read", "adjudicate")
    board = desk_of(request, window).board()
    out = io.BytesIO()
    write_review_workbook(
        out,
        board,
        session.account.name,
        export_rows(board, session.account.name, session.account.may("adjudicate")),
    )
    name = quote(f"確認_{window}_{session.account.name}.xlsx")
    return Response(
        out.getvalue(),
        media_type=_XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.post("/w/{window}/reviews/preview")
def preview(request: Request, session: Signed, window: Segment, form: Posted) -> Response:
    """Show what an import would do; nothing is written."""
    require(session, "read", "adjudicate")
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise ReviewError("ファイルを選んでください。")
    filled = read_review_workbook(upload.file, upload.filename)
    plan = _plan(request, session, window, filled)
    token = secrets.token_urlsafe(16)
    waiting = request.app.state.uploads
    waiting[token] = (session.account.name, filled)
    while len(waiting) > _KEPT:
        waiting.pop(next(iter(waiting)))
    return _page(request, session, window, {"plan": plan, "token": token})


@router.post("/w/{window}/reviews/import")
def take_in(request: Request, session: Signed, window: Segment, form: Posted) -> Response:
    """Apply what still matches now."""
    require(session, "read", "adjudicate")
    owner, filled = request.app.state.uploads.pop(str(form.get("token", "")), ("", None))
    if owner != session.account.name:
        raise HTTPException(404)
    plan = _plan(request, session, window, filled)
    seen = {planned.statement_id: planned.number for planned in plan.apply}
    stamp = Stamp(session.account.name, request.app.state.clock(), "excel", seen=seen)
    n = apply_import(desk_of(request, window), plan, stamp)
    return _page(request, session, window, {"plan": plan, "n_applied": n})


def _plan(request: Request, session: Session, window: str, filled: Filled) -> ImportPlan:
    if filled.reviewer != session.account.name:
        raise ReviewError(f"これは{filled.reviewer or '別の方'}さんの表です。ご本人が取り込んでください。")
    return plan_import(desk_of(request, window).board(), filled, session.account.may("adjudicate"))


def _page(request: Request, session: Session, window: str, values: dict[str, Any]) -> Response:
    board = desk_of(request, window).board()
    base = {"session": session, "window": window, "plan": None, "token": "", "n_applied": None}
    base |= {
        "names": board.result.taxonomy.names,
        "n_rows": len(export_rows(board, session.account.name, session.account.may("adjudicate"))),
    }
    return render(request, "excel.html", {**base, **values})
