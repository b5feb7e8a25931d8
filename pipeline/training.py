"""Training: from labels to a calibrated, certified model, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.fitting import FOLDS, Course, Fitted, fit_certified
from pipeline.judgement import Reader, Senses, read
from pipeline.labelled import Labelled
from pipeline.learning.covers import COVERAGE, ranked_pairs
from pipeline.learning.material import Index, Material
from pipeline.learning.model import CrossFitted, Model, calibrated, sureness
from pipeline.measures import confusion, f1
from pipeline.policy import Policy
from pipeline.steps.certify import Certificate
from pipeline.steps.classify import ask
from pipeline.steps.drift import HeldOut, Limits, usual_limits
from pipeline.steps.evaluate import Predicted, evaluate, readings
from pipeline.steps.folds import Split, thin_out
from pipeline.steps.outlook import Point
from pipeline.steps.tokens import tokenize
from pipeline.taxonomy import Taxonomy


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
    drift: Limits
    """From where on an inquiry differs from those trained on."""
    curve: tuple[Point, ...] = ()
    """The learning curve, the last point with all labels; empty where none was asked for."""


def train(
    material: Material, labelled: Labelled, taxonomy: Taxonomy, policy: Policy, plan: Plan = _USUAL
) -> Trained:
    """Fit and certify a model, then examine it on candidates and on inquiries it has not seen.

    Args:
        material: n statements as numbers.
        labelled: The same statements with their labels, the frozen test part taken out.
        taxonomy: The codebook; its labels are the model's.
        policy: What a wrong exclusion costs, and how much may be accepted automatically.
        plan: How thoroughly the model is examined.

    Returns:
        The fitted model, its certificate and its metrics on candidates it had not seen.
    """
    course = Course(material, labelled, taxonomy.label_ids, policy)
    fitted = fit_certified(course, plan.folds)
    splits = course.by_candidate(plan.folds)
    crossed = course.crossed(splits, "候補を除いた交差検証") if fitted.splits else fitted.crossed
    rows = course.rows
    metrics, predicted = _measured(course, fitted, crossed, rows)
    results = {"leave_candidates_out": metrics, **_by_inquiry(course, fitted)}
    curve = _curve(course, splits, metrics) if plan.with_curve else ()
    learnt = labelled.where(np.isin(np.arange(len(labelled)), rows))
    n_stream = len(course.stream) if course.rests_on_stream else 0
    told = readings([labelled.gold[row] for row in rows.tolist()], predicted)
    drift = _drift(course, fitted, policy.drift.false_alarms)
    return Trained(fitted.model, fitted.certificate, results, told, learnt, n_stream, drift, curve)


def _drift(course: Course, fitted: Fitted, false_alarms: float) -> Limits:
    """How far the labelled inquiries differ from one another, to models that had not seen them."""
    rows = course.rows
    said = course.calm(fitted.crossed, fitted.model, rows).argmax(axis=1)
    held_out = HeldOut(
        course.windows[rows],
        np.array([course.material.candidate_ids[row] for row in rows], dtype=np.str_),
        np.array(course.label_ids)[said],
        fitted.crossed.familiar[rows],
        fitted.crossed.unknown[rows],
    )
    return usual_limits(held_out, false_alarms)


def _by_inquiry(course: Course, fitted: Fitted) -> dict[str, dict[str, Any]]:
    """Metrics on all inquiries, each left out in turn, and on the last one; none where there is but one."""
    if not fitted.splits:
        return {}
    rows = course.rows
    found = {"inquiries_out": _measured(course, fitted, fitted.crossed, rows)[0]}
    last = rows[course.windows[rows] == course.windows[rows[-1]]]
    # Where the last one is held out by parts, no model was without it whole.
    if any(np.isin(last, split.asked).all() for split in fitted.splits):
        found["last_window_out"] = _measured(course, fitted, fitted.crossed, last)[0]
    return found


def _measured(
    course: Course, fitted: Fitted, crossed: CrossFitted, rows: Index
) -> tuple[dict[str, Any], Predicted]:
    """How good what was said of some rows is, and what it says."""
    probabilities = course.calm(crossed, fitted.model, rows)
    predicted = _predicted(course, crossed, rows, probabilities, fitted.certificate)
    return evaluate([course.labelled.gold[row] for row in rows.tolist()], predicted), predicted


def _curve(course: Course, splits: list[Split], whole: dict[str, Any]) -> tuple[Point, ...]:
    """Scores when fitted on a third, two thirds and all of the candidates, each on the same statements."""
    points = []
    for part in (1 / 3, 2 / 3):
        smaller = [thin_out(course.material, split, part) for split in splits]
        crossed = course.crossed(smaller, f"学習曲線（ラベルの約{part:.0%}）")
        cost = course.policy.judgement.wrong_exclusion_cost
        calm = calibrated(crossed.probabilities[course.rows], 1.0, cost, course.share)
        counts = confusion(course.truth[course.rows], calm.argmax(axis=1), len(course.label_ids))
        points.append(_point(course, smaller, f1(counts)))
    scores = [whole["labels"][label]["f1"] for label in course.label_ids]
    return (*points, _point(course, splits, np.array(scores, dtype=np.float64)))


def _point(course: Course, splits: list[Split], scores: NDArray[np.float64]) -> Point:
    labels = [course.lessons.labels[split.fitted] for split in splits]
    n_labels = {one: float(np.mean([(own == one).sum() for own in labels])) for one in course.label_ids}
    by_label = dict(zip(course.label_ids, scores.tolist(), strict=True))
    return Point(float(np.mean([len(own) for own in labels])), float(np.nanmean(scores)), n_labels, by_label)


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
    sure = sureness(answers.probabilities, label_ids.index("share"), reader.certificate.share_weight)
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
    course: Course,
    crossed: CrossFitted,
    rows: Index,
    probabilities: NDArray[np.float64],
    certificate: Certificate,
) -> Predicted:
    sure = sureness(probabilities, course.share, certificate.share_weight)
    return Predicted(
        label_ids=course.label_ids,
        probabilities=probabilities,
        coverage=np.array(COVERAGE)[crossed.coverage[rows].argmax(axis=1)],
        passages=tuple(crossed.passages[row] for row in rows),
        accepted=certificate.accepts(sure, probabilities.argmax(axis=1) != course.share),
        sureness=sure,
    )
