from __future__ import annotations

import json
from pathlib import Path

from pipeline.edges.contests import READINGS, Contest, decide, read_readings
from pipeline.edges.scoreboard import contest_board
from pipeline.readings import Readings
from pipeline.steps.challenge import BAD, Challenge, Difference
from pipeline.tables import make_table

EVEN = Difference(0.8, 0.8, -0.02, 0.02)


def make_contest(n: int = 65, **changes: Difference) -> Contest:
    return Contest("凍結した候補", Challenge(n, {**dict.fromkeys(BAD, EVEN), **changes}, 3, 2, 1.0))


def test_a_challenger_no_worse_anywhere_may_be_promoted() -> None:
    verdict = decide((make_contest(), make_contest(900)))
    assert verdict.may_promote
    assert "同じ965件" in verdict.reason


def test_one_measure_beyond_chance_stops_it_and_is_named_with_its_figures() -> None:
    verdict = decide((make_contest(), make_contest(false_exclusion=Difference(0.09, 0.04, 0.01, 0.08))))
    assert not verdict.may_promote
    assert verdict.reason == "凍結した候補で共有すべきものを誤って除外した割合が劣ります（4.0% → 9.0%）。"


def test_nothing_compared_is_no_ground_for_promotion() -> None:
    assert not decide((make_contest(0),)).may_promote


def test_a_contest_is_kept_as_json_even_where_nothing_could_be_measured() -> None:
    nothing = Difference(float("nan"), float("nan"), float("nan"), float("nan"))
    kept = json.loads(json.dumps(make_contest(coverage=nothing).plain(), allow_nan=False))
    _, _, rows = contest_board(kept)
    assert rows[3][1:] == ["-", "-", "-〜-", "劣らない"]


def test_readings_come_back_as_they_were_written(tmp_path: Path) -> None:
    row = {
        "statement_id": "001",
        "label": "share",
        "coverage": "",
        "p_gold": 0.5,
        "margin": 0,
        "accepted": False,
    }
    table = make_table(Readings, [row])
    table.to_csv(tmp_path / READINGS, index=False)
    assert read_readings(tmp_path).equals(table)
    assert len(read_readings(tmp_path / "older")) == 0
