from __future__ import annotations

from pipeline.edges.facts import make_facts
from pipeline.edges.marks import gather_marks
from pipeline.reviews import Review
from pipeline.steps.split_review import apply_cuts
from tests.factory import gold_rows, make_result


def test_pieces_keep_the_marks_of_the_whole_and_share_those_of_the_reason() -> None:
    result = make_result([row for row in gold_rows() if row["label"] not in ("none", "multi")][:3])
    whole, other = result.statements["statement_id"][0], result.statements["statement_id"][1]
    facts = make_facts(apply_cuts(result, {whole: (10,)}))
    first, second = (one for one in facts if one.startswith(f"{whole}~"))
    marks = ("2:4:name", "8:13:name", "0:3:name:reason")
    reviews = {whole: Review(whole, 3, "open", personal=marks), other: Review(other, 0, "open")}
    assert gather_marks(facts, reviews) == {
        first: ("2:4:name", "8:10:name", "0:3:name:reason"),
        second: ("0:3:name", "0:3:name:reason"),
    }
    assert gather_marks(facts, {other: reviews[other]}) == {}
