"""The fitted model, whole, and how it is fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from pipeline.learning.covers import COVERAGE, CoverHeads, ask_cover, fit_cover
from pipeline.learning.heads import (
    HEADS,
    FirstLevel,
    Said,
    SecondLevel,
    fit_first,
    fit_second,
    say,
    say_out_of_fold,
    second_input,
    short_width,
)
from pipeline.learning.material import Array, Index, Lessons, Material
from pipeline.learning.novelty import Familiar, fit_familiar, unknown_shares
from pipeline.progress import listener


@dataclass(frozen=True, eq=False)
class Answers:
    """What the model makes of some rows of the material."""

    rows: Index
    probabilities: Array
    """Calibrated, shape (n, k)."""
    said: Said
    coverage: Array
    """Shape (n, 3), in the order of ``COVERAGE``."""
    contrary: Array
    familiar: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Model:
    """Everything that was learned; ``temperature`` and ``share_weight`` are applied to the stack's output."""

    label_ids: tuple[str, ...]
    encoder_id: str
    first: FirstLevel
    second: SecondLevel
    cover: CoverHeads
    known: Familiar
    temperature: float = 1.0
    share_weight: float = 1.0

    def answer(self, material: Material, rows: Index) -> Answers:
        """Ask the model about some rows; none give empty answers."""
        if not len(rows):
            return _no_answers(len(self.label_ids), len(material.pairs.rows))
        said = say(self.first, material, rows, self.label_ids)
        raw = self.second.probabilities(second_input(said, material), self.label_ids)
        coverage, contrary = ask_cover(self.cover, said, material)
        share = self.label_ids.index("share")
        adjusted = calibrated(raw, self.temperature, self.share_weight, share)
        return Answers(rows, adjusted, said, coverage, contrary, self.known.knows(material, rows))


def _no_answers(n_labels: int, n_pairs: int) -> Answers:
    nobody = np.zeros(0, dtype=np.intp)
    said = Said(nobody, [np.zeros((0, n_labels))] * HEADS, np.full(n_pairs, np.nan))
    none = np.zeros((0, n_labels))
    return Answers(nobody, none, said, np.zeros((0, len(COVERAGE))), np.zeros(0), np.zeros(0, dtype=bool))


def fit(material: Material, lessons: Lessons, rows: Index, label_ids: tuple[str, ...]) -> Model:
    """Fit both levels, the coverage heads and the sense of what is familiar; nothing is calibrated yet."""
    said = say_out_of_fold(material, lessons, rows, label_ids)
    inputs = second_input(said, material)
    return Model(
        label_ids=label_ids,
        encoder_id=material.encoder_id,
        first=fit_first(material, lessons, rows),
        second=fit_second(inputs, lessons.labels[rows], short_width(material, len(label_ids))),
        cover=fit_cover(said, material, lessons),
        known=fit_familiar(material, rows),
    )


@dataclass(frozen=True, eq=False)
class CrossFitted:
    """Answers about every row by a model that saw no statement of that row's candidate; uncalibrated."""

    probabilities: Array
    coverage: Array
    contrary: Array
    passages: list[tuple[str, ...]]
    familiar: NDArray[np.bool_]
    unknown: Array
    """Share of each text's character n-grams that the model had not seen."""


def cross_fit(
    material: Material, lessons: Lessons, splits: Sequence[tuple[Index, Index]], label_ids: tuple[str, ...]
) -> CrossFitted:
    """Fit the whole model on the first rows of every split and ask it about the second.

    Rows that no split asks about stay zeros.
    """
    from pipeline.learning.covers import ranked_pairs

    n = len(material)
    probabilities = np.zeros((n, len(label_ids)))
    coverage, contrary = np.zeros((n, len(COVERAGE))), np.zeros(n)
    passages: list[tuple[str, ...]] = [()] * n
    familiar, unknown = np.zeros(n, dtype=bool), np.zeros(n)
    for done, (fitted, asked) in enumerate(splits):
        listener().advance(done)
        model = fit(material, lessons, fitted, label_ids)
        answers = model.answer(material, asked)
        familiar[asked] = answers.familiar
        unknown[asked] = unknown_shares(model.first.words, [material.texts[row] for row in asked])
        probabilities[asked], coverage[asked], contrary[asked] = (
            answers.probabilities,
            answers.coverage,
            answers.contrary,
        )
        for row, order in zip(asked, ranked_pairs(answers.said, material, "passage"), strict=True):
            passages[row] = tuple(str(ref) for ref in material.pairs.refs[order])
    return CrossFitted(probabilities, coverage, contrary, passages, familiar, unknown)


def calibrated(raw: Array, temperature: float, share_weight: float, share: int) -> Array:
    """Temperature scaling (Guo et al. 2017), then the odds of ``share`` times ``share_weight``.

    Example:
        >>> calibrated(np.array([[0.8, 0.2]]), 1.0, 4.0, share=1).round(2).tolist()
        [[0.5, 0.5]]
    """
    logits = np.log(np.clip(raw, 1e-6, 1)) / temperature
    scaled = np.exp(logits - logits.max(axis=1, keepdims=True))
    scaled[:, share] *= share_weight
    total: Array = scaled / scaled.sum(axis=1, keepdims=True)
    return total


def find_temperature(raw: Array, truth: NDArray[np.intp]) -> float:
    """The temperature that makes the labels most likely; 1 where there are no labels."""
    if not len(truth):
        return 1.0

    def loss(log_temperature: float) -> float:
        scaled = calibrated(raw, float(np.exp(log_temperature)), 1.0, 0)
        return float(-np.log(np.clip(scaled[np.arange(len(truth)), truth], 1e-9, 1)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2.5, 2.0), method="bounded").x))


def sureness(probabilities: Array, share: int, share_weight: float = 1.0) -> Array:
    """Orders statements, the surest first; shape (n,).

    Shared: the probability of ``share``. Excluded: the label's own probability less that of ``share``,
    since to exclude what should be shared is the costly error. The label is the best of ``probabilities``;
    how sure it is, is measured as if ``share`` had not been weighted: the weight says what an error costs,
    and would make every shared statement look surer than an exclusion that is right as often.

    Example:
        >>> sureness(np.array([[0.9, 0.1], [0.3, 0.7]]), share=1).round(2).tolist()
        [0.8, 0.7]
        >>> sureness(np.array([[0.4, 0.6]]), share=1, share_weight=3).round(2).tolist()
        [0.33]
    """
    best = probabilities.argmax(axis=1)
    plain = probabilities.copy()
    plain[:, share] /= share_weight
    plain /= plain.sum(axis=1, keepdims=True)
    top = plain[np.arange(len(plain)), best]
    result: Array = np.where(best == share, top, top - plain[:, share])
    return result
