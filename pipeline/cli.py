"""The command line: parse, call, print. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_candidate import candidate_app
from pipeline.cli_labels import labels_app
from pipeline.cli_models import audit, evaluate, models, retrain
from pipeline.cli_ops import register as register_operations
from pipeline.cli_review import register as register_review
from pipeline.edges.process import end_at_once, nothing_to_collect
from pipeline.edges.terminal import complain, print_table, say, terminal
from pipeline.errors import PipelineError, disk_error

if TYPE_CHECKING:
    from pipeline.inquiry import Outcome

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="意見分け: 意見照会の結果を読み、判断フローチャートに沿って分け、確信の持てないものを人に渡す。",
)
app.add_typer(candidate_app, name="candidate")
register_review(app)
register_operations(app)
app.add_typer(labels_app, name="labels")
app.add_typer(models, name="models")
app.add_typer(audit, name="audit")
app.command()(evaluate)
app.command()(retrain)

Inputs = Annotated[
    list[Path], typer.Argument(help="意見の入ったファイル（.xlsx .xlsm .csv）", metavar="INPUT...")
]
CandidatesDir = Annotated[Path, typer.Option("--candidates", help="候補台帳（*.candidate.json）のフォルダー")]
OutDir = Annotated[Path, typer.Option("--out", help="結果を書き出すフォルダー")]
Window = Annotated[str, typer.Option("--window", help="照会の id（例 2026-policy）")]
Mapping = Annotated[Path | None, typer.Option("--mapping", help="見出しの対応表（.toml）")]
Database = Annotated[
    str, typer.Option("--db", help="記録先のデータベースの URL", show_default="data/ikenwake.db")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="経過を表示しない")]


@app.command()
def run(
    inputs: Inputs,
    candidates: CandidatesDir,
    out: OutDir,
    window: Window = "",
    db: Database = "",
    mapping: Mapping = None,
    quiet: Quiet = False,
) -> None:
    """意見照会の回答を読み、分類し、束ね、人の確認に回すものを選び、結果を書き出す。"""
    from pipeline.progress import listening

    with nothing_to_collect():
        from flows import run_inquiry
        from pipeline.inquiry import Request

    request = Request(
        inputs=tuple(str(path.resolve()) for path in inputs),
        candidates=str(candidates.resolve()),
        out=str(out.resolve()),
        window=window,
        db=db,
        mapping=str(mapping.resolve()) if mapping else "",
    )
    with terminal(quiet) as shown, listening(shown):
        outcome = run_inquiry(request)
    for problem in outcome.problems:
        complain(str(problem))
    if not quiet:
        _print_outcome(outcome)
    if outcome.problems:
        raise typer.Exit(2)


def _print_outcome(outcome: Outcome) -> None:
    from pipeline.notices import count_rows
    from pipeline.settings import Settings
    from pipeline.taxonomy import load_taxonomy

    names = load_taxonomy(Settings().taxonomy_path).names
    print_table("結果", ["", "件数"], count_rows(outcome, names))
    say(outcome.certificate)
    for path in outcome.files:
        say(path)


@app.command()
def preview(inputs: Inputs, candidates: CandidatesDir, mapping: Mapping = None) -> None:
    """処理の前に、見出しの読み取り結果と最初の20行を見る。"""
    from pipeline.inquiry import Bench, Request, read_files, take_in, understand

    bench = Bench(
        Request(tuple(map(str, inputs)), str(candidates), "", mapping=str(mapping) if mapping else "")
    )
    files = read_files(bench.request.inputs)
    names = {field: words.name for field, words in bench.heading_words.fields.items()}
    for sheet in understand(bench, files).sheets:
        rows = [
            [column.heading, names[column.field] if column.field else "（読まない）"]
            for block in sheet.blocks
            for column in block.columns
        ]
        title = f"{sheet.file}、シート「{sheet.sheet}」"
        if rows:
            print_table(title, ["見出し", "読み取り先"], rows)
        else:
            say(f"{title}: 見出しのある表はありません。")
    intake = take_in(bench, files)
    columns = {"sheet": "シート", "row": "行", "opinion_id": "番号", "organization": "団体名"}
    columns |= {"candidate_id": "候補", "section": "該当箇所", "text": "意見", "reason": "理由"}
    print_table(
        f"最初の20行（全{intake.n_rows}行、意見{len(intake.opinions)}件）",
        list(columns.values()),
        intake.opinions[list(columns)].head(20).astype(str).to_numpy().tolist(),
    )
    for problem in intake.problems:
        complain(str(problem))
    if intake.problems:
        raise typer.Exit(2)


@app.command()
def prepare() -> None:
    """最初の実行で行う準備（エンコーダーの展開など）を先に済ませる。"""
    from pipeline.edges.backends import prepare as prepare_backend
    from pipeline.edges.encoder import encoder_folder
    from pipeline.edges.private_server import prepare_server
    from pipeline.settings import Settings

    settings = Settings()
    folder = encoder_folder(settings)
    prepare_backend(Path(folder), settings)
    say(f"エンコーダー: {folder}")
    prepare_server(settings)
    say("準備ができました。")


def main() -> None:
    """Run the command line; an expected error is one message and exit code 2, never a traceback."""
    # Threads that spin while they wait halve the encoder's speed on a machine that others use too.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        app()
    except PipelineError as error:
        complain(str(error))
        raise SystemExit(2) from None
    except OSError as error:
        complain(str(disk_error(error)))
        raise SystemExit(2) from None


def console() -> None:
    """What the installed command ``ikenwake`` calls: ``main``, and out."""
    end_at_once(main)
