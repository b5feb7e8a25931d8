from __future__ import annotations

import dataclasses
from pathlib import Path

import docx

from pipeline.candidates import Candidates
from pipeline.edges.outputs.document import write_drafts
from pipeline.edges.outputs.material import Material
from tests.factory import gold_rows, make_result


def test_every_passage_is_there_and_every_asked_statement_is_counted_once(tmp_path: Path) -> None:
    material = Material(make_result())
    write_drafts(material, tmp_path / "drafts.docx")
    document = docx.Document(str(tmp_path / "drafts.docx"))
    texts = [paragraph.text for paragraph in document.paragraphs]
    passages = [passage.text for candidate in material.result.candidates for passage in candidate.draft]
    assert [text for text in texts if text in set(passages)] == passages
    counted = sum(int(comment.paragraphs[0].text.split("論点")[0]) for comment in document.comments)
    asked = material.rows[material.rows["passages"] != ""]
    assert counted == len(asked)


def test_without_a_draft_the_document_says_so(tmp_path: Path) -> None:
    result = dataclasses.replace(make_result(gold_rows(5)), candidates=Candidates([]))
    write_drafts(Material(result), tmp_path / "drafts.docx")
    document = docx.Document(str(tmp_path / "drafts.docx"))
    assert [paragraph.text for paragraph in document.paragraphs] == ["方針案の本文のある候補がありません。"]
