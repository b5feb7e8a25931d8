"""A small fitted model on gold rows with a stub encoder: fast, deterministic, never the real one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.candidates import load_candidates
from pipeline.edges.gold import read_gold
from pipeline.edges.tagger import UnidicTagger
from pipeline.judgement import Reader, Senses
from pipeline.labelled import Labelled
from pipeline.learning.model import Model, fit
from pipeline.settings import ROOT, Settings
from pipeline.steps.certify import Bound, Certificate
from pipeline.steps.embed import Forgetful
from pipeline.taxonomy import load_taxonomy
from pipeline.training import read_labelled

NOTHING = Bound(None, 0, 0, 0, 0, 93)


class StubEncoder:
    """Vectors from hashed character pairs: alike texts get alike vectors."""

    encoder_id = "stub"
    dimension = 64

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for i, text in enumerate(texts):
            for k in range(len(text) - 1):
                digest = hashlib.md5(text[k : k + 2].encode(), usedforsecurity=False).digest()
                vectors[i, digest[0] % self.dimension] += 1 if digest[1] % 2 else -1
            vectors[i, 0] += 1e-3
        norms: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / norms


@cache
def senses() -> Senses:
    return Senses(StubEncoder(), Forgetful(), UnidicTagger())


@cache
def labelled() -> Labelled:
    candidates = load_candidates(ROOT / "labels" / "candidates" / "window1")
    return read_gold(ROOT / "labels" / "gold" / "window1.jsonl", candidates)


@cache
def small_model() -> Model:
    """Fitted on two of window1's candidates."""
    known = labelled()
    taxonomy = load_taxonomy(Settings().taxonomy_path)
    material = read_labelled(known, senses())
    rows = np.flatnonzero([g.candidate_id in ("T4", "T5") for g in known.gold])
    return fit(material, known.lessons(material), rows, taxonomy.label_ids)


def reader(certificate: Certificate | None = None) -> Reader:
    chosen = certificate or Certificate(NOTHING, NOTHING, 0.05, 0.02, 0.9)
    return Reader(small_model(), "small", chosen, StubEncoder(), Forgetful(), UnidicTagger())
