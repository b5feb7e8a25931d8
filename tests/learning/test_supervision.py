from __future__ import annotations

from collections import Counter

import pytest

from pipeline.candidates import load_candidates
from pipeline.edges.gold import read_all, read_gold
from pipeline.errors import InputError
from pipeline.learning.supervision import Gold, deciding_items
from pipeline.settings import ROOT


@pytest.mark.parametrize(
    ("label", "note", "expected"),
    [
        ("resolved", "第2回説明会Q&A問4でLGWAN接続系からの利用は回答済み。", {"answered:1"}),
        ("resolved", "令和8年1月施行の省令改正で様式・添付書類一覧は統一済み。", {"measures:0"}),
        ("out_of_scope", "河川・法定外公共物の占用は候補台帳の対象外に明示されている。", {"scope_out:4"}),
        ("out_of_scope", "ガバメントクラウド利用料一般の要望。", set()),
        ("unclear_basis", "3(2)は市町村道も対象としており、前提とする事実が食い違う。", {"p05"}),
        ("unclear_basis", "金額の出所が一切示されていない断定に立つ。", set()),
        ("abstract", "懸念の表明にとどまる。", set()),
    ],
)
def test_a_note_names_the_item_that_decided(label: str, note: str, expected: set[str]) -> None:
    candidate = load_candidates(ROOT / "labels" / "candidates" / "window1").get("T1")
    assert candidate is not None
    assert deciding_items(Gold("s", "T1", "", label, note=note), candidate) == expected


def test_gold_rows_become_statements_and_none_rows_are_left_out() -> None:
    known = read_all(ROOT / "labels" / "gold", ROOT / "labels" / "candidates")
    assert Counter(origin.window for origin in known.origins) == {
        "window0": 588,
        "window1": 310,
        "window2": 195,
    }
    assert len(known.candidates) == 21
    assert known.statements["statement_id"].tolist() == [g.statement_id for g in known.gold]


def test_a_broken_line_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "x-1", "label": "none"}\n{"id": "x-2"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="2行目"):
        read_gold(path, load_candidates(tmp_path))
