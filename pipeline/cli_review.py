"""The review commands: parse, call, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.edges.terminal import say
from pipeline.errors import ReviewError

if TYPE_CHECKING:
    from pipeline.edges.store import Store

Database = Annotated[
    str, typer.Option("--db", help="記録先のデータベースの URL", show_default="data/ikenwake.db")
]
_LOCAL = ("127.0.0.1", "localhost", "::1")


def open_store(db: str) -> Store:
    """The store of ``--db``, or the one of the settings."""
    from pipeline.edges.store import Store
    from pipeline.settings import Settings

    return Store(db or Settings().store_url)


def review(
    host: Annotated[str, typer.Option(help="待ち受けるアドレス")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="待ち受けるポート")] = 8420,
    db: Database = "",
    create_admin: Annotated[
        str, typer.Option("--create-admin", metavar="NAME", help="最初の管理者を登録して終わる")
    ] = "",
    behind_tls: Annotated[bool, typer.Option("--behind-tls", help="TLS の後ろで動かす")] = False,
    proxy_header: Annotated[
        str, typer.Option("--proxy-header", help="信頼する中継が利用者名を入れるヘッダー")
    ] = "",
    proxy_from: Annotated[
        list[str] | None, typer.Option("--proxy-from", help="信頼する中継のアドレス")
    ] = None,
) -> None:
    """確認の画面を開く（ブラウザーで http://127.0.0.1:8420/ を開く）。"""
    store = open_store(db)
    if create_admin:
        _create_admin(store, create_admin)
        return
    from pipeline.edges.store.accounts import count_accounts
    from pipeline.policy import load_policy
    from pipeline.settings import Settings
    from pipeline.web import serve
    from pipeline.web.session import WebSettings

    with store.read() as connection:
        has_accounts = count_accounts(connection) > 0
    if host not in _LOCAL and not has_accounts:
        raise ReviewError(
            "利用者が登録されていないため、ほかの端末からは開けません。"
            "先に ikenwake review --create-admin 名前 で管理者を登録してください。"
        )
    settings = WebSettings(
        policy=load_policy(Settings().policy_path).review,
        is_secure=behind_tls,
        proxy_header=proxy_header,
        proxy_from=frozenset(proxy_from or _LOCAL),
        is_local_only=host in _LOCAL and not proxy_header,
    )
    say(f"確認の画面: http://{host}:{port}/ （終わるときは Ctrl+C）")
    serve(store, settings, host, port)


def _create_admin(store: Store, name: str) -> None:
    from pipeline.edges.store.accounts import ROLES, put_account

    password = typer.prompt("パスワード（10文字以上）", hide_input=True, confirmation_prompt=True)
    with store.write() as connection:
        put_account(connection, name, password, frozenset(ROLES))
    say(f"管理者「{name}」を登録しました。")


def register(app: typer.Typer) -> None:
    """Add the review commands to the command line."""
    app.command()(review)
