from __future__ import annotations

import numpy as np
import pytest

from pipeline.candidates import Candidates
from pipeline.labelled import Labelled, Origin
from pipeline.policy import load_policy
from pipeline.settings import Settings
from pipeline.taxonomy import load_taxonomy
from pipeline.training import Trained, measure, read_labelled, train
from tests.stub_reader import labelled, reader, senses

TAXONOMY = load_taxonomy(Settings().taxonomy_path)
POLICY = load_policy(Settings().policy_path)
HELD = frozenset(["T4-001.0", "T5-001.0"])


def _some() -> Labelled:
    known = labelled()
    some = known.where(np.array([g.candidate_id in ("T2", "T4", "T5") for g in known.gold]))
    files = Candidates([c for c in known.candidates if c.candidate_id in ("T2", "T4", "T5")])
    origins = [Origin("window1", is_random=g.statement_id in HELD) for g in some.gold]
    return Labelled(some.statements, some.gold, files, origins)


@pytest.fixture(scope="module")
def trained() -> Trained:
    some = _some()
    material = read_labelled(some, senses())
    return train(material, some, TAXONOMY, POLICY)


def test_the_random_stream_is_never_trained_on_nor_measured(trained: Trained) -> None:
    assert not HELD & set(trained.readings["statement_id"])
    assert trained.metrics["leave_candidates_out"]["n"] == len(_some().gold) - len(HELD)
    assert len(trained.model.known.vectors) == len(trained.readings) == len(trained.learnt)


def test_too_few_labels_certify_nothing_or_hold_what_they_promise(trained: Trained) -> None:
    for bound in (trained.certificate.excluded, trained.certificate.shared):
        if bound.threshold is not None:
            assert bound.n_wrong <= 0.05 * bound.n_accepted
    assert trained.n_stream == 0


def test_one_inquiry_alone_has_no_last_one_to_leave_out(trained: Trained) -> None:
    assert set(trained.metrics) == {"leave_candidates_out"}


def test_measuring_counts_every_labelled_statement() -> None:
    some = _some()
    metrics = measure(some, reader())
    assert metrics["n"] == len(some.gold)
    assert sum(v["support"] for v in metrics["labels"].values()) == len(some.gold)
    assert metrics["automatic"]["n"] == 0


def test_probabilities_of_a_fitted_model_are_the_same_every_time() -> None:
    some = _some()
    material = read_labelled(some, senses())
    rows = np.arange(len(material))
    model = reader().model
    first, second = model.answer(material, rows), model.answer(material, rows)
    assert first.probabilities.tobytes() == second.probabilities.tobytes()
