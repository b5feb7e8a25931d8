from __future__ import annotations

import dataclasses
from pathlib import Path

import docx
from docx.oxml.ns import qn

from pipeline.edges.outputs.document import write_candidates
from pipeline.edges.outputs.material import Material
from pipeline.results import Result
from tests.factory import gold_rows, make_result


def document_of(result: Result, path: Path) -> tuple[list[str], str]:
    write_candidates(Material(result), path / "candidates.docx")
    document = docx.Document(str(path / "candidates.docx"))
    heads = [
        p.text.strip() for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"
    ]
    return heads, "\n".join(p.text for p in document.paragraphs)


def test_every_candidate_has_its_page_and_its_result(tmp_path: Path) -> None:
    result = make_result()
    heads, text = document_of(result, tmp_path)
    assert heads == [candidate.name for candidate in result.candidates]
    assert text.count("未了 ") == len(heads)
    assert text.count("除外の理由") == len(heads)


def test_a_candidate_without_open_points_says_so(tmp_path: Path) -> None:
    result = make_result(gold_rows(1))
    settled = result.judgement.decisions.assign(outcome="human", review_reasons="")
    ended = dataclasses.replace(
        result,
        judgement=dataclasses.replace(result.judgement, decisions=settled),
        dispositions=result.dispositions.assign(disposition="excluded"),
    )
    _, text = document_of(ended, tmp_path)
    assert "同意できる" in text
    assert "全ての論点の判断が済んでいます" in text


def test_text_from_outside_cannot_damage_the_document(tmp_path: Path) -> None:
    result = make_result(gold_rows(3), certified=False)
    strange = result.statements.assign(shown="前\x00<w:p>\ud83d&後")
    _, text = document_of(dataclasses.replace(result, statements=strange), tmp_path)
    assert "前<w:p>&後" in text


def test_no_opinions_make_a_document_that_says_so(tmp_path: Path) -> None:
    nothing = make_result([row for row in gold_rows() if row["label"] == "none"])
    assert document_of(nothing, tmp_path) == ([], "意見はありませんでした。")


def test_the_document_says_it_is_japanese_and_numbers_its_pages(tmp_path: Path) -> None:
    write_candidates(Material(make_result(gold_rows(3))), tmp_path / "candidates.docx")
    document = docx.Document(str(tmp_path / "candidates.docx"))
    (language,) = document.styles.element.iter(qn("w:lang"))
    assert language.get(qn("w:eastAsia")) == "ja-JP"
    fields = document.sections[0].footer.paragraphs[0]._p.iter(qn("w:fldSimple"))
    assert [field.get(qn("w:instr")) for field in fields] == ["PAGE", "NUMPAGES"]
