from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning.material import Material, PairTable
from pipeline.steps.folds import leave_candidates_out, leave_inquiries_out


def _material(candidates: list[str]) -> Material:
    n = len(candidates)
    none = PairTable(np.zeros(0, int), np.zeros(0, str), np.zeros(0, str), np.zeros((0, 1)))
    empty = [np.zeros((n, 1))] * 6
    return Material(tuple(map(str, range(n))), tuple(candidates), ("",) * n, *empty, none, "e")


_rows = st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from("abcdefgh")), min_size=1, max_size=12)


@given(_rows, st.sampled_from([None, 2, 3]))
def test_every_row_is_asked_about_once_and_no_copy_of_it_is_fitted_on(
    rows: list[tuple[str, str]], folds: int | None
) -> None:
    candidates, copies = [c for c, _ in rows], [d for _, d in rows]
    used = np.arange(len(rows) - 1)
    splits = leave_candidates_out(_material(candidates), used, copies, folds)
    assert sorted(row for split in splits for row in split.asked.tolist()) == used.tolist()
    for split in splits:
        asked = split.asked.tolist()
        assert not {candidates[i] for i in split.fitted} & {candidates[i] for i in asked}
        assert not {copies[i] for i in split.fitted} & {copies[i] for i in asked}
        assert set(split.fitted.tolist()) <= set(used.tolist())


@given(_rows)
def test_what_is_asked_about_too_is_never_fitted_on(rows: list[tuple[str, str]]) -> None:
    candidates, windows = [c for c, _ in rows], ["v" if d < "e" else "w" for _, d in rows]
    unlike = [str(k) for k in range(len(rows))]
    learnt, also = np.arange(len(rows))[::2], np.arange(len(rows))[1::2]
    for splits in (
        leave_candidates_out(_material(candidates), learnt, unlike, None, also),
        leave_inquiries_out(_material(candidates), windows, learnt, unlike, also),
    ):
        asked = sorted(row for split in splits for row in split.asked.tolist())
        assert asked == (list(range(len(rows))) if splits else [])
        assert all(set(split.fitted.tolist()) <= set(learnt.tolist()) for split in splits)


def test_one_candidate_at_a_time_where_no_number_is_given() -> None:
    splits = leave_candidates_out(_material(list("ABCA")), np.arange(4), list("abcd"))
    assert sorted(split.asked.tolist() for split in splits) == [[0, 3], [1], [2]]


def test_a_single_inquiry_cannot_be_left_out() -> None:
    assert leave_inquiries_out(_material(["A", "A"]), ["w", "w"], np.arange(2), ["a", "b"]) == []


def test_inquiries_are_held_out_whole_without_copies_of_theirs() -> None:
    splits = leave_inquiries_out(_material(list("ABC")), ["v", "w", "w"], np.arange(3), ["a", "b", "a"])
    assert [(split.fitted.tolist(), split.asked.tolist()) for split in splits] == [([1], [0]), ([], [1, 2])]


def test_an_inquiry_that_holds_most_labels_is_held_out_by_candidates() -> None:
    windows, copies = ["v"] * 6 + ["w"] * 2, list("abcdefgh")
    splits = leave_inquiries_out(_material(list("AABBCCDD")), windows, np.arange(8), copies)
    asked = [split.asked.tolist() for split in splits]
    assert sorted(asked[:-1]) == [[0, 1], [2, 3], [4, 5]]
    assert (splits[-1].fitted.tolist(), asked[-1]) == ([0, 1, 2, 3, 4, 5], [6, 7])
