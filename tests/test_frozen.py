from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.edges.gold import read_all
from pipeline.errors import TaxonomyError
from pipeline.frozen import Frozen, load_frozen
from pipeline.settings import Settings


def test_the_list_in_the_repository_names_labels_that_exist() -> None:
    settings = Settings()
    frozen = load_frozen(settings.frozen_path)
    known = read_all(settings.gold_dir, settings.candidates_dir)
    held = {known.gold[row].candidate_id for row in known.frozen_by(frozen).nonzero()[0]}
    assert held == {one.candidate for one in frozen.candidates}


def test_no_list_freezes_nothing(tmp_path: Path) -> None:
    assert load_frozen(tmp_path / "frozen.toml") == Frozen()


@pytest.mark.parametrize("missing", ["window", "candidate", "since", "reason"])
def test_an_entry_says_which_since_when_and_why(tmp_path: Path, missing: str) -> None:
    entry = {"window": '"w"', "candidate": '"c"', "since": "2026-11-25", "reason": '"r"'}
    lines = [f"{key} = {value}" for key, value in entry.items() if key != missing]
    path = tmp_path / "frozen.toml"
    path.write_text("\n".join(["[[candidates]]", *lines]), encoding="utf-8")
    with pytest.raises(TaxonomyError, match="凍結した候補"):
        load_frozen(path)
