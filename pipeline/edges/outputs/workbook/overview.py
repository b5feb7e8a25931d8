"""Overview: 概要, the one sheet everybody reads."""

from __future__ import annotations

import re
from itertools import pairwise

import pandas as pd

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook.cells import n_lines
from pipeline.edges.outputs.workbook.flowchart import HEIGHT, flowchart
from pipeline.edges.outputs.workbook.layout import Cell, Grid

_WIDTHS = (38, *(8.0 for _ in range(13)))
_DRAWN_AT = 5
"""Row below the heading of the flowchart."""
_ROW = 21.0
"""Points of a plain row: whole pixels (28), or the drawing's boxes would drift apart."""
_DRAWING = -(-HEIGHT // 28)
"""Empty rows the drawing takes."""
_PAGE = 670.0
"""Points that fit on a printed page at this sheet's scale."""
Row = tuple[Cell, ...]
_GAP: Row = (Cell("", "plain"),)
"""Not without any cell: the writer forgets the height of such a row."""


def overview(material: Material) -> Grid:
    """The flowchart with its counts, what waits for people, and the tables a meeting asks for."""
    info = material.result.info
    wide = len(_WIDTHS)
    files = "、".join(info.files)
    rows: list[Row] = [
        (Cell("意見照会の整理結果", "title", wide),),
        (Cell(f"照会: {info.window or '－'}　ファイル: {files}　作成: {material.day}", "note", wide),),
        (Cell(f"自動判断の保証: {info.certificate}", "box", wide),),
        _GAP,
        (Cell("判断フローチャートと件数（論点は、一つの意見に書かれた一つの主張）", "section", wide),),
        *((_GAP,) * _DRAWING),
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
    breaks = _breaks(rows, heights)
    return Grid("概要", _WIDTHS, rows, heights, breaks, flowchart(material), _DRAWN_AT)


def _height(row: Row) -> float:
    styles = {cell.style for cell in row}
    least = 34.0 if "head" in styles else _ROW
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
        tuple(Cell(_broken(head), "head") for head in heads),
        *((Cell(name, "name"), *(Cell(n, "figure") for n in numbers)) for name, numbers in table),
        (Cell("計", "name"), *(Cell(n, "total") for n in totals)),
    ]


def _broken(head: str) -> str:
    """A heading broken where it is read, not where its column ends.

    >>> _broken("修正意見なし"), _broken("対応済み")
    ('修正意見\\nなし', '対応済み')
    """
    return re.sub(r"(?<=.)(なし|もの)$", r"\n\1", head)


def _made_by(material: Material) -> list[Row]:
    info = material.result.info
    words = (
        f"実行 {info.run_id}　モデル {info.model_id}　エンコーダー {info.encoder_id}"
        f"　判断基準書 第{info.taxonomy_version}版"
    )
    return [(Cell(words, "note", len(_WIDTHS)),)]
