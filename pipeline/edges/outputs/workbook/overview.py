"""Overview: 概要, the one sheet everybody reads."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook.cells import n_lines
from pipeline.edges.outputs.workbook.layout import Cell, Grid

_WIDTHS = (34, *(8.0 for _ in range(13)))
_PAGE = 670.0
"""Points that fit on a printed page at this sheet's scale."""
Row = tuple[Cell, ...]
_GAP: Row = ()


def overview(material: Material) -> Grid:
    """The flowchart with its counts, what waits for people, and the tables a meeting asks for."""
    summary, info = material.summary, material.result.info
    wide = len(_WIDTHS)
    files = "、".join(info.files)
    rows: list[Row] = [
        (Cell("意見照会の整理結果", "title", wide),),
        (Cell(f"照会: {info.window or '－'}　ファイル: {files}　作成: {material.day}", "note", wide),),
        (Cell(f"自動判断の保証: {info.certificate}", "box", wide),),
        _GAP,
        *_flowchart(summary),
        _GAP,
        *_people(material),
        _GAP,
        *_by_end(material),
        _GAP,
        *_by_label(material),
        _GAP,
        *_by_type(material),
        _GAP,
        *_made_by(material),
    ]
    heights = {i: _height(row) for i, row in enumerate(rows)} | {0: 30.0, 1: 30.0, 2: 36.0}
    return Grid("概要", _WIDTHS, rows, heights, breaks=_breaks(rows, heights))


def _height(row: Row) -> float:
    styles = {cell.style for cell in row}
    least = 34.0 if "head" in styles else 30.0 if "count" in styles else 20.0
    at = 0
    for cell in row:
        width = sum(_WIDTHS[at : at + cell.span])
        at += cell.span
        if cell.style in ("name", "head", "cell"):
            least = max(least, 7 + 13.5 * n_lines(str(cell.value), width))
    return least


def _breaks(rows: list[Row], heights: dict[int, float]) -> tuple[int, ...]:
    """The sections a new page begins at: no table is torn, and as many stand on a page as fit."""
    sections = [i for i, row in enumerate(rows) if row and row[0].style == "section"]
    found: list[int] = []
    top = 0
    for start, end in pairwise([*sections, len(rows)]):
        if sum(heights[i] for i in range(top, end)) > _PAGE and start > top:
            found.append(start)
            top = start
    return tuple(found)


def _flowchart(summary: dict[str, Any]) -> list[Row]:
    counts, ends = summary["counts"], summary["by_disposition"]
    title = "判断フローチャートと件数（論点は、一つの意見に書かれた一つの主張）"
    return [
        (Cell(title, "section", len(_WIDTHS)),),
        _GAP,
        (
            Cell("届いた行", "box"),
            Cell(counts["rows_in"], "count"),
            Cell("→", "arrow"),
            Cell("意見", "box", 2),
            Cell(counts["opinions"], "count"),
            Cell("→", "arrow"),
            Cell("論点", "box", 3),
            Cell(counts["statements"], "count"),
        ),
        (Cell("うち意見なし・受付できない行", "end"), Cell(counts["rejected"], "count")),
        (Cell("↓", "arrow"),),
        *_questions(counts["statements"], ends),
    ]


def _questions(n: int, ends: dict[str, int]) -> list[Row]:
    shared = ends["addressed"] + ends["no_revision"] + ends["revision_request"]
    is_open = shared - ends["addressed"]
    waits = (
        Cell("迷う →", "arrow"),
        Cell("人の確認を待つ（未了）", "end", 3),
        Cell(ends["pending"], "count"),
    )
    return [
        _question("Q1 共有すべきものか", n, "いいえ →", "除外（７区分）", ends["excluded"]),
        (*(Cell("", "arrow"),) * 6, *waits),
        (Cell("↓ はい", "arrow"),),
        _question(
            "Q2 方針案に記載があるか", shared, "はい →", "対応済み（修正意見としない）", ends["addressed"]
        ),
        (Cell("↓ いいえ", "arrow"),),
        _question(
            "Q3 方針案全体に方向性が反映か", is_open, "はい →", "修正意見は出さない", ends["no_revision"]
        ),
        (Cell("↓ いいえ", "arrow"),),
        (Cell("修正を求める協議（案）", "box", 5), Cell(ends["revision_request"], "count")),
    ]


