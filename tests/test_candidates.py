from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.candidates import Candidate, Candidates, load_candidates
from pipeline.errors import CandidateError


def test_the_sample_ledger_is_read_whole(sample_candidates: Candidates) -> None:
    sizes = {candidate.candidate_id: len(candidate.items) for candidate in sample_candidates}
    assert sizes == {"D1": 50, "D2": 51, "D3": 50, "R7-doboku-tsuho": 4}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("空家等情報管理システム", "D1"),
        ("　空家等 情報管理システム\n", "D1"),
        ("ｄ２", "D2"),
        ("D3", "D3"),
        ("空家", ""),
        ("", ""),
    ],
)
def test_a_candidate_is_matched_by_name_or_id(
    sample_candidates: Candidates, written: str, expected: str
) -> None:
    assert sample_candidates.match(written) == expected


def test_every_item_has_a_reference_of_its_own(sample_candidates: Candidates) -> None:
    for candidate in sample_candidates:
        refs = [item.ref for item in candidate.items]
        assert len(set(refs)) == len(refs)


def test_two_candidates_with_one_id_are_refused() -> None:
    one = Candidate(candidate_id="A", name="あ")
    with pytest.raises(CandidateError, match="candidate_id"):
        Candidates([one, Candidate(candidate_id="A", name="い")])


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "X.candidate.json").write_text("{", encoding="utf-8")
    with pytest.raises(CandidateError, match=r"X\.candidate\.json"):
        load_candidates(tmp_path)


def test_a_missing_folder_says_which_option_to_check(tmp_path: Path) -> None:
    with pytest.raises(CandidateError, match="--candidates"):
        load_candidates(tmp_path / "none")
