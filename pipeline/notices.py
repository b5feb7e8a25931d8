"""Notices: what a finished run tells, in counts and file names; never the text of an opinion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.inquiry import Outcome
from pipeline.windows import Window


def count_rows(outcome: Outcome, names: Mapping[str, str]) -> list[list[str]]:
    """The counts of a run as rows of a table: what was counted, and how many.

    Args:
        outcome: What the run left behind.
        names: Japanese name of every code.
    """
    return [
        ["受け付けた行", f"{outcome.n_rows:,}"],
        ["　意見", f"{outcome.n_opinions:,}"],
        ["　意見なし・読めない行など", f"{outcome.n_rejected:,}"],
        ["論点に分けた意見", f"{outcome.n_statements:,}"],
        *([f"　{names[code]}", f"{n:,}"] for code, n in outcome.outcomes.items()),
        *([f"　→ {names[code]}", f"{n:,}"] for code, n in outcome.dispositions.items()),
    ]


def summary_page(window: Window, outcome: Outcome, names: Mapping[str, str]) -> str:
    """The summary of a scheduled run as markdown, for those whom ``window`` names.

    Problems are counted, not quoted: their messages may hold words from the workbook.
    """
    return "\n".join(
        [
            f"# {window.id}",
            "",
            f"- 意見等の出所: {names[window.source]}",
            f"- 照会の期間: {window.opens} から {window.closes} まで",
            f"- 配布先: {'、'.join(window.recipients) or '（なし）'}",
            f"- 入力の問題: {len(outcome.problems)}件（内容は ikenwake run の表示で確かめる）",
            "",
            *markdown_table(["", "件数"], count_rows(outcome, names)),
            "",
            outcome.certificate,
            "",
            *(f"- `{path}`" for path in outcome.files),
            "",
        ]
    )


def markdown_table(headings: list[str], rows: Iterable[list[str]]) -> list[str]:
    r"""The lines of a markdown table.

    >>> markdown_table(["候補", "件数"], [["A|B", "3"]])
    ['| 候補 | 件数 |', '| --- | --- |', '| A\\|B | 3 |']
    """
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def file_link(path: str) -> str:
    """A link to a file of this machine.

    >>> file_link("/data/out/report.html")
    'file:///data/out/report.html'
    """
    return Path(path).resolve().as_uri()
