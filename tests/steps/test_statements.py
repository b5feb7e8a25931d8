"""Statements: verbatim, masked, normalized."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.steps.personal import find_personal
from pipeline.steps.split import split
from pipeline.steps.statements import make_statements, norm_of


def _opinions(text: str, reason: str = "") -> pd.DataFrame:
    row = {"opinion_key": "k", "candidate_id": "T1", "section": "３（２）", "text": text, "reason": reason}
    return pd.DataFrame([row])


def _statements(text: str, reason: str = "") -> pd.DataFrame:
    opinions = _opinions(text, reason)
    return make_statements(opinions, split(opinions), find_personal(opinions))


def test_a_masked_statement_is_verbatim_but_for_the_masks():
    text = "①費用を示されたい。②様式を　統一されたい。（担当：保育課　須々木　内線217）"
    made = _statements(text, "－")
    assert made["text"].tolist() == ["①費用を示されたい。", text[10:]]
    assert made["shown"].tolist() == [
        "①費用を示されたい。",
        "②様式を　統一されたい。（担当：保育課　〔氏名〕　内線〔電話番号〕）",
    ]
    assert made["norm"].tolist() == ["費用を示されたい。", "様式を 統一されたい。"]
    assert made["norm_reason"].tolist() == ["", ""]
    assert made["shown_reason"].tolist() == ["－", "－"]


def test_personal_data_in_the_reason_is_masked_for_every_part():
    made = _statements("①費用を示されたい。②様式を統一されたい。", "照会先：a@b.example.jp")
    assert made["shown_reason"].tolist() == ["照会先：〔メール〕"] * 2


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("①３（１）を改められたい。", "3(1)を改められたい。"),
        ("１点目。費用を示されたい。", "費用を示されたい。"),
        ("・あと、費用を示されたい。", "費用を示されたい。"),
        ("また、費用を示されたい。", "費用を示されたい。"),
        ("10団体の費用を示されたい。", "10団体の費用を示されたい。"),
        ("①", "1"),
    ],
)
def test_a_part_loses_its_number_or_connective(shown: str, expected: str):
    assert norm_of(shown, is_part=True) == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("賛成。\n問合せ先：業務係 〔氏名〕　〔電話番号〕", "賛成。"),
        ("賛成。ご不明の点は 〔メール〕（〔氏名〕）までご連絡ください。", "賛成。"),
        ("〔氏名〕係長に聞いたところ、費用は示されていない。", "係長に聞いたところ、費用は示されていない。"),
        ("（担当：〔氏名〕）", "(担当:〔氏名〕)"),
        ("特になし", ""),
    ],
)
def test_signatures_are_not_read_by_models_but_content_is(shown: str, expected: str):
    assert norm_of(shown, is_part=False) == expected
