from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.candidates import Candidates
from pipeline.judgement import read
from pipeline.policy import load_policy
from pipeline.settings import Settings
from pipeline.steps.challenge import is_no_worse
from pipeline.steps.embed import Forgetful
from pipeline.taxonomy import load_taxonomy
from pipeline.training import Labelled, Trained, lessons_of, measure, train
from tests.stub_reader import StubEncoder, labelled, reader

TAXONOMY = load_taxonomy(Settings().taxonomy_path)
POLICY = load_policy(Settings().policy_path)
HELD = frozenset(["T4-001.0", "T5-001.0"])


def _some() -> Labelled:
    statements, gold, candidates = labelled()
    chosen = [g.candidate_id in ("T2", "T4", "T5") for g in gold]
    kept = pd.DataFrame(statements[chosen].reset_index(drop=True))
    files = Candidates([c for c in candidates if c.candidate_id in ("T2", "T4", "T5")])
    return Labelled(kept, [g for g, keep in zip(gold, chosen, strict=True) if keep], files, HELD)


@pytest.fixture(scope="module")
def trained() -> Trained:
    some = _some()
    material = read(some.statements, some.candidates, StubEncoder(), Forgetful())
    return train(material, some, TAXONOMY, POLICY)


def test_the_random_stream_is_never_trained_on_nor_measured(trained: Trained) -> None:
    assert not HELD & set(trained.said)
    assert trained.metrics["leave_candidates_out"]["n"] == len(_some().gold) - len(HELD)
    assert len(trained.model.known.vectors) == len(trained.said)


def test_too_few_labels_certify_nothing_or_hold_what_they_promise(trained: Trained) -> None:
    for bound in (trained.certificate.excluded, trained.certificate.shared):
        if bound.threshold is not None:
            assert bound.n_wrong <= 0.05 * bound.n_accepted
    assert trained.n_stream == 0


def test_gold_of_other_statements_is_refused() -> None:
    some = _some()
    material = read(some.statements, some.candidates, StubEncoder(), Forgetful())
    with pytest.raises(ValueError, match="same statements"):
        lessons_of(material, some.gold[::-1], some.candidates)


def test_measuring_counts_every_labelled_statement() -> None:
    some = _some()
    metrics = measure(some.statements, some.gold, some.candidates, reader())
    assert metrics["n"] == len(some.gold)
    assert sum(v["support"] for v in metrics["labels"].values()) == len(some.gold)
    assert metrics["automatic"]["n"] == 0


def test_a_challenger_that_loses_shared_statements_is_worse() -> None:
    champion = {str(k): ("share", "share") for k in range(200)}
    challenger = champion | {str(k): ("share", "abstract") for k in range(20)}
    assert not is_no_worse(challenger, champion)
    assert is_no_worse(champion, challenger)
    assert is_no_worse(challenger, {})


def test_probabilities_of_a_fitted_model_are_the_same_every_time() -> None:
    some = replace(_some(), stream_ids=frozenset())
    material = read(some.statements, some.candidates, StubEncoder(), Forgetful())
    rows = np.arange(len(material))
    model = reader().model
    first, second = model.answer(material, rows), model.answer(material, rows)
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