def _question(text: str, asked: int, answer: str, end: str, n: int) -> Row:
    return (
        Cell(text, "box", 5),
        Cell(asked, "count"),
        Cell(answer, "arrow"),
        Cell(end, "end", 3),
        Cell(n, "count"),
    )


def _people(material: Material) -> list[Row]:
    summary = material.summary
    waiting = summary["by_disposition"]["pending"]
    rows: list[Row] = [(Cell("人の確認が要るもの", "section", len(_WIDTHS)),)]
    if not waiting and not summary["problems"]:
        return [*rows, (Cell("ありません。", "plain", len(_WIDTHS)),)]
    rows.append((Cell("確認を待つ論点", "name"), Cell(waiting, "total")))
    rows += [
        (Cell(f"　{material.say(code)}", "cell"), Cell(n, "figure"))
        for code, n in summary["by_review_reason"].items()
    ]
    rows += [(Cell(f"入力の確認: {problem}", "plain", len(_WIDTHS)),) for problem in summary["problems"][:20]]
    more = len(summary["problems"]) - 20
    if more > 0:
        rows.append((Cell(f"ほか{more}件は summary.json にあります。", "plain", len(_WIDTHS)),))
    return rows


def _by_label(material: Material) -> list[Row]:
    """Candidate x category, settled and likely apart: what waits for people is no decision."""
    is_open = material.rows["disposition"] == "pending"
    rows: list[Row] = []
    if is_open.any():
        rows = _label_table("候補 × 区分の見込み（人の確認を待つ論点）", material, material.rows[is_open])
    if is_open.all() and len(rows):
        return rows
    settled = _label_table("候補 × 区分（判断の済んだ論点）", material, material.rows[~is_open])
    return [*settled, _GAP, *rows] if rows else settled


def _label_table(title: str, material: Material, rows: pd.DataFrame) -> list[Row]:
    labels = material.result.taxonomy.label_ids[::-1]
    heads = ("候補", "論点", *(material.say(label) for label in labels))
    table = []
    for key in material.candidate_ids:
        mine = rows[rows["candidate_id"] == key]["label"]
        table.append((material.candidate_name(key), [len(mine), *(int((mine == x).sum()) for x in labels)]))
    return _table(title, heads, table)


def _by_end(material: Material) -> list[Row]:
    ends = [term.code for term in material.result.taxonomy.dispositions]
    heads = ("候補", "意見", "論点", *(material.say(end) for end in ends))
    found = material.summary["by_candidate"]
    table = [
        (
            material.candidate_name(key),
            [
                found[key]["opinions"],
                found[key]["statements"],
                *(found[key]["by_disposition"][end] for end in ends),
            ],
        )
        for key in material.candidate_ids
    ]
    rows = _table("候補 × 取扱いと、候補の結論", heads, table)
    said = [
        Cell("候補の結論", "head", 3),
        *(Cell(material.verdict(key), "cell", 3) for key in material.candidate_ids),
    ]
    return [
        rows[0],
        *((*row, cell) for row, cell in zip(rows[1:], said, strict=False)),
        *rows[1 + len(said) :],
    ]


def _by_type(material: Material) -> list[Row]:
    ends = [term.code for term in material.result.taxonomy.dispositions]
    heads = ("団体区分", "論点", *(material.say(end) for end in ends))
    table = []
    for name in material.summary["by_organization_type"]:
        mine = material.rows[material.rows["organization_type"] == name]["disposition"]
        table.append((name or "（記載なし）", [len(mine), *(int((mine == end).sum()) for end in ends)]))
    return _table("団体区分 × 取扱い", heads, table)


def _table(title: str, heads: tuple[str, ...], table: list[tuple[str, list[int]]]) -> list[Row]:
    totals = [sum(numbers) for numbers in zip(*(numbers for _, numbers in table), strict=True)]
    return [
        (Cell(title, "section", len(_WIDTHS)),),
        tuple(Cell(head, "head") for head in heads),
        *((Cell(name, "name"), *(Cell(n, "figure") for n in numbers)) for name, numbers in table),
        (Cell("計", "name"), *(Cell(n, "total") for n in totals)),
    ]


def _made_by(material: Material) -> list[Row]:
    info = material.result.info
    words = (
        f"実行 {info.run_id}　モデル {info.model_id}　エンコーダー {info.encoder_id}"
        f"　判断基準書 第{info.taxonomy_version}版"
    )
    return [(Cell(words, "note", len(_WIDTHS)),)]
