from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.errors import WindowError
from pipeline.settings import Settings
from pipeline.taxonomy import Taxonomy
from pipeline.windows import Window, find_window, load_windows

SOURCES = ("candidate_inquiry", "policy_inquiry")
GOOD = """
[[windows]]
id = "a"
source = "policy_inquiry"
opens = 2026-04-01
closes = 2026-04-17
inputs = "in"
candidates = "c"
out = "out"
"""


def load(text: str, folder: Path) -> tuple[Window, ...]:
    (folder / "windows.toml").write_text(text, encoding="utf-8")
    return load_windows(folder / "windows.toml", SOURCES)


def test_the_sample_holds_the_two_real_inquiries(settings: Settings, taxonomy: Taxonomy) -> None:
    windows = load_windows(settings.windows_path, [source.code for source in taxonomy.sources])
    assert [(one.source, one.opens, one.closes, one.timezone) for one in windows] == [
        ("candidate_inquiry", date(2025, 8, 25), date(2025, 9, 12), "Asia/Tokyo"),
        ("policy_inquiry", date(2026, 4, 1), date(2026, 4, 17), "Asia/Tokyo"),
    ]


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        (datetime(2026, 4, 17, 20, 59, tzinfo=UTC), False),
        (datetime(2026, 4, 17, 21, 0, tzinfo=UTC), True),
        (datetime(2026, 5, 18, 20, 59, tzinfo=UTC), True),
        (datetime(2026, 5, 18, 21, 0, tzinfo=UTC), False),
    ],
)
def test_it_is_due_from_six_in_tokyo_on_the_day_after_closing_until_late_files_are_no_longer_taken(
    tmp_path: Path, now: datetime, is_due: bool
) -> None:
    (window,) = load(GOOD, tmp_path)
    assert window.is_due(now) is is_due


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "a"', 'id = "照会 1"', "1番目の照会: id: 小文字の英数字"),
        ('source = "policy_inquiry"', 'source = "hearing"', "candidate_inquiry、policy_inquiry"),
        ("closes = 2026-04-17", "closes = 2026-03-17", "締切（closes）が始まり（opens）より前です。"),
        ('inputs = "in"', 'input = "in"', "inputs: 書かれていません。"),
        ('out = "out"', 'out = "out"\ntimezone = "Mars/Base"', "timezone: 知らない地域です。"),
        ("[[windows]]", "[window]", "[[windows]] で始まる照会を"),
        ('id = "a"', 'id = "a', "照会の一覧を読めません。"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(WindowError) as error:
        load(GOOD.replace(old, new), tmp_path)
    assert told in str(error.value)
    assert "windows.toml" in str(error.value)


def test_two_inquiries_never_share_a_name_or_write_to_one_folder(tmp_path: Path) -> None:
    with pytest.raises(WindowError) as error:
        load(GOOD + GOOD, tmp_path)
    assert [line.split(": ", 1)[1] for line in str(error.value).splitlines()] == [
        "id「a」が2回使われています。",
        "書き出し先（out）「out」が2回使われています。",
    ]


def test_an_inquiry_nobody_wrote_down_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(WindowError, match="書かれているもの: a"):
        find_window(load(GOOD, tmp_path), "b")
