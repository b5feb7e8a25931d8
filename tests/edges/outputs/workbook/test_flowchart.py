from __future__ import annotations

import re
import zipfile
from collections import Counter
from itertools import combinations
from pathlib import Path
from xml.sax.saxutils import unescape

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook import write_workbook
from pipeline.edges.outputs.workbook.flowchart import HEIGHT, flowchart
from tests.factory import gold_rows, make_result


def test_every_end_of_the_flowchart_stands_with_its_count_in_a_drawing_of_excels_own(tmp_path: Path) -> None:
    material = Material(make_result(gold_rows(60)))
    write_workbook(material, tmp_path / "results.xlsx")
    drawing = zipfile.ZipFile(tmp_path / "results.xlsx").read("xl/drawings/drawing1.xml").decode()
    texts = [unescape(text) for text in re.findall(r"<a:t>([^<]*)</a:t>", drawing)]
    counts, ends = material.summary["counts"], material.summary["by_disposition"]
    for name, n in (
        ("届いた行", counts["rows_in"]),
        ("意見", counts["opinions"]),
        ("意見なし・受付できない行", counts["rejected"]),
        ("Q1 共有すべきものか", counts["statements"]),
        ("人の確認を待つ（未了）", ends["pending"]),
        ("除外（７区分）", ends["excluded"]),
        ("対応済み（修正意見としない）", ends["addressed"]),
        ("修正意見は出さない", ends["no_revision"]),
        ("修正を求める協議（案）", ends["revision_request"]),
    ):
        assert f"{name}　{n:,}" in texts
    shapes = Counter(re.findall(r'<a:prstGeom prst="(\w+)">', drawing))
    assert shapes == {"rect": len(texts), "downArrow": 5, "rightArrow": 4, "leftArrow": 1}


def test_no_box_covers_another_and_all_lie_in_the_drawing() -> None:
    boxes = [
        box for box in flowchart(Material(make_result(gold_rows(5)))) if box.style not in ("arrow", "words")
    ]
    for one, other in combinations(boxes, 2):
        apart = (
            one.at[k] + one.size[k] <= other.at[k] or other.at[k] + other.size[k] <= one.at[k] for k in (0, 1)
        )
        assert any(apart), (one.text, other.text)
    assert max(box.at[1] + box.size[1] for box in boxes) <= HEIGHT
