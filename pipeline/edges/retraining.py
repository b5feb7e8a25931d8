"""Retraining: confirmed labels in, a model folder out; promoted only if it is no worse."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.edges.encoder import SentenceEncoder, VectorCache, encoder_folder
from pipeline.edges.gold import read_all
from pipeline.edges.registry import Card, current_id, promote, read_card, save_model
from pipeline.edges.scoreboard import card_page, percent, risk_drawing
from pipeline.errors import ModelError
from pipeline.judgement import read
from pipeline.learning.supervision import Gold
from pipeline.policy import load_policy
from pipeline.settings import Settings
from pipeline.taxonomy import load_taxonomy
from pipeline.training import Labelled, Trained, train

_WORSE = 0.01
_CALIBRATION = (
    "無作為に抜いて二人が読んだ実際の照会のラベルはまだ無い。この保証は、学習に使わなかった候補についての"
    "交差検証の予測（架空の照会）から計算したもので、実際の照会で確かめるまでの仮のものである。"
    "最初の照会では抜取検査（ikenwake audit）を必ず行うこと。"
)


def retrain_now(settings: Settings, promote_it: bool = False) -> str:
    """Train a challenger from labels/gold and say how it compares with the model in use.

    Returns:
        One Japanese sentence: the new model's id, its figures, and whether it was promoted.

    Raises:
        ModelError: A model of the same second exists already.
    """
    taxonomy = load_taxonomy(settings.taxonomy_path)
    statements, gold, candidates = read_all(settings.gold_dir, settings.root / "labels" / "candidates")
    encoder = SentenceEncoder(encoder_folder(settings), settings)
    material = read(statements, candidates, encoder, VectorCache(settings.cache_dir / "vectors.db"))
    policy = load_policy(settings.root / "labels" / "policy.toml").automatic
    trained = train(material, Labelled(statements, gold, candidates), taxonomy, policy)
    card = _card(trained, statements, gold, material.encoder_id, taxonomy.version)
    metrics = trained.metrics["leave_candidates_out"]
    pages = {
        "card.md": card_page(asdict(card), card.certificate.sentence, settings.taxonomy_path),
        "reliability.svg": risk_drawing(metrics),
    }
    save_model(settings.models_dir, trained.model, card, pages)
    promoted = promote_it and _is_no_worse(settings.models_dir, metrics)
    if promoted:
        promote(settings.models_dir, card.model_id)
    return (
        f"モデル「{card.model_id}」を作りました。正解率{percent(metrics['accuracy']['value'])}、"
        f"macro-F1 {percent(metrics['macro_f1']['value'])}、"
        f"誤除外{percent(metrics['false_exclusion']['value'])}。"
        + ("使用中にしました。" if promoted else "使用中のモデルは変えていません。")
    )


def _is_no_worse(models_dir: Path, challenger: dict[str, Any]) -> bool:
    """Not worse where it matters: wrong exclusions, and the labels as a whole."""
    try:
        champion = read_card(models_dir, current_id(models_dir)).metrics["leave_candidates_out"]
    except ModelError:
        return True
    return bool(
        challenger["false_exclusion"]["value"] <= champion["false_exclusion"]["value"] + _WORSE
        and challenger["macro_f1"]["value"] >= champion["macro_f1"]["value"] - _WORSE
    )


def _card(
    trained: Trained, statements: pd.DataFrame, gold: list[Gold], encoder_id: str, taxonomy_version: int
) -> Card:
    now = datetime.now(UTC)
    return Card(
        model_id=f"stack-{now:%Y%m%d-%H%M%S}",
        created_at=now.isoformat(timespec="seconds"),
        encoder_id=encoder_id,
        taxonomy_version=taxonomy_version,
        label_ids=trained.model.label_ids,
        temperature=trained.model.temperature,
        share_weight=trained.model.share_weight,
        sha256="",
        certificate=trained.certificate,
        calibration=_CALIBRATION,
        data={
            "文": len(statements),
            "候補": statements["candidate_id"].nunique(),
            "出所": "labels/gold（すべて架空の意見）",
            "共有すべきもの": sum(g.label == "share" for g in gold),
        },
        metrics=trained.metrics,
    )
