"""Classify: Q1 of the flowchart, as probabilities over the eight labels."""

from __future__ import annotations

import numpy as np

from pipeline.arrays import Scores
from pipeline.errors import ModelError
from pipeline.learning.material import Material
from pipeline.learning.model import Answers, Model
from pipeline.taxonomy import Taxonomy


def ask(material: Material, model: Model) -> Answers:
    """Ask the model about every statement, once; the other steps read its answers.

    Raises:
        ModelError: The model was fitted on vectors of another encoder.
    """
    if material.encoder_id != model.encoder_id:
        raise ModelError(
            f"モデルはエンコーダー「{model.encoder_id}」で学習されていますが、今のエンコーダーは"
            f"「{material.encoder_id}」です。IKENWAKE_ENCODER を戻すか、"
            "ikenwake retrain で学習し直してください。"
        )
    return model.answer(material, np.arange(len(material)))


def classify(material: Material, answers: Answers, taxonomy: Taxonomy, model_id: str) -> Scores:
    """Label probabilities of n statements.

    Without a candidate file, the labels it decides (共通化以外, 解決済, 射程外) cannot be judged: they get no
    probability, and ``decide`` leaves such a statement undetermined.

    Args:
        material: n statements.
        answers: What the model makes of them, in the same order.
        taxonomy: Which labels need the candidate file; its label order is the model's.
        model_id: Carried into the scores.

    Returns:
        Scores of shape (n, k); n = 0 gives none.
    """
    probabilities = answers.probabilities.copy()
    bound = [label in taxonomy.candidate_bound_ids for label in taxonomy.label_ids]
    unknown = np.array([not candidate_id for candidate_id in material.candidate_ids], dtype=bool)
    if unknown.any():
        probabilities[np.ix_(unknown, np.array(bound))] = 0
        probabilities[unknown] /= probabilities[unknown].sum(axis=1, keepdims=True)
    return Scores(material.statement_ids, taxonomy.label_ids, probabilities, model_id)
