from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from pipeline.candidates import load_candidates
from pipeline.edges.gold import read_gold
from pipeline.fitting import ENOUGH_STREAM, Course
from pipeline.labelled import Labelled, Origin
from pipeline.learning.material import Material
from pipeline.policy import load_policy
from pipeline.settings import Settings
from pipeline.taxonomy import load_taxonomy
from pipeline.training import read_labelled
from tests.stub_reader import labelled, senses

LABELS = load_taxonomy(Settings().taxonomy_path).label_ids
POLICY = load_policy(Settings().policy_path)
N = 12


@pytest.fixture(scope="module")
def known() -> Labelled:
    return labelled().where(np.arange(len(labelled())) < N)


@pytest.fixture(scope="module")
def material(known: Labelled) -> Material:
    return read_labelled(known, senses())


def course(known: Labelled, material: Material, origin: Callable[[int], Origin]) -> Course:
    return Course(material, replace(known, origins=[origin(k) for k in range(len(known))]), LABELS, POLICY)


def test_answers_asked_for_out_of_doubt_are_learned_from_and_are_no_evidence(
    known: Labelled, material: Material
) -> None:
    made = course(known, material, lambda k: Origin("w", is_chosen=k < 4))
    assert made.tested.max_wrong == POLICY.automatic.max_wrong_cross_fitted
    assert made.rows.tolist() == list(range(N))
    assert made.witnesses.tolist() == list(range(4, N))


def test_the_stream_is_evidence_and_never_learned_from(known: Labelled, material: Material) -> None:
    made = course(known, material, lambda k: Origin("w", is_random=k >= 9, is_chosen=k < 9))
    assert made.rows.tolist() == list(range(9))
    assert made.witnesses.tolist() == made.stream.tolist() == [9, 10, 11]


def test_the_stream_is_judged_by_models_that_saw_nothing_of_its_inquiry(
    known: Labelled, material: Material
) -> None:
    made = course(known, material, lambda k: Origin("v" if k % 2 else "w", is_random=k >= 9))
    asked = {row: split for split in made.by_inquiry() for row in split.asked.tolist()}
    assert sorted(asked) == list(range(N))
    for row in made.stream.tolist():
        assert made.windows[row] not in made.windows[asked[row].fitted]


def test_a_stream_that_is_large_enough_speaks_alone(material: Material) -> None:
    settings = Settings()
    candidates = load_candidates(settings.candidates_dir / "window0")
    large = read_gold(settings.gold_dir / "window0.jsonl", candidates)
    made = course(large, material, lambda k: Origin("w", is_random=k < ENOUGH_STREAM))
    assert made.witnesses.tolist() == list(range(ENOUGH_STREAM))
    assert made.tested == POLICY.automatic


def test_evidence_is_scored_without_the_weight_of_a_wrong_exclusion(
    known: Labelled, material: Material
) -> None:
    made = course(known, material, lambda k: Origin("w"))
    share, other = LABELS.index("share"), LABELS.index("abstract")
    p = np.zeros((2, len(LABELS)))
    p[0, [share, other]] = 0.6, 0.4
    p[1, [share, other]] = 0.3, 0.7
    found = made.evidence(p, np.arange(2))
    cost = POLICY.judgement.wrong_exclusion_cost
    plain = [np.array([0.6 / cost, 0.4]), np.array([0.3 / cost, 0.7])]
    sure = [plain[0][0] / plain[0].sum(), (plain[1][1] - plain[1][0]) / plain[1].sum()]
    assert found.score.tolist() == pytest.approx(sure)
    assert found.excluded.tolist() == [False, True]
    truth = [known.gold[0].label, known.gold[1].label]
    assert found.wrong.tolist() == [truth[0] != "share", truth[1] != "abstract"]
    assert found.wrongly_excluded.tolist() == [False, truth[1] == "share"]
