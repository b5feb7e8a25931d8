"""Themes: what is known before a run groups anything: the pair model, and the themes of earlier inquiries."""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.errors import ModelError

FEATURES = (
    "dense_text",
    "dense_whole",
    "words_text",
    "words_whole",
    "words_jaccard",
    "words_overlap",
    "section_first",
    "section_second",
    "section_apart",
    "section_words",
)
"""What a pair of statements is judged by, in this order; computed in ``pipeline.steps.themes.pairs``."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PastTheme(_Frozen):
    """A theme of an earlier run, as the store keeps it: where 「前回照会にも同旨」 comes from."""

    theme_id: str = Field(min_length=1)
    window: str
    candidate_id: str
    name: str
    text: str
    """``norm`` of the statement that stood for it (masked, as every output is)."""
    words: tuple[str, ...]
    """Content words of that text."""
    n_statements: int = 0
    label: str = ""
    """The label most of its statements ended with, as evidence in review; never copied into a decision."""
    disposition: str = ""
    """Where most of those with that label ended."""


class EarlierTheme(NamedTuple):
    """The theme of a statement when its inquiry was run last."""

    theme_id: str
    name: str
    candidate_id: str = ""
    text_hash: str = ""
    """Of what the statement said then."""


class ThemeModel(_Frozen):
    """Tells how probable it is that two statements of one candidate ask for the same thing.

    A logistic regression, kept as numbers a person can read: there is nothing in it to unpickle.
    """

    theme_model_id: str
    encoder_id: str
    """The encoder whose vectors it was fitted on; with another one the threshold promises nothing."""
    features: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float
    threshold: float = Field(gt=0, lt=1)
    """Themes merge while the mean probability between their statements is at least this."""
    n_documents: int = Field(ge=1)
    document_frequency: dict[str, int]
    """In how many statements of the fitted inquiries a content word stands; others count as one."""
    centre: tuple[float, ...]
    """Mean vector of the fitted statements: the centre of a candidate nothing else is known of."""
    generic: tuple[str, ...] = ()
    """Words that name nothing (意見, 対応): never a theme's name by themselves."""

    @model_validator(mode="after")
    def _check(self) -> ThemeModel:
        if self.features != FEATURES or len(self.weights) != len(FEATURES):
            raise ValueError("the model was fitted on other features than this program computes")
        return self

    @cached_property
    def generic_words(self) -> frozenset[str]:
        """``generic``, for looking words up."""
        return frozenset(self.generic)

    def idf(self, word: str) -> float:
        """Inverse document frequency, smoothed: ln((1 + N) / (1 + n)) + 1.

        Source: scikit-learn, TfidfTransformer, ``smooth_idf``.
        """
        return self._idf.get(word, self._idf[""])

    @cached_property
    def _idf(self) -> dict[str, float]:
        counts = {"": 1, **self.document_frequency}
        return {w: math.log((1 + self.n_documents) / (1 + n)) + 1 for w, n in counts.items()}


def load_theme_model(path: Path) -> ThemeModel:
    """Read the pair model.

    Raises:
        ModelError: The file is missing, damaged or made for another version.
    """
    try:
        return ThemeModel.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelError(
            f"{path}: テーマ分けのモデルを読めません。"
            "git で取り直してください（git checkout -- models/themes）。"
        ) from error
