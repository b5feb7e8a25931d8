"""The review commands: parse, call, print."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.edges.terminal import complain, print_table, say
from pipeline.errors import ReviewError

if TYPE_CHECKING:
    from pipeline.edges.desk import Desk
    from pipeline.edges.store import Store
    from pipeline.edges.store.accounts import Account

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
    policy, trusted = load_policy(Settings().policy_path).review, frozenset(proxy_from or _LOCAL)
    alone = host in _LOCAL and not proxy_header
    settings = WebSettings(policy, behind_tls, proxy_header, trusted, alone)
    say(f"確認の画面: http://{host}:{port}/ （終わるときは Ctrl+C）")
    serve(store, settings, host, port)


def _create_admin(store: Store, name: str) -> None:
    from pipeline.edges.store.accounts import ROLES, put_account

    password = typer.prompt("パスワード（10文字以上）", hide_input=True, confirmation_prompt=True)
    with store.write() as connection:
        put_account(connection, name, password, frozenset(ROLES))
    say(f"管理者「{name}」を登録しました。")


reviews_app = typer.Typer(no_args_is_help=True, help="Excel で確認する（書き出しと取り込み）。")
WorkbookFile = Annotated[Path, typer.Argument(help="確認の表（.xlsx）", metavar="FILE.xlsx")]
Window = Annotated[str, typer.Option("--window", help="照会の id。省くと最後に処理した照会")]
Reviewer = Annotated[str, typer.Option("--reviewer", help="確認する人の名前")]


def _desk(db: str, window: str) -> Desk:
    from pipeline.edges.desk import Desk
    from pipeline.policy import load_policy
    from pipeline.settings import Settings

    store = open_store(db)
    windows = store.windows()
    if not windows:
        raise ReviewError("まだ処理された照会がありません。先に ikenwake run を実行してください。")
    return Desk(store, window or windows[0], load_policy(Settings().policy_path).review)


def _account(store: Store, name: str) -> Account:
    """Who works with the workbook; where there are no accounts, everybody has every role.

    Raises:
        ReviewError: There are accounts, and none of this name that may decide anything.
    """
    from pipeline.edges.store.accounts import ROLES, Account, count_accounts, find_account

    with store.read() as connection:
        if not count_accounts(connection):
            return Account(name, frozenset(ROLES))
        account = find_account(connection, name)
    if account is None or not (account.may("read") or account.may("adjudicate")):
        raise ReviewError(f"「{name}」さんには、確認する役割がありません。管理者に登録を頼んでください。")
    return account


@reviews_app.command("export")
def export_reviews(file: WorkbookFile, reviewer: Reviewer, window: Window = "", db: Database = "") -> None:
    """一人分の確認の表を書き出す。"""
    from pipeline.edges.review_rows import export_rows
    from pipeline.edges.review_workbook import write_review_workbook

    desk = _desk(db, window)
    rows = export_rows(desk.board(), _account(desk.store, reviewer))
    write_review_workbook(file, desk.board(), reviewer, rows)
    n_own = sum(row.is_own for row in rows)
    say(f"{file}: {reviewer}さんの番の意見 {len(rows) - n_own}件と、答えた意見 {n_own}件を書き出しました。")


@reviews_app.command("import")
def import_reviews(
    file: WorkbookFile,
    db: Database = "",
    yes: Annotated[bool, typer.Option("--yes", help="確かめずに、合う行を取り込む")] = False,
) -> None:
    """記入された確認の表を取り込む。先に何が起きるかを示し、合わない行は一つずつ示す。"""
    from pipeline.edges.review_import import apply_import, plan_import
    from pipeline.edges.review_reading import read_review_workbook
    from pipeline.edges.said import Stamp

    filled = read_review_workbook(file, file.name)
    desk = _desk(db, filled.window)
    plan = plan_import(desk.board(), filled, _account(desk.store, filled.reviewer))
    names = desk.board().result.taxonomy.names
    for planned in plan.apply:
        said = "、".join(f"{kind} {value}" for kind, value in planned.in_words(names))
        say(f"{planned.row}行目: {said}")
    for problem in plan.refused:
        complain(str(problem))
    say(
        f"取り込む {len(plan.apply)}行、同じ判断がある {plan.n_unchanged}行、"
        f"記入なし {plan.n_blank}行、取り込めない {len(plan.refused)}行"
    )
    if plan.apply and (yes or typer.confirm("合う行だけを取り込みますか")):
        n = apply_import(desk, plan, Stamp(plan.reviewer, datetime.now(UTC), "excel"))
        say(f"{n}行を取り込みました。")
    if plan.refused:
        raise typer.Exit(2)


def finalize(
    out: Annotated[Path, typer.Option("--out", help="結果を書き出すフォルダー")],
    window: Window = "",
    db: Database = "",
) -> None:
    """確認の結果を当てはめ、最終の表と候補ごとの結果を書き出す。"""
    from pipeline.edges.finalizing import finalize_window

    done = finalize_window(_desk(db, window), out)
    rows = [[row["name"], row["verdict"]] for row in done.candidates.to_dict("records")]
    print_table("候補ごとの結果", ["候補", "結果"], rows)
    for line in done.open_items:
        say(f"未了: {line}")
    say(f"書き出し先: {out}")


BackupFile = Annotated[Path, typer.Argument(help="バックアップのファイル", metavar="FILE")]


def backup(file: BackupFile, db: Database = "") -> None:
    """データベースを一つのファイルに写し、元と一致することを確かめる。"""
    from pipeline.edges.store.backup import backup as copy

    counts = copy(open_store(db), file)
    say(f"{file}: {sum(counts.values())}行を写し、一致を確かめました。")


def restore(file: BackupFile, db: Database = "") -> None:
    """バックアップを空のデータベースに戻し、一致することを確かめる。"""
    from pipeline.edges.store.backup import restore as copy

    counts = copy(file, open_store(db))
    say(f"{sum(counts.values())}行を戻し、一致を確かめました。")


def register(app: typer.Typer) -> None:
    """Add the review commands to the command line."""
    app.command()(review)
    app.command()(finalize)
    app.command()(backup)
    app.command()(restore)
    app.add_typer(reviews_app, name="reviews")
