from __future__ import annotations

import re

import pytest

from pipeline.edges.terminal import Bars, Lines, print_table, terminal


def test_away_from_a_terminal_each_step_is_one_plain_line(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal(quiet=False) as shown:
        assert isinstance(shown, Lines)
        shown.step("区分の判定", 1234)
        shown.advance(10)
        shown.step("書き出し", 0)
    lines = [re.sub(r"^\d\d:\d\d:\d\d ", "", line) for line in capsys.readouterr().out.splitlines()]
    assert lines == ["区分の判定（1,234件）", "書き出し"]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal(quiet=True) as shown:
        shown.step("区分の判定", 3)
    assert capsys.readouterr().out == ""


def test_bars_end_full_whatever_was_counted() -> None:
    bars = Bars()
    with bars:
        bars.step("一", 4)
        bars.advance(2)
        bars.step("二", 0)
    assert [(task.completed, task.total) for task in bars._bars.tasks] == [(4, 4), (1, 1)]


def test_a_table_shows_every_cell(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("結果", ["区分", "件数"], [["共有すべきもの", "79"]])
    out = capsys.readouterr().out
    assert "共有すべきもの" in out
    assert "79" in out
