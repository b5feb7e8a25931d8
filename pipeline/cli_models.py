"""The analysts' commands: evaluate, retrain, models, audit. Parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.edges.terminal import complain, print_table, say

models = typer.Typer(no_args_is_help=True, help="モデルの一覧・表示・切替え")
audit = typer.Typer(no_args_is_help=True, help="抜取検査（自動採用した集団そのものを人が確かめる）")

By = Annotated[str, typer.Option("--by", help="行う人の名前（既定はこの端末の利用者）")]
ModelId = Annotated[str, typer.Argument(help="モデルの id")]


def evaluate(
    gold: Annotated[Path, typer.Argument(help="正解ファイル（.jsonl）", metavar="GOLD.jsonl")],
    candidates: Annotated[Path, typer.Option("--candidates", help="候補台帳のフォルダー")],
    model: Annotated[str, typer.Option("--model", help="モデルの id（既定は使用中のもの）")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON で出力する")] = False,
) -> None:
    """正解の付いた意見で、使用中のモデルの成績を測る。"""
    import json

    from pipeline.candidates import load_candidates
    from pipeline.edges.examining import examine
    from pipeline.edges.gold import read_gold
    from pipeline.settings import Settings

    exam = examine(read_gold(gold, load_candidates(candidates)), Settings(), model)
    for warning in exam.warnings:
        complain(warning)
    if as_json:
        typer.echo(json.dumps(exam.plain(), ensure_ascii=False, indent=1))
        return
    for title, head, rows in exam.boards():
        print_table(title, head, rows)


def retrain(
    promote: Annotated[bool, typer.Option("--promote", help="劣らなければそのまま使用中にする")] = False,
    one_by_one: Annotated[
        bool, typer.Option("--one-by-one", help="候補を一つずつ除いて検証する（数倍の時間がかかる）")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="学習曲線を省く（半分の時間で済む）")] = False,
    by: By = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="経過を表示しない")] = False,
) -> None:
    """確認済みのラベルだけから学習し直し、使用中のモデルと同じ意見で比べ、保証と成績をカードに残す。"""
    from pipeline.edges.encoder import warm_up
    from pipeline.edges.retraining import retrain_now
    from pipeline.edges.scoreboard import contest_board, scoreboard
    from pipeline.edges.terminal import terminal
    from pipeline.fitting import FOLDS
    from pipeline.progress import listening
    from pipeline.settings import Settings
    from pipeline.training import Plan

    warm_up()
    with terminal(quiet) as shown, listening(shown):
        plan = Plan(None if one_by_one else FOLDS, with_curve=not quick)
        outcome = retrain_now(Settings(), promote, plan, by or _user())
    if "frozen" in outcome.card.metrics:
        title, head, rows = next(iter(scoreboard(outcome.card.metrics["frozen"])))
        print_table(f"凍結した候補での成績 {title}", head, rows)
    for contest in outcome.card.contests:
        print_table(*contest_board(contest))
    say(outcome.sentence)


def _user() -> str:
    """Who is signed in on this machine; promotions are logged with it unless --by says otherwise."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


@models.command("list")
def list_models() -> None:
    """モデルの一覧を表示する。"""
    from pipeline.edges.registry import list_cards
    from pipeline.edges.scoreboard import percent
    from pipeline.edges.succession import current_id
    from pipeline.settings import Settings

    folder = Settings().models_dir
    used = current_id(folder)
    rows = [
        [
            "使用中" if card.model_id == used else "",
            card.model_id,
            card.created_at,
            percent(card.metrics["leave_candidates_out"]["accuracy"]["value"]),
            percent(card.metrics["leave_candidates_out"]["macro_f1"]["value"]),
            percent(card.metrics["leave_candidates_out"]["false_exclusion"]["value"]),
        ]
        for card in list_cards(folder)
    ]
    print_table("モデル", ["", "id", "作成", "正解率", "macro-F1", "誤除外"], rows)


@models.command("show")
def show_model(model_id: ModelId = "") -> None:
    """モデルカードを表示する。"""
    from pipeline.edges.succession import current_id
    from pipeline.settings import Settings

    folder = Settings().models_dir
    typer.echo((folder / (model_id or current_id(folder)) / "card.md").read_text(encoding="utf-8"))


@models.command("compare")
def compare_models(
    first: Annotated[str, typer.Argument(help="モデルの id", metavar="A")],
    second: Annotated[str, typer.Argument(help="比べる相手の id", metavar="B")],
) -> None:
    """二つのモデルを、どちらも学習に使わなかった意見で比べる。"""
    from pipeline.edges.contests import compare
    from pipeline.edges.scoreboard import contest_board
    from pipeline.settings import Settings

    verdict = compare(first, second, Settings())
    for contest in verdict.contests:
        title, head, rows = contest_board(contest.plain())
        print_table(title, [head[0], first, second, *head[3:]], rows)
    say(verdict.reason)


@models.command("promote")
def promote_model(model_id: ModelId, by: By = "") -> None:
    """モデルを使用中にする。"""
    from pipeline.edges.succession import promote
    from pipeline.settings import Settings

    promote(Settings().models_dir, model_id, by or _user())
    say(f"モデル「{model_id}」を使用中にしました。")


@models.command("rollback")
def rollback_model(by: By = "") -> None:
    """一つ前のモデルに戻す。"""
    from pipeline.edges.succession import rollback
    from pipeline.settings import Settings

    say(f"モデル「{rollback(Settings().models_dir, by or _user())}」に戻しました。")


@models.command("history")
def show_history() -> None:
    """使用中のモデルを、いつ誰が変えたかを表示する。"""
    from pipeline.edges.succession import history
    from pipeline.settings import Settings

    names = {"promote": "昇格", "rollback": "巻戻し"}
    rows = [
        [one.at, names[one.action], one.before, one.model_id, one.by]
        for one in history(Settings().models_dir)
    ]
    print_table("モデルの履歴", ["日時", "操作", "前", "後", "人"], rows)


@audit.command("plan")
def plan(
    statements: Annotated[Path, typer.Argument(help="run が書いた statements.csv", metavar="STATEMENTS.csv")],
    out: Annotated[Path, typer.Option("--out", help="検査票（.csv）の書出し先")],
) -> None:
    """自動採用した意見から無作為に抜き取り、検査票を書き出す。"""
    from pipeline.edges.audit_sheet import write_plan
    from pipeline.policy import load_policy
    from pipeline.settings import Settings

    drawn = write_plan(statements, out, load_policy(Settings().root / "labels" / "policy.toml"))
    say(
        f"自動採用した{drawn.n_accepted:,}件から{len(drawn.sample_ids)}件を抜き取りました（許す誤りは{drawn.allowed}件）。"
        f"{out} の「判定」に 正 か 誤 を記入し、ikenwake audit check {out} を実行してください。"
    )


@audit.command("check")
def check(
    sheet: Annotated[Path, typer.Argument(help="記入済みの検査票（.csv）", metavar="SHEET.csv")],
) -> None:
    """記入済みの検査票から、自動採用の誤りの上限を一文で述べる。"""
    from pipeline.edges.audit_sheet import read_verdict

    say(read_verdict(sheet).sentence)
