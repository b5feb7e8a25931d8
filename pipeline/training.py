"""Training: from labels to a calibrated, certified model, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.judgement import Reader, Senses, read
from pipeline.labelled import Labelled
from pipeline.learning.covers import COVERAGE, ranked_pairs
from pipeline.learning.material import Index, Lessons, Material
from pipeline.learning.model import (
    CrossFitted,
    Model,
    calibrated,
    cross_fit,
    find_temperature,
    fit,
    sureness,
)
from pipeline.measures import confusion, f1
from pipeline.policy import Policy
from pipeline.progress import listener
from pipeline.steps.certify import Certificate, Predictions, certify
from pipeline.steps.classify import ask
from pipeline.steps.evaluate import Predicted, evaluate, readings
from pipeline.steps.folds import Split, leave_candidates_out, leave_inquiries_out, thin_out
from pipeline.steps.outlook import Point
from pipeline.steps.tokens import tokenize
from pipeline.taxonomy import Taxonomy

ENOUGH_STREAM = 400
"""So many random labels, in both groups together, before the certificate rests on them alone."""
FOLDS = 6
"""Groups of candidates held out in turn; fewer fits than one candidate at a time, at a slight loss."""


@dataclass(frozen=True)
class Plan:
    """How thoroughly a model is examined."""

    folds: int | None = FOLDS
    """Groups of candidates held out in turn; None holds out one candidate at a time."""
    with_curve: bool = False
    """Fit on parts of the labels too, to see what more of them would buy: as long again as cross-fitting."""


_USUAL = Plan()


@dataclass(frozen=True, eq=False)
class Trained:
    """A fitted model with what cross-fitting said of it."""

    model: Model
    certificate: Certificate
    metrics: dict[str, Any]
    """``leave_candidates_out``, and ``inquiries_out`` and ``last_window_out`` where there are several."""
    readings: pd.DataFrame
    """A ``Readings`` table of every statement trained on, cross-fitted."""
    learnt: Labelled
    """What the model was fitted on."""
    n_stream: int
    """Labels of the random stream the certificate rests on; 0 where it rests on cross-fitting."""
    curve: tuple[Point, ...] = ()
    """The learning curve, the last point with all labels; empty where none was asked for."""


@dataclass(frozen=True, eq=False)
class _Course:
    """What every fit of one training shares."""

    material: Material
    lessons: Lessons
    labelled: Labelled
    label_ids: tuple[str, ...]
    weight: float

    @property
    def truth(self) -> Index:
        """People's label of every row, as its column."""
        return np.array([self.label_ids.index(label) for label in self.lessons.labels], dtype=np.intp)

    @property
    def share(self) -> int:
        """The column of 共有すべきもの."""
        return self.label_ids.index("share")

    def evidence(self, probabilities: NDArray[np.float64], rows: Index) -> Predictions:
        """Calibrated probabilities of some rows, as a certificate is made from them."""
        groups = tuple(self.labelled.copies[row] for row in rows)
        return predictions(probabilities, self.truth[rows], self.share, groups)

    def calm(self, crossed: CrossFitted, model: Model, rows: Index) -> NDArray[np.float64]:
        """What was said of some rows, with the model's temperature and cost."""
        raw = crossed.probabilities[rows]
        return calibrated(raw, model.temperature, model.share_weight, self.share)

    def measured(
        self, crossed: CrossFitted, rows: Index, model: Model, certificate: Certificate
    ) -> tuple[dict[str, Any], Predicted]:
        """How good that is, and what it says."""
        predicted = _predicted(self, crossed, rows, self.calm(crossed, model, rows), certificate)
        return evaluate([self.labelled.gold[row] for row in rows.tolist()], predicted), predicted


