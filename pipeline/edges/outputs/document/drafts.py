"""Drafts: drafts.docx, each draft as sent, with the opinions beside its passages as Word comments."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_BREAK

from pipeline.edges.outputs.document.candidates import legal, prepare, say
from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page.figures import Figure, draft

_AUTHOR = "意見分け"


def write_drafts(material: Material, path: Path) -> None:
    """Write drafts.docx: every passage of every draft; a comment counts the opinions nearest to it."""
    document = docx.Document()
    prepare(document)
    drafts = draft(material)
    for i, found in enumerate(drafts):
        if i:
            document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        document.add_heading(legal(f"{found['name']}　方針案"), 1)
        say(document, f"{found['n']}論点を、最も関係の深い段落のコメントに示します。")
        for passage in found["passages"]:
            _passage(document, material, passage)
    if not drafts:
        say(document, "方針案の本文のある候補がありません。")
    document.save(str(path))


def _passage(document: Any, material: Material, passage: Figure) -> None:
    document.add_heading(legal(f"{passage['id']}　{passage['heading']}"), 2)
    run = document.add_paragraph().add_run(legal(passage["text"]))
    if not passage["n"]:
        return
    counts = "、".join(f"{material.say(code)} {n}" for code, n in passage["counts"])
    lines = [f"{passage['n']}論点（{counts}）"]
    if passage["contrary"]:
        lines.append(f"反対の結論の可能性 {passage['contrary']}")
    lines += [f"・{what}（{who}）" for who, what in passage["asked"]]
    comment = document.add_comment(run, author=_AUTHOR, initials="意")
    comment.paragraphs[0].text = legal(lines[0])
    for line in lines[1:]:
        comment.add_paragraph(legal(line))
