from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.policy import Automatic
from pipeline.steps.certify import Certificate, Predictions, certify, labels_needed

POLICY = Automatic(max_wrong=0.05, max_wrongly_excluded=0.02, confidence=0.9)


def draw(rng: np.random.Generator, n: int, sharpness: float) -> Predictions:
    """n statements whose chance of being wrong falls with the score."""
    score = rng.uniform(0, 1, n)
    excluded = rng.uniform(0, 1, n) < 0.6
    wrong = rng.uniform(0, 1, n) < _risk(score, sharpness)
    lost = wrong & excluded & (rng.uniform(0, 1, n) < 0.5)
    return Predictions(score, excluded, wrong, lost, tuple(map(str, range(n))))


def _risk(score: NDArray[np.float64], sharpness: float) -> NDArray[np.float64]:
    risk: NDArray[np.float64] = 0.5 * (1 - score) ** sharpness
    return risk


def sure(n: int, excluded: bool, errors: int = 0) -> Predictions:
    """n statements of one group, scores falling; the last ``errors`` (the first, if negative) are wrong."""
    wrong = np.arange(n) < -errors if errors < 0 else np.arange(n) >= n - errors
    return Predictions(
        np.linspace(1, 0.5, n), np.full(n, excluded), wrong, wrong & excluded, tuple(map(str, range(n)))
    )


@pytest.mark.parametrize(
    ("rate", "delta", "expected"),
    [
        (0.05, 0.05, [59, 93, 124, 153]),
        (0.05, 0.025, [72, 110, 142, 173]),
        (0.02, 0.1, [114, 194, 265, 333]),
    ],
)
def test_labels_needed_agree_with_the_exact_tables(rate: float, delta: float, expected: list[int]) -> None:
    assert [labels_needed(errors, rate, delta) for errors in range(4)] == expected


def test_too_few_labels_certify_nothing_and_say_how_many_are_missing() -> None:
    certificate = certify(sure(40, excluded=False), POLICY)
    assert certificate.shared.threshold is None
    assert certificate.shared.n_missing == 5
    assert certificate.excluded.n_missing == 114
    assert "あと約119件" in certificate.sentence
    assert not certificate.accepts(np.array([1.0, 1.0]), np.array([True, False])).any()


def test_no_labels_at_all_certify_nothing() -> None:
    nothing = sure(0, excluded=True)
    assert certify(nothing, POLICY).excluded.threshold is None


def test_without_errors_everything_is_certified() -> None:
    data = sure(200, excluded=True)
    certificate = certify(data, POLICY)
    assert certificate.excluded.threshold == 0.5
    assert certificate.excluded.n_accepted == 200
    assert certificate.accepts(np.array([0.5, 0.49]), np.array([True, True])).tolist() == [True, False]


def test_errors_at_the_surest_end_certify_nothing() -> None:
    data = sure(200, excluded=True, errors=-20)
    assert certify(data, POLICY).excluded.threshold is None


def test_exclusions_must_also_hold_the_stricter_bound() -> None:
    # 4 wrong of 200 pass 5 %, but 4 lost of 200 do not pass 2 %.
    as_exclusions, as_shared = sure(200, excluded=True, errors=4), sure(200, excluded=False, errors=4)
    assert certify(as_exclusions, POLICY).excluded.n_accepted == 196
    assert certify(as_shared, POLICY).shared.n_accepted == 200


def both(shared: Predictions, excluded: Predictions) -> Predictions:
    return Predictions(
        np.concatenate([shared.score, excluded.score]),
        np.concatenate([shared.excluded, excluded.excluded]),
        np.concatenate([shared.wrong, excluded.wrong]),
        np.concatenate([shared.wrongly_excluded, excluded.wrongly_excluded]),
        tuple(map(str, range(len(shared.score) + len(excluded.score)))),
    )


def test_errors_of_one_group_are_borne_by_both_together() -> None:
    # 8 wrong of 150 shared are too many for them alone, but not of 350 in all.
    shared = sure(150, excluded=False, errors=8)
    assert certify(shared, POLICY).shared.n_accepted == 144
    certificate = certify(both(shared, sure(200, excluded=True)), POLICY)
    assert (certificate.shared.n_accepted, certificate.excluded.n_accepted) == (150, 200)
    assert certificate.shared.threshold == certificate.excluded.threshold == 0.5


def test_too_few_exclusions_leave_shared_statements_certified_alone() -> None:
    certificate = certify(both(sure(200, excluded=False), sure(100, excluded=True)), POLICY)
    assert certificate.shared.n_accepted == 200
    assert (certificate.excluded.threshold, certificate.excluded.n_missing) == (None, 14)
    assert "自動採用（共有すべきもの）" in certificate.sentence


def test_a_certificate_says_which_weight_its_scores_were_freed_of() -> None:
    assert certify(sure(200, excluded=True), POLICY, share_weight=3.0).share_weight == 3.0


def test_copies_are_one_observation() -> None:
    one = sure(30, excluded=False)
    copies = Predictions(
        np.tile(one.score, 10),
        np.tile(one.excluded, 10),
        np.tile(one.wrong, 10),
        np.tile(one.wrongly_excluded, 10),
        one.clusters * 10,
    )
    assert certify(copies, POLICY).shared.n_calibration == 30
    assert certify(copies, POLICY).shared.threshold is None


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError, match="same length"):
        Predictions(np.zeros(2), np.zeros(2, bool), np.zeros(2, bool), np.zeros(1, bool), ("a", "b"))


def _violations(n: int, sharpness: float) -> tuple[float, float, float]:
    """Share of 1,000 draws in which the true risk of what would be accepted exceeds the promise."""
    rng = np.random.default_rng(7)
    population = draw(rng, 20_000, sharpness)
    pooled = lost = certified = 0
    for _ in range(1000):
        certificate: Certificate = certify(draw(rng, n, sharpness), POLICY)
        taken = certificate.accepts(population.score, population.excluded)
        if not taken.any():
            continue
        certified += 1
        pooled += population.wrong[taken].mean() > POLICY.max_wrong
        gone = taken & population.excluded
        lost += gone.any() and population.wrongly_excluded[gone].mean() > POLICY.max_wrongly_excluded
    return pooled / 1000, lost / 1000, certified / 1000


@pytest.mark.parametrize(("n", "sharpness"), [(400, 3.0), (900, 2.0)])
def test_the_promise_is_broken_at_most_as_often_as_allowed(n: int, sharpness: float) -> None:
    pooled, lost, certified = _violations(n, sharpness)
    assert certified > 0.5, "a certificate that never accepts anything would pass trivially"
    assert pooled <= 0.1
    assert lost <= 0.1
