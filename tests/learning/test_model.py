from __future__ import annotations

import numpy as np
import pytest

from pipeline.learning.cues import NAMES, count_cues
from pipeline.learning.model import calibrated, find_temperature
from pipeline.learning.similarity import similarities


def test_temperature_makes_an_overconfident_model_modest() -> None:
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 2000)
    sure = np.where(rng.random(2000) < 0.8, truth, 1 - truth)
    raw = np.where(np.arange(2)[None, :] == sure[:, None], 0.99, 0.01)
    temperature = find_temperature(raw, truth)
    assert temperature > 2
    assert calibrated(raw, temperature, 1.0, 0).max(axis=1).mean() == pytest.approx(0.8, abs=0.02)


def test_an_exclusion_must_be_as_many_times_likelier_as_it_costs() -> None:
    raw = np.array([[0.70, 0.30], [0.80, 0.20]])
    assert calibrated(raw, 1.0, 1.0, 1).argmax(axis=1).tolist() == [0, 0]
    assert calibrated(raw, 1.0, 3.0, 1).argmax(axis=1).tolist() == [1, 0]


def test_no_labels_leave_everything_as_it_is() -> None:
    nothing = np.zeros((0, 2))
    assert find_temperature(nothing, np.zeros(0, dtype=np.intp)) == 1.0


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
    ],
)
def test_a_cue_is_seen(text: str, reason: str, cue: str) -> None:
    assert count_cues([text], [reason], [""])[0, NAMES.index(cue)] > 0


@pytest.mark.parametrize(
    "text", ["第42回市民マラソン大会の参加者を募集しています。", "春祭りは4月3日です。", ""]
)
def test_a_bulletin_has_no_form_of_an_opinion(text: str) -> None:
    assert count_cues([text], [""], [""])[0, NAMES.index("opinion_form")] == 0


def test_a_file_with_one_item_is_compared_without_error() -> None:
    from pipeline.candidates import LedgerItem
    from pipeline.learning.similarity import Asked

    asked = Asked(("意見",), ("意見",), ("",), np.ones((1, 4)), np.ones((1, 4)))
    close = similarities(asked, [LedgerItem("scope_in:0", "scope_in", "許可の受付")], np.ones((1, 4)))
    assert close.shape == (1, 1, 5)
    assert np.isfinite(close).all()
