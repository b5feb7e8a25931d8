from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.edges.window_files import due_windows, final_folder, input_files, make_plan
from pipeline.errors import WindowError
from pipeline.settings import Settings


@pytest.fixture
def site(tmp_path: Path, root: Path) -> Settings:
    """An installation with the sample windows and one answer."""
    (tmp_path / "labels").mkdir()
    shutil.copy(root / "labels" / "taxonomy.toml", tmp_path / "labels")
    inbox = tmp_path / "data" / "inbox" / "2026-policy-inquiry"
    inbox.mkdir(parents=True)
    (inbox / "b.csv").write_text("意見\nあ\n", encoding="utf-8")
    shutil.copy(root / "data" / "windows.toml", tmp_path / "data")
    return Settings(root=tmp_path)


def test_only_answers_are_taken_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.xlsx", "a.CSV", "~$b.xlsx", ".a.csv", "memo.txt"):
        (tmp_path / name).touch()
    (tmp_path / "c.xlsx").mkdir()
    assert [path.name for path in input_files(tmp_path)] == ["a.CSV", "b.xlsx"]
    assert [path.name for path in input_files(tmp_path / "*.xlsx")] == ["b.xlsx"]


def test_files_are_done_until_one_changes_or_the_result_is_gone(site: Settings) -> None:
    plan = make_plan(site, "2026-policy-inquiry")
    assert not plan.is_done
    plan.finish()
    assert not plan.is_done
    plan.out.mkdir(parents=True)
    (plan.out / "summary.json").touch()
    assert make_plan(site, plan.window.id).is_done
    (plan.inputs[0].parent / "late.csv").write_text("意見\nい\n", encoding="utf-8")
    assert not make_plan(site, plan.window.id).is_done


def test_an_empty_folder_is_told_with_the_place_to_mend(site: Settings) -> None:
    with pytest.raises(WindowError, match=r"2025-candidate-inquiry.*data/windows\.toml"):
        make_plan(site, "2025-candidate-inquiry")


def test_those_whose_time_has_come_are_due(site: Settings) -> None:
    assert due_windows(site, datetime(2026, 4, 20, tzinfo=UTC)) == ["2026-policy-inquiry"]
    assert due_windows(site, datetime(2024, 4, 20, tzinfo=UTC)) == []


def test_the_final_outputs_have_a_place_although_no_answer_lies_there_any_more(site: Settings) -> None:
    expected = site.root / "data" / "out" / "2025-candidate-inquiry" / "final"
    assert final_folder(site, "2025-candidate-inquiry") == expected
    with pytest.raises(WindowError, match="にありません"):
        final_folder(site, "2099-inquiry")
