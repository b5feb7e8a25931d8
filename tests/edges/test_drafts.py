from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import docx
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from typer.testing import CliRunner

from pipeline.candidates import Candidate, Candidates, Passage, load_candidates
from pipeline.cli_candidate import candidate_app
from pipeline.edges.drafts import read_draft, write_candidate
from pipeline.errors import InputError
from pipeline.steps.passages import number_passages

TITLE = "空家等情報管理システムに係る共通化推進方針（案）"


@pytest.fixture
def draft(sample_candidates: Candidates) -> tuple[Passage, ...]:
    found = sample_candidates.get("D1")
    assert found is not None
    return found.draft


def as_word(draft: tuple[Passage, ...], path: Path) -> Path:
    document = docx.Document()
    document.add_paragraph(TITLE)
    for passage in draft:
        document.add_heading(passage.heading, 1)
        document.add_paragraph(passage.text)
    document.save(str(path))
    return path


def read(path: Path) -> list[tuple[str, str, str]]:
    passages = number_passages(read_draft(path)).passages
    return [(p.passage_id, p.heading, p.text) for p in passages]


def test_a_word_draft_gives_back_its_passages(draft: tuple[Passage, ...], tmp_path: Path) -> None:
    path = as_word(draft, tmp_path / "draft.docx")
    assert read(path) == [(p.passage_id, p.heading, p.text) for p in draft]
    assert number_passages(read_draft(path)).title == TITLE


def test_a_word_table_is_read_row_by_row_and_a_merged_cell_once(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("費用", 1)
    table = document.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("国", "標準仕様書", ""), strict=True):
        cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    document.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx") == [("p01", "費用", "国　標準仕様書")]


def test_a_slide_is_a_heading_and_its_paragraphs(tmp_path: Path) -> None:
    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "２ 費用"
    slide.placeholders[1].text = "国が負担する。\n団体は利用料を負担する。"
    slides.save(str(tmp_path / "a.pptx"))
    assert [row[1:] for row in read(tmp_path / "a.pptx")] == [
        ("２ 費用", "国が負担する。"),
        ("２ 費用", "団体は利用料を負担する。"),
    ]


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_a_pdf_draft_gives_back_its_passages(draft: tuple[Passage, ...], tmp_path: Path) -> None:
    path = as_word(draft, tmp_path / "draft.docx")
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(path)], check=True, timeout=180, capture_output=True
    )
    if not (tmp_path / "draft.pdf").exists():
        pytest.skip("LibreOffice has no Writer here")
    # A page's lines do not tell whether a gap was typed or set.
    found = [(heading, text.replace(" ", "")) for _, heading, text in read(tmp_path / "draft.pdf")]
    assert found == [(p.heading, p.text.replace(" ", "")) for p in draft]


BAD = [
    ("a.xlsx", b"x", "読めるのは"),
    ("a.docx", b"PK\x03\x04 not a zip", "開けません"),
    ("a.pdf", b"%PDF-1.7 nothing", "ません"),
    ("a.pptx", b"not a zip", "開けません"),
    ("a.txt", b" \n\n", "文字がありません"),
    ("a.txt", b"\x81\xff\xff", "文字コード"),
]


@pytest.mark.parametrize(("name", "data", "message"), BAD)
def test_a_bad_draft_says_what_to_do(name: str, data: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        read_draft(tmp_path / name)


def test_a_missing_draft_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ファイルがありません"):
        read_draft(tmp_path / "a.docx")


def test_a_candidate_file_that_people_may_have_completed_is_never_overwritten(tmp_path: Path) -> None:
    made = Candidate(candidate_id="X", name="予約")
    write_candidate(made, tmp_path / "X.candidate.json")
    with pytest.raises(InputError, match="既にあります"):
        write_candidate(made, tmp_path / "X.candidate.json")


def test_the_command_writes_a_file_the_program_reads(tmp_path: Path) -> None:
    source = tmp_path / "draft.txt"
    source.write_text(f"{TITLE}\n\n１　目的\n空家等の情報を共通の仕組みで管理する。\n", encoding="cp932")
    out = tmp_path / "new" / "X1.candidate.json"
    done = CliRunner().invoke(candidate_app, ["import", str(source), "--out", str(out)])
    assert done.exit_code == 0, done.output
    (made,) = load_candidates(out.parent)
    assert (made.candidate_id, made.name, len(made.draft)) == ("X1", "空家等情報管理システム", 1)
    assert json.loads(out.read_text(encoding="utf-8"))["scope"] == {"in": [], "out": []}


def test_a_word_draft_whose_list_has_no_number_is_refused_in_words(tmp_path: Path) -> None:
    document = docx.Document()
    properties = document.add_paragraph("項目")._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl/><w:numId w:val="1"/></w:numPr>'))
    document.save(str(tmp_path / "a.docx"))
    with pytest.raises(InputError, match="開けません"):
        read(tmp_path / "a.docx")