def train(
    material: Material, labelled: Labelled, taxonomy: Taxonomy, policy: Policy, plan: Plan = _USUAL
) -> Trained:
    """Cross-fit, calibrate and certify, then fit on everything but the random stream.

    The certificate rests on the random stream once it holds enough labels to bear an error in either group;
    until then on predictions by models that saw nothing of the statement's whole inquiry (of its candidate,
    where there is but one inquiry), and the card says so. Near-duplicates of the stream are not
    trained on either.

    Args:
        material: n statements as numbers.
        labelled: The same statements with their labels, the frozen test part taken out.
        taxonomy: The codebook; its labels are the model's.
        policy: What a wrong exclusion costs, and how much may be accepted automatically.
        plan: How thoroughly the model is examined.

    Returns:
        The fitted model, its certificate and its metrics on candidates it had not seen.
    """
    weight = policy.judgement.wrong_exclusion_cost
    course = _Course(material, labelled.lessons(material), labelled, taxonomy.label_ids, weight)
    rows = np.flatnonzero(labelled.free_of(labelled.in_stream))
    stream = np.flatnonzero(labelled.in_stream)
    splits = leave_candidates_out(material, rows, labelled.copies, plan.folds)
    listener().step("候補を除いた交差検証", len(splits))
    crossed = cross_fit(material, course.lessons, splits, course.label_ids)
    windows = [origin.window for origin in labelled.origins]
    apart = leave_inquiries_out(material, windows, rows, labelled.copies)
    listener().step("照会を除いた交差検証", len(apart))
    next_like = cross_fit(material, course.lessons, apart, course.label_ids) if apart else crossed
    temperature = find_temperature(next_like.probabilities[rows], course.truth[rows])
    listener().step("全体での学習", 0)
    model = replace(
        fit(material, course.lessons, rows, course.label_ids), temperature=temperature, share_weight=weight
    )
    seen = evidence = course.evidence(course.calm(next_like, model, rows), rows)
    if len(stream) >= ENOUGH_STREAM:
        evidence = course.evidence(model.answer(material, stream).probabilities, stream)
    certificate = certify(evidence, seen, policy.automatic)
    metrics, predicted = course.measured(crossed, rows, model, certificate)
    results = {"leave_candidates_out": metrics}
    if apart:
        results["inquiries_out"] = course.measured(next_like, rows, model, certificate)[0]
        last = np.array([row for row in rows if windows[row] == windows[rows[-1]]], dtype=np.intp)
        if any(np.array_equal(split.asked, last) for split in apart):
            results["last_window_out"] = course.measured(next_like, last, model, certificate)[0]
    curve = _curve(course, splits, metrics) if plan.with_curve else ()
    learnt = labelled.where(np.isin(np.arange(len(labelled)), rows))
    n_stream = len(stream) if evidence is not seen else 0
    told = readings([labelled.gold[row] for row in rows.tolist()], predicted)
    return Trained(model, certificate, results, told, learnt, n_stream, curve)


def _curve(course: _Course, splits: list[Split], whole: dict[str, Any]) -> tuple[Point, ...]:
    """Scores when fitted on a third, two thirds and all of the candidates, each on the same statements."""
    asked = np.sort(np.concatenate([split.asked for split in splits]))
    points = []
    for part in (1 / 3, 2 / 3):
        smaller = [thin_out(course.material, split, part) for split in splits]
        listener().step(f"学習曲線（ラベルの約{part:.0%}）", len(smaller))
        crossed = cross_fit(course.material, course.lessons, smaller, course.label_ids)
        calm = calibrated(crossed.probabilities[asked], 1.0, course.weight, course.share)
        counts = confusion(course.truth[asked], calm.argmax(axis=1), len(course.label_ids))
        points.append(_point(course, smaller, f1(counts)))
    scores = [whole["labels"][label]["f1"] for label in course.label_ids]
    return (*points, _point(course, splits, np.array(scores, dtype=np.float64)))


def _point(course: _Course, splits: list[Split], scores: NDArray[np.float64]) -> Point:
    labels = [course.lessons.labels[split.fitted] for split in splits]
    n_labels = {one: float(np.mean([(own == one).sum() for own in labels])) for one in course.label_ids}
    by_label = dict(zip(course.label_ids, scores.tolist(), strict=True))
    return Point(float(np.mean([len(own) for own in labels])), float(np.nanmean(scores)), n_labels, by_label)


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


def read_labelled(labelled: Labelled, senses: Senses) -> Material:
    """The labelled statements as the heads read them."""
    tokens = tokenize(labelled.statements, senses.tagger)
    return read(labelled.statements, tokens, labelled.candidates, senses)


def predict(labelled: Labelled, reader: Reader) -> Predicted:
    """What the reader's model says of labelled statements.

    Raises:
        ModelError: The model was fitted on another encoder.
    """
    material = read_labelled(labelled, reader.senses)
    answers = ask(material, reader.model)
    label_ids = reader.model.label_ids
    sure = sureness(answers.probabilities, label_ids.index("share"))
    excluded = np.array(label_ids)[answers.probabilities.argmax(axis=1)] != "share"
    return Predicted(
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


def measure(labelled: Labelled, reader: Reader) -> dict[str, Any]:
    """Metrics of the reader's model on labelled statements, as plain data."""
    return evaluate(labelled.gold, predict(labelled, reader))


def _predicted(
    course: _Course,
    crossed: CrossFitted,
    rows: Index,
    probabilities: NDArray[np.float64],
    certificate: Certificate,
) -> Predicted:
    sure = sureness(probabilities, course.share)
    return Predicted(
        label_ids=course.label_ids,
        probabilities=probabilities,
        coverage=np.array(COVERAGE)[crossed.coverage[rows].argmax(axis=1)],
        passages=tuple(crossed.passages[row] for row in rows),
        accepted=certificate.accepts(sure, probabilities.argmax(axis=1) != course.share),
        sureness=sure,
    )
