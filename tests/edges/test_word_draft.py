"""Awkward documents of our own, made with the marks Word makes; what is read is what Word prints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from pipeline.edges.word_draft import word_lines
from pipeline.steps.passages import Line

W = nsdecls("w")


def lines(document: Any, path: Path) -> list[tuple[str, int]]:
    document.save(str(path / "a.docx"))
    return [(line.text, line.level) for line in word_lines(path / "a.docx") if line.text]


def add_list(document: Any, *levels: tuple[str, str]) -> None:
    """List 90, with a format and a text for every level."""
    numbering = document.part.numbering_part.element
    made = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(levels)
    )
    numbering.find(qn("w:num")).addprevious(
        parse_xml(f'<w:abstractNum {W} w:abstractNumId="90">{made}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num {W} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))


def numbered(document: Any, text: str, level: int, list_id: int = 90) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )


def test_numbers_that_word_counts_stand_before_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    add_list(
        document,
        ("decimalFullWidth", "%1"),
        ("decimalFullWidth", "（%2）"),
        ("aiueoFullWidth", "%3"),
        ("decimalEnclosedCircle", "%4"),
    )
    for text, level in [
        ("目的", 0),
        ("範囲", 0),
        ("対象", 1),
        ("様式", 2),
        ("写真", 2),
        ("国", 3),
        ("対象外", 1),
    ]:
        numbered(document, text, level)
    numbered(document, "", 0)
    numbered(document, "費用", 0)
    said = [text for text, _ in lines(document, tmp_path)]
    assert said == [
        "１　目的",
        "２　範囲",
        "（１）　対象",
        "ア　様式",
        "イ　写真",
        "①　国",
        "（２）　対象外",
        "４　費用",
    ]


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("japaneseCounting", "第%1", ["第一　一つ目", "第二　二つ目"]),
        ("decimal", "第%1条", ["第1条　一つ目", "第2条　二つ目"]),
        ("iroha", "%1", ["イ　一つ目", "ロ　二つ目"]),
        ("upperRoman", "%1.", ["I.　一つ目", "II.　二つ目"]),
        ("lowerLetter", "%1)", ["a)　一つ目", "b)　二つ目"]),
        ("bullet", "", ["・一つ目", "・二つ目"]),
        ("none", "", ["一つ目", "二つ目"]),
    ],
)
def test_formats_of_numbers(form: str, text: str, expected: list[str], tmp_path: Path) -> None:
    document = docx.Document()
    add_list(document, (form, text))
    numbered(document, "一つ目", 0)
    numbered(document, "二つ目", 0)
    assert [said for said, _ in lines(document, tmp_path)] == expected


def test_a_style_may_carry_number_and_level(tmp_path: Path) -> None:
    document = docx.Document()
    add_list(document, ("decimal", "%1."))
    style = document.styles["Heading 1"].element.get_or_add_pPr()
    style.append(parse_xml(f'<w:numPr {W}><w:numId w:val="90"/></w:numPr>'))
    document.add_heading("目的", 1)
    document.add_heading("費用", 1)
    assert lines(document, tmp_path) == [("1.　目的", 1), ("2.　費用", 1)]


def test_insertions_are_read_and_deletions_are_not(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("作成は")
    paragraph._p.append(parse_xml(f"<w:ins {W}><w:r><w:t>国が行い、</w:t></w:r></w:ins>"))
    paragraph._p.append(parse_xml(f"<w:del {W}><w:r><w:delText>団体が行い、</w:delText></w:r></w:del>"))
    paragraph.add_run("改修は補助する。")
    assert lines(document, tmp_path) == [("作成は国が行い、改修は補助する。", 0)]


def test_furigana_is_not_read_and_what_it_stands_over_is(tmp_path: Path) -> None:
    document = docx.Document()
    rubies = "<w:rt><w:r><w:t>くうか</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>空家</w:t></w:r></w:rubyBase>"
    document.add_paragraph()._p.append(parse_xml(f"<w:r {W}><w:ruby>{rubies}</w:ruby></w:r>"))
    assert lines(document, tmp_path) == [("空家", 0)]


def test_content_controls_and_text_boxes_are_read_where_they_stand(tmp_path: Path) -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>参考である。</w:t></w:r></w:p></w:txbxContent>"
    document.add_paragraph("本文である。")._p.append(parse_xml(f"<w:r {W}><w:pict>{box}</w:pict></w:r>"))
    inside = "<w:p><w:r><w:t>留意事項である。</w:t></w:r></w:p>"
    document.element.body.insert(1, parse_xml(f"<w:sdt {W}><w:sdtContent>{inside}</w:sdtContent></w:sdt>"))
    assert [text for text, _ in lines(document, tmp_path)] == [
        "本文である。",
        "参考である。",
        "留意事項である。",
    ]


def test_a_note_follows_the_paragraph_that_calls_it(tmp_path: Path) -> None:
    document = docx.Document()
    said = "<w:p><w:r><w:t>令和８年４月現在</w:t></w:r></w:p>"
    note = f'<w:footnotes {W}><w:footnote w:id="2">{said}</w:footnote></w:footnotes>'
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        note.encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    paragraph = document.add_paragraph("台帳は紙が多い。")
    paragraph._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    assert lines(document, tmp_path) == [("台帳は紙が多い。（※）", 0), ("※令和８年４月現在", 0)]


def test_a_table_of_words_is_one_line(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for i, text in enumerate(["区分", "国", "改修", "補助"]):
        table.cell(i // 2, i % 2).text = text
    document.save(str(tmp_path / "a.docx"))
    assert [line for line in word_lines(tmp_path / "a.docx") if line.text] == [
        Line("区分　国\n改修　補助", is_table=True)
    ]


def test_a_table_within_a_cell_is_read_once_as_words_of_that_cell(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "区分"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "国", "団体"
    assert lines(document, tmp_path) == [("区分　国 団体", 0)]


def test_a_style_that_is_based_on_itself_has_no_number(tmp_path: Path) -> None:
    document = docx.Document()
    one, other = document.styles.add_style("甲", 1), document.styles.add_style("乙", 1)
    one.base_style, other.base_style = other, one
    document.add_paragraph("本文", style="甲")
    assert lines(document, tmp_path) == [("本文", 0)]
