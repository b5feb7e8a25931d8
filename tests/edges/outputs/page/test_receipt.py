from __future__ import annotations

import dataclasses

import pytest

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page.receipt import Receipt, receipt
from tests.factory import gold_rows, make_result


def dated(*days: str) -> Material:
    result = make_result(gold_rows(len(days)))
    opinions = result.intake.opinions.assign(received_on=days)
    return Material(dataclasses.replace(result, intake=dataclasses.replace(result.intake, opinions=opinions)))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("", ""), None),
        (("2026-11-05",), Receipt("日", ("11/5",), (1,), 0)),
        (
            ("2026-11-01", "", "2026-10-30", "2026-11-01"),
            Receipt("日", ("10/30", "10/31", "11/1"), (1, 0, 2), 1),
        ),
        (
            ("2026-09-30", "2026-11-20"),
            Receipt(
                "週",
                ("9/28～", "10/5～", "10/12～", "10/19～", "10/26～", "11/2～", "11/9～", "11/16～"),
                (1, 0, 0, 0, 0, 0, 0, 1),
                0,
            ),
        ),
    ],
)
def test_opinions_are_counted_without_gaps(days: tuple[str, ...], expected: Receipt | None) -> None:
    assert receipt(dated(*days)) == expected


def test_years_of_opinions_are_counted_by_month() -> None:
    found = receipt(dated("2025-01-31", "2026-11-05", "2026-11-06"))
    assert found is not None
    assert (found.unit, len(found.names), found.names[0], found.counts[-1]) == ("月", 23, "2025年1月", 2)
