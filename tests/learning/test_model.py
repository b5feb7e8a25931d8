from __future__ import annotations

import numpy as np
import pytest

from pipeline.learning.model import calibrated, find_temperature


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
