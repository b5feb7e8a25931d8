"""Account pages: signing in and out, and who may do what."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from pipeline.edges.store import accounts
from pipeline.errors import ReviewError
from pipeline.web.rendering import render
from pipeline.web.session import COOKIE, MAX_FORM, NeedsSignIn, Posted, Signed, current_session, require

router = APIRouter()
_SHOWN = 50
"""Looks at originals that the page of accounts lists."""


@router.get("/login")
def login_page(request: Request) -> Response:
    """The form; whoever is signed in already goes on."""
    try:
        current_session(request)
    except NeedsSignIn:
        return render(request, "login.html", {"error": ""})
    return RedirectResponse("/", 303)


@router.post("/login")
async def login(request: Request) -> Response:
    """Check name and password; what was wrong is not told."""
    form = await request.form(max_files=0, max_part_size=MAX_FORM)
    name, password = str(form.get("name", ""))[:64], str(form.get("password", ""))[:200]
    token = await run_in_threadpool(_sign_in, request, name, password)
    if not token:
        error = "名前かパスワードが違います。続けて間違えると、15分間入れなくなります。"
        return render(request, "login.html", {"error": error}, 401)
    response = RedirectResponse("/", 303)
    secure = request.app.state.settings.is_secure
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=secure, path="/")
    return response


def _sign_in(request: Request, name: str, password: str) -> str:
    state = request.app.state
    with state.store.write() as connection:
        return accounts.sign_in(connection, name, password, state.clock())


@router.post("/logout")
def logout(request: Request, _: Signed, form: Posted) -> Response:  # noqa: ARG001 - checks the token
    """End the session everywhere this token is known."""
    with request.app.state.store.write() as connection:
        accounts.sign_out(connection, request.cookies.get(COOKIE, ""))
    response = RedirectResponse("/login", 303)
    response.delete_cookie(COOKIE)
    return response


@router.get("/accounts")
def account_list(request: Request, session: Signed) -> Response:
    """Everybody who may sign in, and who looked at originals."""
    require(session, "admin")
    with request.app.state.store.read() as connection:
        found, looks = accounts.list_accounts(connection), accounts.latest_accesses(connection, _SHOWN)
    return render(request, "accounts.html", {"session": session, "accounts": found, "looks": looks})


@router.post("/accounts")
def change_account(request: Request, session: Signed, form: Posted) -> Response:
    """Create an account, set its password and roles, or shut it out."""
    require(session, "admin")
    name = str(form.get("name", "")).strip()
    with request.app.state.store.write() as connection:
        if form.get("do") in ("close", "open"):
            _refuse_own(session, name)
            accounts.set_active(connection, name, form.get("do") == "open")
        else:
            roles = frozenset(str(role) for role in form.getlist("roles"))
            accounts.put_account(connection, name, str(form.get("password", "")), roles)
    return RedirectResponse("/accounts", 303)


def _refuse_own(session: Signed, name: str) -> None:
    if name == session.account.name:
        raise ReviewError("自分の入口を閉じることはできません。別の管理者に頼んでください。")
