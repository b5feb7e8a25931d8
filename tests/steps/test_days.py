from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.ingest.days import day_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-05", "2026-11-05"),
        ("2026/11/5", "2026-11-05"),
        ("2026.11.5 18:00", "2026-11-05"),
        ("2026年11月5日（木）", "2026-11-05"),
        ("２０２６／１１／５", "2026-11-05"),
        ("令和8年11月5日", "2026-11-05"),
        ("令和元年5月1日", "2019-05-01"),
        ("R8.11.5", "2026-11-05"),
        ("r8/11/5", "2026-11-05"),
        ("20261105", "2026-11-05"),
        ("46331", "2026-11-05"),
        ("46331.75", "2026-11-05"),
        ("11/5", ""),
        ("8.11.5", ""),
        ("11月5日", ""),
        ("2026/2/30", ""),
        ("令和8年度", ""),
        ("第2回", ""),
        ("12345", ""),
        ("0461234567", ""),
        ("", ""),
    ],
)
def test_days_as_forms_write_them(text: str, day: str) -> None:
    assert day_of(text) == day


@given(st.dates(date(2019, 5, 1), date(2060, 12, 31)))
def test_every_way_of_writing_a_day_says_the_same(day: date) -> None:
    era = day.year - 2018
    ways = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"令和{era}年{day.month}月{day.day}日",
        f"R{era}.{day.month}.{day.day}",
        str((day - date(1899, 12, 30)).days),
    )
    assert {day_of(way) for way in ways} == {day.isoformat()}


@given(st.text(max_size=20))
def test_any_text_gives_a_day_or_nothing(text: str) -> None:
    found = day_of(text)
    assert found == "" or date.fromisoformat(found).isoformat() == found
