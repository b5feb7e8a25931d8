from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from pipeline.candidates import LedgerItem
from pipeline.learning.compare import pairs, pointing

ITEMS = (
    LedgerItem("scope_in:0", "scope_in", "許可"),
    LedgerItem("scope_out:0", "scope_out", "滞納整理"),
    LedgerItem("answered:0", "answered", "紙の申請"),
    LedgerItem("measures:0", "measures", "様式の統一"),
    LedgerItem("p01", "draft", "1 費用"),
    LedgerItem("p02", "draft", "2 時期"),
)
MEASURES = 2
LEAD = slice(2 * MEASURES, 3 * MEASURES)
CLOSE = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 5), st.just(len(ITEMS)), st.just(MEASURES)), elements=st.floats(0, 1)
)


def _pointed(n: int) -> NDArray[np.float64]:
    return pointing([""] * n, ITEMS)


def test_items_are_paired_in_the_order_of_what_is_asked() -> None:
    found = pairs(np.zeros((1, len(ITEMS), MEASURES)), ITEMS, _pointed(1))
    assert found.groups.tolist() == ["answer", "answer", "outside", "passage", "passage"]
    assert [ITEMS[item].ref for item in found.items] == [
        "answered:0",
        "measures:0",
        "scope_out:0",
        "p01",
        "p02",
    ]


@given(CLOSE)
def test_a_statement_is_compared_with_its_file_and_with_no_other_statement(
    close: NDArray[np.float64],
) -> None:
    together = pairs(close, ITEMS, _pointed(len(close))).values
    alone = [pairs(close[[row]], ITEMS, _pointed(1)).values[0] for row in range(len(close))]
    assert together.tolist() == np.stack(alone).tolist()


@given(CLOSE)
def test_only_the_best_item_of_a_group_leads_and_by_as_much_as_the_second_lags(
    close: NDArray[np.float64],
) -> None:
    leads = pairs(close, ITEMS, _pointed(len(close))).values[:, :2, LEAD]
    assert np.array_equal(leads[:, 0], -leads[:, 1])


def test_the_only_item_of_a_group_leads_nobody() -> None:
    close = np.random.default_rng(0).random((2, len(ITEMS), MEASURES))
    outside = pairs(close, ITEMS, _pointed(2)).values[:, 2]
    assert outside[:, LEAD].tolist() == outside[:, MEASURES : 2 * MEASURES].tolist()
