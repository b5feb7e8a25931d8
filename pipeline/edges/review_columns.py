"""Review columns: what stands in which column of a reviewer's workbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """One column of the workbook's sheet of statements."""

    title: str
    width: int
    kind: Literal["shown", "hidden", "answer"] = "shown"
    choices: Literal["", "labels", "also", "coverage", "yes"] = ""
    """Which list the cell offers; ``also`` may hold several labels, so other text is let through."""
    hint: str = ""
    """What is shown beside the cell when it is entered."""


COLUMNS = (
    # Up to the text of the opinion they stay in sight while one scrolls.
    Column("意見ID", 12),
    Column("版", 6, "hidden"),
    Column("照合値", 10, "hidden"),
    Column("状態", 9),
    Column("意見", 55),
    Column("理由", 36),
    Column("候補", 18),
    Column("団体", 16),
    Column("テーマ", 16),
    Column("提案", 18),
    Column("突合の提案", 14),
    Column("これまで", 24),
    Column("区分", 22, "answer", "labels"),
    Column("副区分", 20, "answer", "also", "ほかにも当たる区分。二つ以上は「、」で区切ります。"),
    Column("突合", 16, "answer", "coverage", "共有すべきもののときに選びます。"),
    Column("反対の結論", 10, "answer", "yes", "方針案に反対の結論が書かれていれば「はい」。"),
    Column("段落", 14, "answer", hint="根拠にした方針案の段落の番号。二つ以上は「、」で区切ります。"),
    Column("コメント", 30, "answer"),
    Column("ほぼ同じ意見", 30),
    Column(
        "別に見る", 16, "answer", hint="左の意見のうち、同じ判断を付けないものの意見ID。「、」で区切ります。"
    ),
    Column("統合先", 14, "answer", hint="この意見と同じ判断を付ける意見の意見ID。"),
    Column("文", 30),
    Column(
        "分割", 10, "answer", hint="ここから別の意見になる文の番号（左の欄）。二つ以上は「、」で区切ります。"
    ),
    Column(
        "個人情報", 20, "answer", hint="伏せる言葉を、本文又は理由のとおりに。二つ以上は改行で区切ります。"
    ),
)
TITLES = tuple(column.title for column in COLUMNS)
COVERAGE = ("stated", "reflected", "not_reflected", "undetermined")
STAND_ALONE = "単独"
"""In 統合先: the statement is to be read on its own again."""
