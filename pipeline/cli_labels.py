"""The codebook and the labels given under it: parse, call, print."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli_review import Database, open_store
from pipeline.edges.terminal import print_table, say

labels_app = typer.Typer(invoke_without_command=True, help="判断基準書の表示、確認済みのラベルの書出しと点検")


@labels_app.callback()
def labels(context: typer.Context) -> None:
    """判断基準書（区分・定義・境界・優先順位）を表示する。確認済みのラベルも扱う。"""
    if context.invoked_subcommand is not None:
        return
    from pipeline.settings import Settings
    from pipeline.taxonomy import load_taxonomy

    taxonomy = load_taxonomy(Settings().taxonomy_path)
    rows = [
        [
            str(label.precedence),
            label.name,
            label.code,
            label.definition,
            "\n".join(
                f"{border.text} → {taxonomy.names.get(border.label, '人が決める')}"
                for border in label.excludes
            ),
        ]
        for label in sorted(taxonomy.labels, key=lambda label: label.precedence)
    ]
    print_table(
        f"判断基準書 第{taxonomy.version}版",
        ["優先", "区分", "コード", "定義", "当たらないもの → 区分"],
        rows,
    )
    for title, terms in (
        ("意見等の出所（※1）", taxonomy.sources),
        ("方針案との突合（※3、※4）", taxonomy.coverage),
        ("取扱い", taxonomy.dispositions),
        ("確認に回す理由", taxonomy.review_reasons),
    ):
        print_table(title, ["名称", "コード"], [[term.name, term.code] for term in terms])


@labels_app.command("export")
def export(
    window: Annotated[str, typer.Option("--window", help="照会の id")],
    db: Database = "",
    replace: Annotated[bool, typer.Option("--replace", help="書き出してあるものを書き直す")] = False,
) -> None:
    """確認済みのラベルを、来年の学習に使う正解ファイルとして labels/gold に書き出す。"""
    from pipeline.edges.gold_export import export_gold
    from pipeline.settings import Settings

    done = export_gold(open_store(db), window, Settings(), replace)
    say(
        f"{done.path}: {done.n_labels}件（うち無作為抽出 {done.n_random}件）、"
        f"候補 {done.n_candidates}件を書き出しました。"
        "以後の学習はこのファイルから読みます。確認を続けたときは --replace で書き直してください。"
    )


@labels_app.command("check")
def check(
    limit: Annotated[int, typer.Option("--limit", help="表示する件数")] = 30,
    ask: Annotated[
        bool, typer.Option("--ask", help="疑わしい確認済みの意見を、もう一度確認の列に入れる")
    ] = False,
    db: Database = "",
) -> None:
    """疑わしいラベル（写し・読み手・判断基準書・モデルと食い違うもの）を、疑わしい順に挙げる。"""
    from pipeline.edges.label_check import ask_again, check_labels
    from pipeline.settings import Settings
    from pipeline.taxonomy import load_taxonomy

    settings = Settings(db_url=db) if db else Settings()
    checked = check_labels(settings)
    names = load_taxonomy(settings.taxonomy_path).names
    kinds = {
        "copies": "写しと違う",
        "readers": "読み手が割れた",
        "codebook": "古い基準書",
        "model": "モデルと違う",
    }
    rows = [
        [
            checked.windows[one.statement_id],
            one.statement_id,
            names[one.label],
            names.get(one.suggested, ""),
            "、".join(kinds[kind] for kind in one.kinds),
            checked.excerpts[one.statement_id],
        ]
        for one in checked.doubts[:limit]
    ]
    head = ["照会", "意見", "ラベル", "モデル", "疑う理由", "本文の初め"]
    print_table(f"疑わしいラベル（全{len(checked.doubts)}件のうち{len(rows)}件）", head, rows)
    for label, n in checked.touched.items():
        say(f"判断基準書の変更が及ぶ: {names[label]} {n}件（前の版で付けたもの）")
    if ask:
        say(f"{ask_again(open_store(db), checked)}件を、もう一度確認の列に入れました。")
