"""Training: from labels to a calibrated, certified model, and what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.candidates import Candidates
from pipeline.judgement import Reader, read
from pipeline.learning.covers import COVERAGE, ranked_pairs
from pipeline.learning.material import Lessons, Material
from pipeline.learning.model import (
    CrossFitted,
    Model,
    calibrated,
    cross_fit,
    find_temperature,
    fit,
    sureness,
)
from pipeline.learning.supervision import Gold, deciding_items
from pipeline.policy import Policy
from pipeline.steps.certify import Certificate, Predictions, certify
from pipeline.steps.classify import ask
from pipeline.steps.duplicates import find_duplicates
from pipeline.steps.evaluate import Predicted, evaluate
from pipeline.taxonomy import Taxonomy

ENOUGH_STREAM = 400
"""So many random labels, in both groups together, before the certificate rests on them alone."""


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model with what cross-fitting said of it."""

    model: Model
    certificate: Certificate
    metrics: dict[str, Any]
    said: dict[str, tuple[str, str]]
    """People's label and the cross-fitted one of every statement trained on."""
    n_stream: int
    """Labels of the random stream the certificate rests on; 0 where it rests on cross-fitting."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Statements, what people said of each (in the same order), and their candidate files."""

    statements: pd.DataFrame
    gold: Sequence[Gold]
    candidates: Candidates
    stream_ids: frozenset[str] = frozenset()
    """The random stream: kept for the certificate, never trained on."""

    def lessons(self, material: Material) -> Lessons:
        """The same, as the heads read it."""
        return lessons_of(material, self.gold, self.candidates)


def copies(statements: pd.DataFrame) -> tuple[str, ...]:
    """The near-duplicate group of every statement: copies count once in a certificate."""
    found = find_duplicates(statements)
    return tuple(of or own for of, own in zip(found["duplicate_of"], statements["statement_id"], strict=True))


def lessons_of(material: Material, gold: Sequence[Gold], candidates: Candidates) -> Lessons:
    """What people said, in the order of the material; ``gold`` has the same statements in the same order."""
    if tuple(g.statement_id for g in gold) != material.statement_ids:
        raise ValueError("gold and material must hold the same statements in the same order")
    deciding = []
    for one in gold:
        candidate = candidates.get(one.candidate_id)
        deciding.append(deciding_items(one, candidate) if candidate else frozenset())
    table = material.pairs
    return Lessons(
        labels=np.array([g.label for g in gold], dtype=np.str_),
        coverage=np.array([g.coverage if g.label == "share" else "" for g in gold], dtype=np.str_),
        contrary=np.array([g.contrary for g in gold], dtype=bool),
        deciding=np.array(
            [ref in deciding[row] for row, ref in zip(table.rows, table.refs, strict=True)], dtype=bool
        ),
    )


def train(material: Material, labelled: Labelled, taxonomy: Taxonomy, policy: Policy) -> Trained:
    """Cross-fit by candidate, calibrate and certify, then fit on everything but the random stream.

    The certificate rests on the random stream once it holds enough labels to bear an error in either group;
    until then on cross-fitted predictions, and the card says so.

    Returns:
        The fitted model, its certificate and its metrics on candidates it had not seen.
    """
    label_ids, lessons = taxonomy.label_ids, labelled.lessons(material)
    share = label_ids.index("share")
    in_stream = np.array([one in labelled.stream_ids for one in material.statement_ids], dtype=bool)
    rows, stream = np.flatnonzero(~in_stream), np.flatnonzero(in_stream)
    crossed = cross_fit(material, lessons, rows, label_ids)
    truth = np.array([label_ids.index(label) for label in lessons.labels], dtype=np.intp)
    raw = crossed.probabilities[rows]
    temperature = find_temperature(raw, truth[rows])
    weight = policy.judgement.wrong_exclusion_cost
    fitted = fit(material, lessons, rows, label_ids)
    model = replace(fitted, temperature=temperature, share_weight=weight)
    groups = np.array(copies(labelled.statements))
    probabilities = calibrated(raw, temperature, weight, share)
    seen = predictions(probabilities, truth[rows], share, tuple(groups[rows]))
    evidence = seen
    if len(stream) >= ENOUGH_STREAM:
        fresh = model.answer(material, stream).probabilities
        evidence = predictions(fresh, truth[stream], share, tuple(groups[stream]))
    certificate = certify(evidence, seen, policy.automatic)
    predicted = _predicted(crossed, rows, probabilities, label_ids, certificate)
    metrics = {"leave_candidates_out": evaluate([labelled.gold[i] for i in rows.tolist()], predicted)}
    said = {
        material.statement_ids[row]: (str(lessons.labels[row]), label_ids[best])
        for row, best in zip(rows, probabilities.argmax(axis=1), strict=True)
    }
    return Trained(model, certificate, metrics, said, len(stream) if evidence is not seen else 0)


def predictions(
    probabilities: NDArray[np.float64], truth: NDArray[np.intp], share: int, clusters: tuple[str, ...]
) -> Predictions:
    """What the certificate is made from: sureness, group, and whether people say otherwise."""
    best = probabilities.argmax(axis=1)
    excluded = best != share
    return Predictions(
        score=sureness(probabilities, share),
        excluded=excluded,
        wrong=best != truth,
        wrongly_excluded=excluded & (truth == share),
        clusters=clusters,
    )


def measure(
    statements: pd.DataFrame, gold: Sequence[Gold], candidates: Candidates, reader: Reader
) -> dict[str, Any]:
    """Metrics of the reader's model on labelled statements, as plain data."""
    material = read(statements, candidates, reader.encoder, reader.memory)
    answers = ask(material, reader.model)
    label_ids = reader.model.label_ids
    sure = sureness(answers.probabilities, label_ids.index("share"))
    excluded = np.array(label_ids)[answers.probabilities.argmax(axis=1)] != "share"
    predicted = Predicted(
        label_ids=label_ids,
        probabilities=answers.probabilities,
        coverage=np.array(COVERAGE)[answers.coverage.argmax(axis=1)],
        passages=tuple(
            tuple(str(ref) for ref in material.pairs.refs[order])
            for order in ranked_pairs(answers.said, material, "passage")
        ),
        accepted=reader.certificate.accepts(sure, excluded) & answers.familiar,
        sureness=sure,
    )
    return evaluate(gold, predicted)


def _predicted(
    crossed: CrossFitted,
    rows: NDArray[np.intp],
    probabilities: NDArray[np.float64],
    label_ids: tuple[str, ...],
    certificate: Certificate,
) -> Predicted:
    sure = sureness(probabilities, label_ids.index("share"))
    excluded = probabilities.argmax(axis=1) != label_ids.index("share")
    return Predicted(
        label_ids=label_ids,
        probabilities=probabilities,
        coverage=np.array(COVERAGE)[crossed.coverage[rows].argmax(axis=1)],
        passages=tuple(crossed.passages[row] for row in rows),
        accepted=certificate.accepts(sure, excluded),
        sureness=sure,
    )
