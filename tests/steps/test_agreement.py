from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.agreement import by_label, cohen_kappa, krippendorff_alpha

# Krippendorff (2011), sections B and C.
TWO_NOMINAL = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
FOUR_WITH_GAPS = zip("123321412...", "1233224125.3", ".3332342251.", "12332441251.", strict=True)


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        (TWO_NOMINAL, 0.692),
        ([[v for v in unit if v != "."] for unit in FOUR_WITH_GAPS], 0.743),
        ([["a", "a"], ["b", "b"]], 1.0),
    ],
)
def test_alpha_gives_the_values_of_the_textbook(units: list[list[str]], alpha: float) -> None:
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=5e-4)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [((20, 5, 10, 15), 0.4), ((45, 15, 25, 15), 0.1304), ((25, 35, 5, 35), 0.2593)],
)
def test_kappa_gives_the_values_of_the_textbook(table: tuple[int, ...], kappa: float) -> None:
    cells = [("y", "y"), ("y", "n"), ("n", "y"), ("n", "n")]
    pairs = [cell for cell, count in zip(cells, table, strict=True) for _ in range(count)]
    assert cohen_kappa(pairs) == pytest.approx(kappa, abs=5e-5)


@pytest.mark.parametrize("pairs", [[], [("a", "a")] * 3])
def test_agreement_is_undefined_where_chance_explains_everything(pairs: list[tuple[str, str]]) -> None:
    assert cohen_kappa(pairs) is None
    assert krippendorff_alpha(pairs) is None


def test_each_label_is_held_against_the_rest() -> None:
    pairs = [("a", "a"), ("b", "b"), ("a", "c"), ("b", "b")]
    assert by_label(cohen_kappa, pairs, ["b", "z"]) == {"b": 1.0, "z": None}
    assert by_label(krippendorff_alpha, pairs, ["b", "c"]) == {"b": 1.0, "c": pytest.approx(0.0)}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"))))
def test_who_is_called_first_does_not_matter(pairs: list[tuple[str, str]]) -> None:
    swapped = [(b, a) for a, b in pairs]
    assert cohen_kappa(pairs) == pytest.approx(cohen_kappa(swapped))
    assert krippendorff_alpha(pairs) == pytest.approx(krippendorff_alpha(swapped))
