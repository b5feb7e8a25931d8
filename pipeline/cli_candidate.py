"""``ikenwake candidate``: parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.edges.terminal import print_table, say

candidate_app = typer.Typer(no_args_is_help=True, help="候補台帳をつくる。")


@candidate_app.callback()
def candidate() -> None:
    """候補台帳をつくる。"""


@candidate_app.command("import")
def import_draft(
    draft: Annotated[Path, typer.Argument(help="方針案（.docx .pdf .pptx .md .txt）", metavar="DRAFT")],
    out: Annotated[Path, typer.Option("--out", help="書き出す台帳（名前は .candidate.json で終える）")],
    candidate_id: Annotated[str, typer.Option("--id", help="候補の id（省くと --out の名前から）")] = "",
    name: Annotated[str, typer.Option("--name", help="候補の名前（省くと方針案の表題から）")] = "",
    ministry: Annotated[str, typer.Option("--ministry", help="所管府省庁")] = "",
) -> None:
    """方針案を、番号の付いた段落をもつ候補台帳にする。対象・回答済み事項などは人が書き足す。"""
    from pipeline.candidates import Candidate
    from pipeline.edges.drafts import read_draft, write_candidate
    from pipeline.errors import InputError
    from pipeline.steps.passages import number_passages, short_title

    if not out.name.endswith(".candidate.json"):
        raise InputError(f"{out.name}: 台帳の名前は .candidate.json で終えてください。")
    read = number_passages(read_draft(draft))
    if not read.passages:
        raise InputError(f"{draft.name}: 段落が見つかりません。本文のあるファイルを指定してください。")
    stem = out.name.removesuffix(".candidate.json")
    made = Candidate(
        candidate_id=candidate_id or stem,
        name=name or short_title(read.title) or stem,
        ministry=ministry,
        draft=read.passages,
    )
    write_candidate(made, out)
    rows = [[passage.passage_id, passage.heading, passage.text] for passage in made.draft]
    print_table(f"{made.name}（{made.candidate_id}）", ["段落", "見出し", "本文"], rows)
    for line in read.left_out:
        say(f"段落にしなかった行: {line}")
    say(
        f"{out} に {len(made.draft)} 段落を書きました。対象、対象外、回答済み事項、措置を書き足してください。"
    )
