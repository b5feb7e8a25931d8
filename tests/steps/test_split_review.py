from __future__ import annotations

import pytest

from pipeline.errors import ReviewError
from pipeline.steps.split_review import apply_cuts, place_in_text, sentence_starts
from tests.factory import gold_rows, make_result


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", ()),
        ("一文だけ。", ()),
        ("一文目。二文目。", (4,)),
        ("一文目。\n二文目。", (5,)),
        ("（例えばA。B）を示せ。次も。", (6, 12)),
        ("「統一を。」と求める。", ()),
        ("本当か？費用はどうか！", (4,)),
        ("終わり。。", ()),
    ],
)
def test_a_statement_may_be_cut_between_sentences_only(text: str, starts: tuple[int, ...]) -> None:
    assert sentence_starts(text) == starts


def test_pieces_take_the_place_of_the_whole_and_wait_for_a_person() -> None:
    result = make_result([row for row in gold_rows(20) if row["label"] not in ("none", "multi")])
    text = result.statements["text"][0]
    cut = sentence_starts(text)[0]
    made = apply_cuts(result, {"s0000-0": [cut]})
    assert made.statements["statement_id"].tolist()[:3] == [
        f"s0000-0~0-{cut}",
        f"s0000-0~{cut}-{len(text)}",
        "s0001-0",
    ]
    assert "".join(made.statements["text"][:2]) == text
    opinion = result.intake.opinions["text"][0]
    for row in made.statements[:2].to_dict("records"):
        assert opinion[row["start"] : row["end"]] == row["text"]
    assert made.judgement.decisions["outcome"].tolist()[:2] == ["review", "review"]
    assert made.dispositions["disposition"].tolist()[:2] == ["pending", "pending"]
    n = len(result.statements) + 1
    judged = made.judgement
    sizes = [len(t) for t in (judged.decisions, judged.coverage, judged.explanations, made.clusters)]
    assert sizes == [n] * 4
    assert judged.scores.statement_ids == tuple(made.statements["statement_id"]) == made.embeddings.ids


def test_without_cuts_nothing_changes() -> None:
    result = make_result(gold_rows(5))
    assert apply_cuts(result, {}) is result
    assert apply_cuts(result, {"unknown": [3]}) is result


def test_a_cut_that_cannot_be_placed_in_the_text_as_sent_is_refused() -> None:
    same = "同じことをもう一度言う。" * 2
    with pytest.raises(ReviewError, match="別の箇所"):
        place_in_text(f"山田です。{same}", f"［氏名］です。{same}", 7)
