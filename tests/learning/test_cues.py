from __future__ import annotations

import pytest

from pipeline.learning.cues import NAMES, asking, count_cues


@pytest.mark.parametrize(
    ("text", "reason", "cue"),
    [
        ("利用料が決まらないと賛否は示せない。", "", "text:premise_open"),
        ("他市では止まったと聞いている。", "", "text:hearsay"),
        ("端末を外すべきである。", "現場なら誰でも分かる。", "reason:assertion"),
        ("実情に寄り添った取組を望む。", "", "last:abstract"),
        ("当町の条例に合わせてほしい。", "", "text:own_body"),
        ("補助率を引き上げられたい。", "", "text:institution"),
        ("様式を示されたい。", "", "opinion_form"),
        ("国の共通システムに載せてほしい。", "", "text:one_system"),
        ("共同調達の仕様書に入れてほしい。", "", "text:other_method"),
        ("許可の有効期間を五年に延ばすべきである。", "", "last:reform"),
    ],
)
def test_a_cue_is_seen(text: str, reason: str, cue: str) -> None:
    assert count_cues([text], [reason], [""])[0, NAMES.index(cue)] > 0


@pytest.mark.parametrize(
    "text", ["第42回市民マラソン大会の参加者を募集しています。", "春祭りは4月3日です。", ""]
)
def test_a_bulletin_has_no_form_of_an_opinion(text: str) -> None:
    assert count_cues([text], [""], [""])[0, NAMES.index("opinion_form")] == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("様式を統一されたい。県内には十二種類ある。", "様式を統一されたい"),
        ("台帳が二つある。一つにしてほしい。", "一つにしてほしい"),
        ("記念日は三月三日。晴れ。", "晴れ"),
        ("", ""),
    ],
)
def test_the_request_is_the_last_sentence_that_asks_or_judges(text: str, expected: str) -> None:
    assert asking(text) == expected
