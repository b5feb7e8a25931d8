"""The review app: create_app wires the pages together; what holds for every page is here."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.staticfiles import StaticFiles

from pipeline.edges.store import Store
from pipeline.errors import PipelineError
from pipeline.web import account_pages, excel_pages, item_pages, progress_pages, queue_pages
from pipeline.web.rendering import render
from pipeline.web.session import NeedsSignIn, WebSettings

_STATIC = Path(__file__).parent / "static"
_LOCAL_NAMES = {"127.0.0.1", "localhost", "[::1]", "testserver"}
_MAX_UPLOAD = 50_000_000
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    # Opinions must not stay in the browser's cache after the reviewer has left.
    "Cache-Control": "no-store",
}


def create_app(
    store: Store,
    settings: WebSettings,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """The review app on a store.

    Args:
        store: Where runs and reviews are.
        settings: How the app is run.
        clock: Gives the present, aware.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.store = store
    app.state.settings = settings
    app.state.clock = clock
    app.state.desks = {}
    app.state.uploads = {}
    app.state.secret = secrets.token_urlsafe(24)
    app.state.max_upload = _MAX_UPLOAD
    app.middleware("http")(_guard)
    app.add_exception_handler(NeedsSignIn, _to_sign_in)
    app.add_exception_handler(PipelineError, _told)
    app.add_exception_handler(StarletteHTTPException, _told)
    app.add_exception_handler(Exception, _failed)
    for pages in (account_pages, queue_pages, item_pages, excel_pages, progress_pages):
        app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    return app


async def _guard(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    """Believe only requests our own pages made, and tell the browser to be strict."""
    settings: WebSettings = request.app.state.settings
    host = request.headers.get("host", "")
    if settings.is_local_only and host.rsplit(":", 1)[0] not in _LOCAL_NAMES:
        # A page elsewhere may have pointed its own name at this machine.
        return Response("この名前では開けません。", 421, _HEADERS)
    if request.method not in ("GET", "HEAD") and not _is_own(request, host):
        return Response("別のサイトからの送信は受け付けません。", 403, _HEADERS)
    response = await call(request)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/static/"):
        response.headers["Cache-Control"] = "public, max-age=3600"
    if settings.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _is_own(request: Request, host: str) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


async def _to_sign_in(_: Request, __: Exception) -> Response:
    return RedirectResponse("/login", 303, {"HX-Redirect": "/login"})


async def _told(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, StarletteHTTPException) else 409
    message = error.detail if isinstance(error, StarletteHTTPException) else str(error)
    if status == 404:
        message = "お探しの頁はありません。"
    return render(request, "message.html", {"message": message}, status)


async def _failed(request: Request, _: Exception) -> Response:
    return render(
        request, "message.html", {"message": "思わぬ誤りが起きました。記録は失われていません。"}, 500
    )


__all__ = ["create_app"]
