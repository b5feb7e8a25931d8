"""What the replays share: every gold statement read once, and a model fitted on any part of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.edges.encoder import SentenceEncoder, encoder_folder
from pipeline.edges.gold import read_all
from pipeline.edges.tagger import UnidicTagger
from pipeline.edges.vector_cache import VectorCache
from pipeline.fitting import Course, Fitted, fit_certified
from pipeline.judgement import Senses
from pipeline.labelled import Labelled, Origin
from pipeline.learning.material import Index, Lessons, Material
from pipeline.learning.model import calibrated, fit
from pipeline.policy import Policy, load_policy
from pipeline.settings import Settings
from pipeline.taxonomy import Taxonomy, load_taxonomy
from pipeline.training import read_labelled


@dataclass(frozen=True)
class Answered:
    """What people answered of one inquiry: the random stream, and what is learned from."""

    learn: Index
    stream: Index
    is_whole: bool
    """Everything was answered, not only what the machine was unsure of."""


@dataclass(frozen=True, eq=False)
class Ground:
    """Every labelled statement there is, as people and as models see it."""

    labelled: Labelled
    material: Material
    taxonomy: Taxonomy
    policy: Policy

    @cached_property
    def lessons(self) -> Lessons:
        """What people said, row by row."""
        return self.labelled.lessons(self.material)

    @cached_property
    def candidates(self) -> NDArray[np.str_]:
        """The candidate of every row."""
        return np.array([g.candidate_id for g in self.labelled.gold], dtype=np.str_)

    @cached_property
    def windows(self) -> NDArray[np.str_]:
        """The inquiry of every row."""
        return np.array([origin.window for origin in self.labelled.origins], dtype=np.str_)

    @cached_property
    def copies(self) -> NDArray[np.str_]:
        """The near-duplicate group of every row."""
        return np.array(self.labelled.copies, dtype=np.str_)

    @property
    def share(self) -> int:
        """The column of 共有すべきもの."""
        return self.taxonomy.label_ids.index("share")

    @cached_property
    def truth(self) -> Index:
        """People's label of every row, as its column."""
        ids = self.taxonomy.label_ids
        return np.array([ids.index(label) for label in self.lessons.labels], dtype=np.intp)

    @property
    def everything(self) -> Index:
        """Every row."""
        return np.arange(len(self.labelled))

    @cached_property
    def first_guess(self) -> NDArray[np.float64]:
        """What a model fitted on window0 alone says of every row."""
        return self.probabilities(np.flatnonzero(self.windows == "window0"), self.everything)

    def probabilities(self, known: Index, asked: Index) -> NDArray[np.float64]:
        """What a model fitted on the rows ``known`` says of the rows ``asked``; one fit, not certified."""
        model = fit(self.material, self.lessons, known, self.taxonomy.label_ids)
        raw = model.answer(self.material, asked).probabilities
        return calibrated(raw, 1.0, self.policy.judgement.wrong_exclusion_cost, self.share)

    def fitted(self, parts: dict[str, Answered], folds: int) -> tuple[Course, Fitted]:
        """A certified model as ``ikenwake retrain`` makes it, from what was answered in each inquiry."""
        origins = {}
        for window, answered in parts.items():
            origins |= {int(row): Origin(window, is_chosen=not answered.is_whole) for row in answered.learn}
            origins |= {int(row): Origin(window, is_random=True) for row in answered.stream}
        rows = np.array(sorted(origins), dtype=np.intp)
        part = self.labelled.where(np.isin(self.everything, rows))
        whole = Labelled(part.statements, part.gold, part.candidates, [origins[int(row)] for row in rows])
        course = Course(self.material.part(rows), whole, self.taxonomy.label_ids, self.policy)
        return course, fit_certified(course, folds)


def read_ground() -> Ground:
    """Read labels/gold and embed it, each text once."""
    settings = Settings()
    labelled = read_all(settings.gold_dir, settings.candidates_dir)
    encoder = SentenceEncoder(encoder_folder(settings), settings)
    senses = Senses(encoder, VectorCache(settings.cache_dir / "vectors.db"), UnidicTagger())
    material = read_labelled(labelled, senses)
    return Ground(
        labelled, material, load_taxonomy(settings.taxonomy_path), load_policy(settings.policy_path)
    )
