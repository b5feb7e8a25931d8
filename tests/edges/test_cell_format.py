"""Numbers as Excel shows them in Japan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.cell_format import BUILTIN, is_date_format, show_number

CASES = [
    ("12", "00000", "00012"),
    ("12", "General", "12"),
    ("12.0", "General", "12"),
    ("3.1000000000000001", "General", "3.1"),
    ("1234567", "#,##0", "1,234,567"),
    ("1234.5", '#,##0.0"円"', "1,234.5円"),
    ("0.45", "0%", "45%"),
    ("-5", "0", "-5"),
    ("3", '"第"0"号"', "第3号"),
    ("1234567", '"〒"000\\-0000', "〒123-4567"),
    ("46113", "yyyy/m/d", "2026/4/1"),
    ("46113", BUILTIN[14], "2026/4/1"),
    ("46113", BUILTIN[31], "2026年4月1日"),
    ("46113", BUILTIN[56], "4月1日"),
    ("46113", BUILTIN[57], "R8.4.1"),
    ("46113", '[$-411]ggge"年"m"月"d"日";@', "令和8年4月1日"),
    ("43585", BUILTIN[58], "平成31年4月30日"),
    ("46113.5625", "yyyy/m/d h:mm", "2026/4/1 13:30"),
    ("0.5625", "h:mm AM/PM", "1:30 PM"),
    ("1.5", "[h]:mm", "36:00"),
    ("46113", "m/d(aaa)", "4/1(水)"),
    ("60", "m/d", "2/28"),
    ("-1", "yyyy/m/d", "-1"),
    ("12", "@", "12"),
    ("12", "[Red]0;[Blue]-0", "12"),
    ("1E+3", "General", "1000"),
    ("abc", "0", "abc"),
    ("nan", "0", "nan"),
]


@pytest.mark.parametrize(("stored", "number_format", "shown"), CASES)
def test_a_number_is_shown_as_excel_shows_it(stored: str, number_format: str, shown: str):
    assert show_number(stored, number_format) == shown


def test_dates_of_old_macintosh_workbooks_count_from_1904():
    assert show_number("44651", "yyyy/m/d", is_1904=True) == "2026/4/1"


def test_a_literal_year_makes_no_date():
    assert [is_date_format(f) for f in ('0"年"', "General", "0.00E+00", "m月d日")] == [
        False,
        False,
        False,
        True,
    ]


@given(
    stored=st.floats(width=32).map(str) | st.text(max_size=6),
    number_format=st.text('ymdhs0#?.,%;[]"\\_*@geAM/P年', max_size=12),
)
def test_no_format_is_too_strange(stored: str, number_format: str):
    assert isinstance(show_number(stored, number_format), str)
