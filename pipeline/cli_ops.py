"""The commands of whoever runs the installation. Parse, call, print."""

from __future__ import annotations

import typer

from pipeline.edges.terminal import complain, print_table, say


def serve() -> None:
    """Prefect のサーバーに照会の予定（data/windows.toml）を登録し、時間が来たら処理する。"""
    from pipeline.edges.private_server import check_server

    check_server()
    from flows import serve_windows

    say("予定を登録します。止めるときは Ctrl+C。サーバーの画面で経過と結果の件数を見られます。")
    serve_windows()


def due() -> None:
    """締切の過ぎた照会を処理する。前回から変わっていなければ何もしない（cron などで毎日実行する）。"""
    from datetime import UTC, datetime

    from pipeline.edges.window_files import due_windows
    from pipeline.settings import Settings

    windows = due_windows(Settings(), datetime.now(UTC))
    if not windows:
        say("今、処理する照会はありません。")
        return
    from flows import process_window
    from pipeline.edges.private_server import check_server

    check_server()
    failed = False
    for window in windows:
        state = process_window(window, only_changed=True, return_state=True)
        failed |= not state.is_completed()
        (say if state.is_completed() else complain)(f"{window}: {state.message}")
    if failed:
        raise typer.Exit(2)


def doctor() -> None:
    """この機械で動くかを調べ、直し方を示す（何も変えない）。異常があれば終了コード 2。"""
    from pipeline.edges.doctor import examine
    from pipeline.settings import Settings

    findings = examine(Settings())
    rows = [[one.state, one.subject, one.said, one.advice] for one in findings]
    print_table("診断", ["", "調べたもの", "結果", "すること"], rows)
    if any(one.state == "異常" for one in findings):
        raise typer.Exit(2)


def register(app: typer.Typer) -> None:
    """Add the commands of operation to the command line."""
    app.command()(serve)
    app.command()(due)
    app.command()(doctor)
