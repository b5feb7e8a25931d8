from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.candidates import Candidate, Candidates
from pipeline.judgement import Reader, judge
from pipeline.results import Judgement
from pipeline.settings import Settings
from pipeline.steps.certify import Bound, Certificate
from pipeline.steps.tokens import tokenize
from pipeline.tables import Coverage, Decisions, Explanations
from pipeline.taxonomy import Taxonomy, load_taxonomy
from tests.stub_reader import labelled, reader

ALL = Bound(0.0, 200, 200, 0, 0, 0)
TAXONOMY = load_taxonomy(Settings().taxonomy_path)


def _judge(statements: pd.DataFrame, candidates: Candidates, taxonomy: Taxonomy, reader: Reader) -> Judgement:
    return judge(statements, tokenize(statements, reader.tagger), candidates, taxonomy, reader)


@pytest.fixture(scope="module")
def held_out() -> pd.DataFrame:
    statements, gold = labelled().statements, labelled().gold
    return statements[[g.candidate_id == "T6" for g in gold]].reset_index(drop=True)


def test_every_statement_comes_back_once_in_input_order(held_out: pd.DataFrame) -> None:
    judgement = _judge(held_out, labelled().candidates, TAXONOMY, reader())
    for table in (judgement.decisions, judgement.coverage, judgement.explanations):
        assert table["statement_id"].tolist() == held_out["statement_id"].tolist()
    assert judgement.scores.statement_ids == tuple(held_out["statement_id"])
    for model, table in ((Decisions, judgement.decisions), (Coverage, judgement.coverage)):
        model.validate(table)
    Explanations.validate(judgement.explanations)


def test_the_order_of_rows_does_not_change_a_decision(held_out: pd.DataFrame) -> None:
    few = held_out.head(20)
    straight = _judge(few, labelled().candidates, TAXONOMY, reader())
    turned = _judge(few.iloc[::-1].reset_index(drop=True), labelled().candidates, TAXONOMY, reader())
    back = turned.decisions.iloc[::-1].reset_index(drop=True)
    assert straight.decisions["label"].tolist() == back["label"].tolist()
    assert straight.decisions["probability"].tolist() == pytest.approx(back["probability"].tolist())


def test_nothing_certified_means_nothing_automatic(held_out: pd.DataFrame) -> None:
    decisions = _judge(held_out, labelled().candidates, TAXONOMY, reader()).decisions
    assert set(decisions["outcome"]) == {"review"}
    assert decisions["review_reasons"].str.contains("not_certified").all()


def test_without_a_candidate_file_it_is_undetermined_and_what_the_file_decides_is_not_guessed(
    held_out: pd.DataFrame,
) -> None:
    open_to_all = Certificate(ALL, ALL, 0.05, 0.02, 0.9)
    judgement = _judge(held_out, Candidates([]), TAXONOMY, reader(open_to_all))
    assert set(judgement.decisions["outcome"]) == {"undetermined"}
    assert not set(judgement.decisions["label"]) & TAXONOMY.candidate_bound_ids
    assert set(judgement.coverage["coverage"]) <= {"undetermined", "empty"}


def test_a_candidate_without_a_draft_leaves_coverage_undetermined(held_out: pd.DataFrame) -> None:
    bare = Candidate(candidate_id="T6", name="登録だけの候補", alternative_parts=("全体",))
    judgement = _judge(held_out, Candidates([bare]), TAXONOMY, reader())
    assert set(judgement.coverage["coverage"]) <= {"undetermined", "empty"}


def test_a_text_unlike_any_inquiry_is_never_automatic(held_out: pd.DataFrame) -> None:
    strict = reader(Certificate(ALL, ALL, 0.05, 0.02, 0.9))
    known = replace(strict.model.known, far=3.0)
    stern = replace(strict, model=replace(strict.model, known=known))
    decisions = _judge(held_out.head(5), labelled().candidates, TAXONOMY, stern).decisions
    assert set(decisions["outcome"]) == {"review"}
    assert decisions["review_reasons"].str.contains("unknown_topic").all()


def test_a_provisional_certificate_says_so() -> None:
    certified = reader(Certificate(ALL, ALL, 0.05, 0.02, 0.9))
    assert certified.promise == certified.certificate.sentence
    assert "仮の値" in replace(certified, is_provisional=True).promise
    assert "仮の値" not in replace(reader(), is_provisional=True).promise


def test_no_statements_give_empty_tables() -> None:
    judgement = _judge(labelled().statements.head(0), labelled().candidates, TAXONOMY, reader())
    assert len(judgement.decisions) == len(judgement.coverage) == len(judgement.explanations) == 0


def test_evidence_is_verbatim_and_paths_end_at_the_label(held_out: pd.DataFrame) -> None:
    judgement = _judge(held_out, labelled().candidates, TAXONOMY, reader())
    for shown, label, row in zip(
        held_out["shown"],
        judgement.decisions["label"],
        judgement.explanations.itertuples(),
        strict=True,
    ):
        assert all(span in shown for span in row.evidence.split(";"))
        assert f"{label}=yes" in row.path.split(";")
