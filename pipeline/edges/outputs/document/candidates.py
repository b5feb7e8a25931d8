"""Candidates: candidates.docx, one page per candidate for the meeting."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.words import cut, records

_FONT = "BIZ UDPゴシック"
_INK = RGBColor(0x1B, 0x2A, 0x41)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_N_REQUESTS = 8
_N_OPEN = 4
_LINE = 120
"""Characters of a quoted request, so that a candidate stays on its page."""


def write_candidates(material: Material, path: Path) -> None:
    """Write candidates.docx: result, numbers, requests, exclusions by reason and open points, a page each."""
    document = docx.Document()
    prepare(document)
    for i, candidate_id in enumerate(material.candidate_ids):
        if i:
            document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _candidate(document, material, candidate_id)
    if not material.candidate_ids:
        say(document, "意見はありませんでした。")
    document.save(str(path))


def prepare(document: Any) -> None:
    """A4, one Japanese font for every script, quiet headings, numbered pages."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(18)
    for name, size in (("Normal", 10), ("Heading 1", 17), ("Heading 2", 11.5), ("List Bullet", 10)):
        style = document.styles[name]
        style.font.name = _FONT
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
            fonts.set(qn(script), _FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(theme), None)
        style.font.size = Pt(size)
        style.font.color.rgb = _INK
        style.paragraph_format.space_after = Pt(3)
        style.paragraph_format.space_before = Pt(9 if name == "Heading 2" else 0)
    _in_japanese(document)
    _number_pages(section)


def _in_japanese(document: Any) -> None:
    """Say the language: without it, commas and characters may take their Chinese shapes."""
    for fonts in document.styles.element.iter(qn("w:rPrDefault")):
        language = fonts.find(qn("w:rPr")).find(qn("w:lang"))
        language.set(qn("w:val"), "ja-JP")
        language.set(qn("w:eastAsia"), "ja-JP")


def _number_pages(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for code, after in (("PAGE", " / "), ("NUMPAGES", "")):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), code)
        paragraph._p.append(field)
        paragraph.add_run(after).font.size = Pt(8)


def _candidate(document: Any, material: Material, candidate_id: str) -> None:
    candidate = material.result.candidates.get(candidate_id)
    counts = material.summary["by_candidate"][candidate_id]
    document.add_heading(legal(material.candidate_name(candidate_id)), 1)
    info = material.result.info
    about = (candidate.ministry if candidate else "", info.window, f"{material.day}作成")
    say(document, "　".join(filter(None, about)))
    document.add_heading("結果", 2)
    say(document, material.verdict(candidate_id), is_bold=True)
    _numbers(document, material, counts)
    document.add_heading("修正を求める協議の案（代表の意見から原文のまま）", 2)
    _requests(document, material, candidate_id)
    document.add_heading("除外の理由", 2)
    _exclusions(document, material, candidate_id)
    document.add_heading("残っていること", 2)
    _open(document, material, candidate_id)


def _numbers(document: Any, material: Material, counts: dict[str, Any]) -> None:
    ends = [term.code for term in material.result.taxonomy.dispositions]
    heads = ["意見", "論点", *(material.say(end) for end in ends)]
    values = [counts["opinions"], counts["statements"], *(counts["by_disposition"][end] for end in ends)]
    table = document.add_table(rows=2, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        _fill(cell, head, is_head=True)
    for cell, value in zip(table.rows[1].cells, values, strict=True):
        _fill(cell, f"{value:,}")


def _requests(document: Any, material: Material, candidate_id: str) -> None:
    mine = material.requests[material.requests["candidate_id"] == candidate_id]
    for theme in records(mine.head(_N_REQUESTS)):
        waiting = f"、うち確認待ち{theme.n_pending}" if theme.n_pending else ""
        words = (
            f"{cut(theme.sentence, _LINE)}（{theme.n_municipalities}団体、{theme.n_statements}論点{waiting}）"
        )
        say(document, words, style="List Bullet")
    if len(mine) > _N_REQUESTS:
        say(document, f"ほか{len(mine) - _N_REQUESTS}件は results.xlsx の「修正協議案」にあります。")
    if mine.empty:
        say(document, "ありません。")


def _exclusions(document: Any, material: Material, candidate_id: str) -> None:
    rows = material.rows
    mine = rows[(rows["candidate_id"] == candidate_id) & (rows["disposition"] == "excluded")]
    counts = mine["label"].value_counts()
    said = [f"{material.say(str(label))} {n}" for label, n in counts.items()]
    say(document, "、".join(said) or "除外した論点はありません。")


def _open(document: Any, material: Material, candidate_id: str) -> None:
    waiting = material.to_review[material.to_review["candidate_id"] == candidate_id]
    if waiting.empty:
        say(document, "ありません。全ての論点の判断が済んでいます。")
        return
    reasons = waiting["review_reasons"].str.split(";").explode().value_counts()
    said = "、".join(f"{material.say(str(code))} {n}" for code, n in reasons.items() if code)
    say(document, f"人の確認を待つ論点 {len(waiting)}件（{said}）。先に見るもの:")
    for row in records(waiting.head(_N_OPEN)):
        say(document, f"番号{row.opinion_id}　{cut(row.text, 60)}", style="List Bullet")


def say(document: Any, text: str, *, style: str = "Normal", is_bold: bool = False) -> None:
    """Add a paragraph."""
    document.add_paragraph(style=style).add_run(legal(text)).bold = is_bold


def _fill(cell: Any, text: str, *, is_head: bool = False) -> None:
    run = cell.paragraphs[0].add_run(text)
    run.font.size = Pt(8 if is_head else 12)
    run.bold = not is_head
    if is_head:
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "F4F5F7")
        cell._tc.get_or_add_tcPr().append(shade)


def legal(text: str) -> str:
    """Text on one line, without characters XML cannot hold."""
    return " ".join(_ILLEGAL.sub("", text).split())
