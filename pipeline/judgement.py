"""Judgement: every statement through the flowchart, Q1 to Q3, by one reader."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.arrays import Embeddings, Tokens
from pipeline.candidates import Candidates
from pipeline.learning.material import Material
from pipeline.learning.model import Model, sureness
from pipeline.results import Judgement
from pipeline.steps.certify import Certificate
from pipeline.steps.classify import ask, classify
from pipeline.steps.coverage import cover
from pipeline.steps.decide import Grounds, decide
from pipeline.steps.embed import Encoder, embed
from pipeline.steps.embed import Vectors as Memory
from pipeline.steps.explain import explain
from pipeline.steps.features import Vectors, Words, features, full_texts, item_key, ledger_items
from pipeline.steps.tokens import Tagger
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True, eq=False)
class Senses:
    """What a text is read with: an encoder, a memory for its vectors, a tagger."""

    encoder: Encoder
    memory: Memory
    tagger: Tagger


@dataclass(frozen=True, eq=False)
class Reader:
    """A fitted model with what it needs to read: an encoder, a memory for its vectors, a tagger."""

    model: Model
    model_id: str
    certificate: Certificate
    encoder: Encoder
    memory: Memory
    tagger: Tagger
    is_provisional: bool = False
    """The certificate rests on cross-fitting, not yet on a random stream of real labels."""

    @property
    def senses(self) -> Senses:
        """What it reads with."""
        return Senses(self.encoder, self.memory, self.tagger)

    @property
    def promise(self) -> str:
        """What is guaranteed of the automatic decisions, in Japanese, and how far that has been tried."""
        sentence = self.certificate.sentence
        certified = {self.certificate.excluded.threshold, self.certificate.shared.threshold} != {None}
        if not (self.is_provisional and certified):
            return sentence
        return (
            f"【仮の値】{sentence}架空の照会での交差検証によるもので、実際の照会ではまだ確かめていません。"
            "抜取検査（ikenwake audit）を行ってください。"
        )

    def embed(self, statements: pd.DataFrame) -> Embeddings:
        """Vectors of the normalized texts; the memory gives back those that ``judge`` has made."""
        return embed(
            statements["statement_id"].tolist(), statements["norm"].tolist(), self.encoder, self.memory
        )


def judge(
    statements: pd.DataFrame, tokens: Tokens, candidates: Candidates, taxonomy: Taxonomy, reader: Reader
) -> Judgement:
    """Put every statement through the flowchart.

    Args:
        statements: A ``Statements`` table, n rows.
        tokens: What ``tokenize`` made of them.
        candidates: The candidate files of this inquiry.
        taxonomy: The codebook; its labels are the model's.
        reader: Model, encoder and memory.

    Returns:
        Scores, decisions, coverage and explanations of the n statements in input order.

    Raises:
        ModelError: The model was fitted on another encoder.
    """
    material = read(statements, tokens, candidates, reader.senses)
    answers = ask(material, reader.model)
    scores = classify(material, answers, taxonomy, reader.model_id)
    coverage = cover(scores, answers, material, candidates)
    excluded = scores.best() != "share"
    certificate = reader.certificate
    sure = sureness(scores.probabilities, scores.label_ids.index("share"), certificate.share_weight)
    grounds = Grounds(
        accepted=certificate.accepts(sure, excluded),
        certified={
            True: certificate.excluded.threshold is not None,
            False: certificate.shared.threshold is not None,
        },
        has_candidate=np.array([bool(c) for c in material.candidate_ids], dtype=bool),
        familiar=answers.familiar,
    )
    decisions = decide(scores, coverage, grounds)
    return Judgement(scores, decisions, coverage, explain(statements, scores, coverage, answers, material))


def read(statements: pd.DataFrame, tokens: Tokens, candidates: Candidates, senses: Senses) -> Material:
    """Embed what has to be embedded, each text once, and make the material the model reads.

    Args:
        statements: A ``Statements`` table, n rows.
        tokens: What ``tokenize`` made of them.
        candidates: The candidate files.
        senses: The same that ``tokens`` were made with.
    """
    ids = statements["statement_id"].tolist()
    items = {
        item_key(candidate.candidate_id, item.ref): item.text
        for candidate in candidates
        for item in ledger_items(candidate)
    }
    keys, texts = list(items), list(items.values())
    vectors = Vectors(
        texts=embed(ids, statements["norm"].tolist(), senses.encoder, senses.memory),
        full=embed(ids, full_texts(statements), senses.encoder, senses.memory),
        items=embed(keys, texts, senses.encoder, senses.memory),
    )
    words = Words(tokens, dict(zip(keys, senses.tagger(texts), strict=True)))
    return features(statements, candidates, vectors, words)
