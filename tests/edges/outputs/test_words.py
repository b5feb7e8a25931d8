from __future__ import annotations

from types import SimpleNamespace

import pytest

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.words import passages, path, references, sender
from tests.factory import gold_rows, make_result

PATHS = [
    ("alternative_method=yes", "「共通化以外の手法」に当たる"),
    ("resolved=no;out_of_scope=no;abstract=yes", "「解決済」「射程外」に当たらず → 「抽象的なもの」に当たる"),
    (
        "share=yes;stated=no;reflected=no",
        "「共有すべきもの」に当たる → 「記載あり」「方向性が反映」に当たらない",
    ),
    ("", ""),
]
SENDERS = [
    ("北嶺県", "鐘ヶ峰村", "北嶺県 鐘ヶ峰村"),
    ("北嶺県", "北嶺県", "北嶺県"),
    ("北嶺県", "北嶺県土木部", "北嶺県土木部"),
    ("", "鐘ヶ峰村", "鐘ヶ峰村"),
]


@pytest.fixture(scope="module")
def material() -> Material:
    return Material(make_result(gold_rows(1)))


@pytest.mark.parametrize(("steps", "expected"), PATHS)
def test_the_path_reads_as_a_sentence(material: Material, steps: str, expected: str) -> None:
    assert path(material, steps) == expected


@pytest.mark.parametrize(("prefecture", "organization", "expected"), SENDERS)
def test_a_prefecture_is_not_said_twice(prefecture: str, organization: str, expected: str) -> None:
    assert sender(SimpleNamespace(prefecture=prefecture, organization=organization)) == expected


def test_references_name_their_part_of_the_candidate_file(material: Material) -> None:
    said = references(material, "T1", "answered:0;p01;unknown:9")
    assert [line.split("］")[0] for line in said.split("\n")] == ["［回答済み 1", "［方針案 p01"]


def test_passages_carry_their_whole_text(material: Material) -> None:
    candidate = material.result.candidates.get("T1")
    assert candidate is not None
    first = candidate.draft[0]
    assert passages(material, "T1", "p01") == f"【p01】{first.heading}　{first.text}"
    assert passages(material, "T9", "p01") == ""
