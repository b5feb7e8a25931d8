"""Fitting: a calibrated model with its certificate, from what models say of inquiries they saw nothing of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.labelled import Labelled
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
from pipeline.policy import Automatic, Policy
from pipeline.progress import listener
from pipeline.steps.certify import Certificate, Predictions, certify
from pipeline.steps.folds import Split, leave_candidates_out, leave_inquiries_out

ENOUGH_STREAM = 400
"""So many random labels, in both groups together, before the certificate rests on them alone."""
FOLDS = 6
"""Groups of candidates held out in turn; fewer fits than one candidate at a time, at a slight loss."""


@dataclass(frozen=True, eq=False)
class Course:
    """n labelled statements (the frozen part taken out) as numbers, and what every fit on them shares."""

    material: Material
    labelled: Labelled
    label_ids: tuple[str, ...]
    policy: Policy

    @cached_property
    def lessons(self) -> Lessons:
        """What people said, row by row."""
        return self.labelled.lessons(self.material)

    @cached_property
    def rows(self) -> Index:
        """What is trained on: neither of the random stream nor near-duplicates of it."""
        return np.flatnonzero(self.labelled.free_of(self.labelled.in_stream))

    @cached_property
    def stream(self) -> Index:
        """The random stream."""
        return np.flatnonzero(self.labelled.in_stream)

    @cached_property
    def truth(self) -> Index:
        """People's label of every row, as its column."""
        return np.array([self.label_ids.index(label) for label in self.lessons.labels], dtype=np.intp)

    @property
    def share(self) -> int:
        """The column of 共有すべきもの."""
        return self.label_ids.index("share")

    @cached_property
    def windows(self) -> NDArray[np.str_]:
        """The inquiry of every row."""
        return np.array([origin.window for origin in self.labelled.origins], dtype=np.str_)

    @cached_property
    def witnesses(self) -> Index:
        """What the certificate rests on: the stream once it is large enough, else all that nobody chose."""
        if len(self.stream) >= ENOUGH_STREAM:
            return self.stream
        return np.intersect1d(np.flatnonzero(self.labelled.unchosen), np.union1d(self.rows, self.stream))

    @property
    def rests_on_stream(self) -> bool:
        """Whether the certificate needs no predictions about inquiries labelled without a stream."""
        return len(self.stream) > 0 and np.array_equal(self.witnesses, self.stream)

    @property
    def tested(self) -> Automatic:
        """The bounds that are tested: stricter than what is promised until the stream alone is evidence."""
        policy = self.policy.automatic
        if self.rests_on_stream:
            return policy
        return policy.model_copy(update={"max_wrong": min(policy.max_wrong, policy.max_wrong_cross_fitted)})

    def by_candidate(self, folds: int | None) -> list[Split]:
        """Splits that leave candidates out."""
        return leave_candidates_out(self.material, self.rows, self.labelled.copies, folds, self.stream)

    def by_inquiry(self) -> list[Split]:
        """Splits that leave inquiries out; none where there is but one."""
        return leave_inquiries_out(
            self.material, self.windows.tolist(), self.rows, self.labelled.copies, self.stream
        )

    def crossed(self, splits: list[Split], step: str) -> CrossFitted:
        """What models say of the rows left out of their fit."""
        listener().step(step, len(splits))
        return cross_fit(self.material, self.lessons, splits, self.label_ids)

    def calm(self, crossed: CrossFitted, model: Model, rows: Index) -> NDArray[np.float64]:
        """What was said of some rows, with the model's temperature and cost."""
        return calibrated(crossed.probabilities[rows], model.temperature, model.share_weight, self.share)

    def evidence(self, probabilities: NDArray[np.float64], rows: Index) -> Predictions:
        """Calibrated probabilities of some rows, as a certificate is made from them."""
        cost = self.policy.judgement.wrong_exclusion_cost
        best = probabilities.argmax(axis=1)
        excluded = best != self.share
        return Predictions(
            score=sureness(probabilities, self.share, cost),
            excluded=excluded,
            wrong=best != self.truth[rows],
            wrongly_excluded=excluded & (self.truth[rows] == self.share),
            clusters=tuple(self.labelled.copies[row] for row in rows),
        )


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model, its certificate, and the predictions that rests on."""

    model: Model
    certificate: Certificate
    crossed: CrossFitted
    """By models that saw nothing of the statement's inquiry, or of its candidate where there is but one."""
    splits: list[Split]
    """How inquiries were left out; empty where there is but one."""


def fit_certified(course: Course, folds: int | None = FOLDS) -> Fitted:
    """Calibrate and certify by inquiries left out, then fit on everything but the random stream.

    The certificate speaks of the next inquiry, so what it rests on was said by models that saw nothing of the
    statement's whole inquiry (of its candidate, where there is but one inquiry). It rests on the random
    stream once that holds enough labels to bear an error in either group; until then on the stream and on
    inquiries that were labelled without one, pooled, a stricter bound is tested, and the card says so.

    Args:
        course: What is learned from.
        folds: Groups of candidates held out where there is but one inquiry; None: one at a time.
    """
    splits = course.by_inquiry()
    apart = splits or course.by_candidate(folds)
    crossed = course.crossed(apart, "照会を除いた交差検証" if splits else "候補を除いた交差検証")
    rows = course.rows
    temperature = find_temperature(crossed.probabilities[rows], course.truth[rows])
    listener().step("全体での学習", 0)
    model = replace(
        fit(course.material, course.lessons, rows, course.label_ids),
        temperature=temperature,
        share_weight=course.policy.judgement.wrong_exclusion_cost,
    )
    evidence = course.evidence(course.calm(crossed, model, course.witnesses), course.witnesses)
    certificate = certify(evidence, course.tested, model.share_weight)
    promised = course.policy.automatic.max_wrong
    return Fitted(model, replace(certificate, max_wrong=promised), crossed, splits)
