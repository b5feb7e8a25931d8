"""Session: who is asking, and whether the request may be believed."""

from __future__ import annotations

import getpass
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import FormData

from pipeline.edges.desk import Desk
from pipeline.edges.store import Store
from pipeline.edges.store.accounts import (
    ROLES,
    Account,
    Session,
    count_accounts,
    find_account,
    find_session,
)
from pipeline.policy import Review as ReviewPolicy

COOKIE = "ikenwake_session"
MAX_FORM = 200_000
"""Bytes of a form without files; a workbook has its own, larger limit."""


@dataclass(frozen=True)
class WebSettings:
    """How the app is run."""

    policy: ReviewPolicy
    is_secure: bool = False
    """Behind TLS: the session cookie is sent over TLS only."""
    proxy_header: str = ""
    """Header in which a trusted reverse proxy names the user; empty means local accounts."""
    proxy_from: frozenset[str] = frozenset({"127.0.0.1", "::1"})
    """Addresses the header is believed from."""
    is_local_only: bool = True
    """Listening on this machine only: then, and only then, one person may work without accounts."""


def desk_of(request: Request, window: str) -> Desk:
    """The desk of one inquiry; one per process, kept in step with the store."""
    state = request.app.state
    if window not in state.desks:
        if window not in state.store.windows():
            raise HTTPException(404)
        state.desks[window] = Desk(state.store, window, state.settings.policy)
    desk: Desk = state.desks[window]
    return desk


class NeedsSignIn(Exception):  # noqa: N818 - a turn of the flow, not an error
    """Nobody is signed in."""


def current_session(request: Request) -> Session:
    """The session of the request.

    Raises:
        NeedsSignIn: There is none.
    """
    app = request.app.state
    store: Store = app.store
    settings: WebSettings = app.settings
    now: datetime = app.clock()
    with store.read() as connection:
        if settings.proxy_header:
            return _from_proxy(request, settings, lambda name: find_account(connection, name), app.secret)
        token = request.cookies.get(COOKIE, "")
        session = find_session(connection, token, now) if token else None
        if session:
            return session
        if settings.is_local_only and not count_accounts(connection):
            return Session(Account(getpass.getuser(), frozenset(ROLES)), app.secret)
    raise NeedsSignIn


def _from_proxy(
    request: Request, settings: WebSettings, find: Callable[[str], Account | None], secret: str
) -> Session:
    name = request.headers.get(settings.proxy_header, "")
    client = request.client.host if request.client else ""
    account = find(name) if name and client in settings.proxy_from else None
    if account is None:
        raise HTTPException(403, "この利用者には、意見分けの権限がありません。管理者に登録を頼んでください。")
    token = hmac.new(secret.encode(), name.encode(), "sha256").hexdigest()
    return Session(account, token)


Signed = Annotated[Session, Depends(current_session)]


async def posted(request: Request, session: Signed) -> FormData:
    """The form of a POST that came from one of our own pages.

    Raises:
        HTTPException: The form is too large, or carries no token of this session.
    """
    length = request.headers.get("content-length", "")
    # Browsers always say how much they send; what comes without end would be written to the disk first.
    if not length.isdigit():
        raise HTTPException(411, "送られた内容の大きさが分かりません。")
    if int(length) > request.app.state.max_upload:
        raise HTTPException(413, "送られた内容が大きすぎます。")
    form = await request.form(max_part_size=MAX_FORM)
    if not hmac.compare_digest(str(form.get("csrf", "")), session.csrf):
        raise HTTPException(403, "画面の有効期限が切れました。読み直してから、もう一度送ってください。")
    return form


Posted = Annotated[FormData, Depends(posted)]


def require(session: Session, *roles: str) -> None:
    """Stop where the account has none of these roles.

    Raises:
        HTTPException: 403.
    """
    if not any(session.account.may(role) for role in roles):
        wanted = "・".join(ROLES[role] for role in roles)
        raise HTTPException(403, f"この操作には「{wanted}」の役割が要ります。")
