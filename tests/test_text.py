from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import normalize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("①第１、②第２", "1第1、2第2"),
        ("ｶﾞｿﾘﾝ券　１０㎞", "ガソリン券 10km"),
        ("佐々木", "佐々木"),
        ("が\u3099", "が\u3099"),
        ("一\u200b二\ufeff三", "一二三"),
        ("右\u202e左", "右左"),
        ("\x0b縦\x00", "縦"),
        ("一行目\r\n\r\n　二行目", "一行目\n二行目"),
        ("５－１―２", "5-1-2"),
    ],
)
def test_one_spelling_for_one_thing(text: str, expected: str) -> None:
    assert normalize(text) == expected


@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
