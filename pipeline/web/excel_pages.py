"""Excel pages: taking one's queue away as a workbook, and bringing it back."""

from __future__ import annotations

import io
import secrets
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Response
from starlette.datastructures import UploadFile

from pipeline.edges.review_import import apply_import, plan_import
from pipeline.edges.review_reading import read_review_workbook
from pipeline.edges.review_rows import export_rows
from pipeline.edges.review_workbook import write_review_workbook
from pipeline.edges.said import Stamp
from pipeline.errors import ReviewError
from pipeline.web.session import Posted, require
from pipeline.web.visit import Visit, Visiting

router = APIRouter()
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = 20
"""Uploads waiting for their owner to say yes; the oldest makes room."""


@router.get("/w/{window}/excel")
def excel(visit: Visiting) -> Response:
    """Both directions on one page."""
    return _page(visit, {})


@router.get("/w/{window}/reviews.xlsx")
def export(visit: Visiting) -> Response:
    """What waits for this person, as a workbook."""
    require(visit.session, "read", "adjudicate")
    board, name = visit.desk.board(), visit.account.name
    out = io.BytesIO()
    write_review_workbook(out, board, name, export_rows(board, visit.account))
    file = quote(f"確認_{visit.window}_{name}.xlsx")
    return Response(
        out.getvalue(),
        media_type=_XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{file}"},
    )


@router.post("/w/{window}/reviews/preview")
def preview(visit: Visiting, form: Posted) -> Response:
    """Show what an import would do; nothing is written."""
    require(visit.session, "read", "adjudicate")
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise ReviewError("ファイルを選んでください。")
    filled = read_review_workbook(upload.file, upload.filename)
    plan = plan_import(visit.desk.board(), filled, visit.account)
    token = secrets.token_urlsafe(16)
    waiting = visit.request.app.state.uploads
    waiting[token] = (visit.account.name, filled)
    while len(waiting) > _KEPT:
        waiting.pop(next(iter(waiting)))
    return _page(visit, {"plan": plan, "token": token})


@router.post("/w/{window}/reviews/import")
def take_in(visit: Visiting, form: Posted) -> Response:
    """Apply what still matches now."""
    require(visit.session, "read", "adjudicate")
    owner, filled = visit.request.app.state.uploads.pop(str(form.get("token", "")), ("", None))
    if owner != visit.account.name:
        raise HTTPException(404)
    plan = plan_import(visit.desk.board(), filled, visit.account)
    n = apply_import(visit.desk, plan, Stamp(owner, visit.now, "excel"))
    return _page(visit, {"plan": plan, "n_applied": n})


def _page(visit: Visit, values: dict[str, Any]) -> Response:
    board = visit.desk.board()
    rows = export_rows(board, visit.account)
    base = {"plan": None, "token": "", "n_applied": None, "n_rows": sum(not row.is_own for row in rows)}
    return visit.page("excel.html", board, {**base, **values})
