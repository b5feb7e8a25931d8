"""Retraining: confirmed labels in, a model folder out; promoted only if it is no worse."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from pipeline.candidates import Candidates
from pipeline.edges.confirmed import read_confirmed
from pipeline.edges.encoder import SentenceEncoder, VectorCache, encoder_folder
from pipeline.edges.gold import read_all
from pipeline.edges.registry import Card, current_id, promote, save_model
from pipeline.edges.scoreboard import card_page, percent, risk_drawing
from pipeline.edges.store import Store
from pipeline.errors import ModelError
from pipeline.judgement import read
from pipeline.policy import load_policy
from pipeline.settings import Settings
from pipeline.steps.challenge import is_no_worse
from pipeline.taxonomy import load_taxonomy
from pipeline.training import Labelled, Trained, train

_CROSSFIT = "crossfit.json"
_PROVISIONAL = (
    "無作為に抜いて二人が読んだ実際の照会のラベルはまだ足りない。この保証は、学習に使わなかった候補についての"
    "交差検証の予測から計算したもので、実際の照会で確かめるまでの仮のものである。"
    "最初の照会では抜取検査（ikenwake audit）を必ず行うこと。"
)
_FROM_STREAM = "この保証は、提案を隠して無作為に確認した{n}件（学習には使っていない）から計算した。"


def retrain_now(settings: Settings, promote_it: bool = False) -> str:
    """Train a challenger from labels/gold and the confirmed reviews, and say how it compares.

    Returns:
        One Japanese sentence: the new model's id, its figures, and whether it was promoted.

    Raises:
        ModelError: A model of the same second exists already.
    """
    taxonomy = load_taxonomy(settings.taxonomy_path)
    labelled, confirmed = _labels(settings)
    encoder = SentenceEncoder(encoder_folder(settings), settings)
    memory = VectorCache(settings.cache_dir / "vectors.db")
    material = read(labelled.statements, labelled.candidates, encoder, memory)
    trained = train(material, labelled, taxonomy, load_policy(settings.policy_path))
    card = _card(trained, labelled, confirmed, material.encoder_id, taxonomy.version)
    metrics = trained.metrics["leave_candidates_out"]
    pages = {
        "card.md": card_page(asdict(card), card.certificate.sentence, settings.taxonomy_path),
        "reliability.svg": risk_drawing(metrics),
        _CROSSFIT: json.dumps(trained.said, ensure_ascii=False, indent=0, sort_keys=True) + "\n",
    }
    no_worse = _is_no_worse(settings.models_dir, trained.said)
    save_model(settings.models_dir, trained.model, card, pages)
    if promote_it and no_worse:
        promote(settings.models_dir, card.model_id)
    return (
        f"モデル「{card.model_id}」を作りました。正解率{percent(metrics['accuracy']['value'])}、"
        f"macro-F1 {percent(metrics['macro_f1']['value'])}、"
        f"誤除外{percent(metrics['false_exclusion']['value'])}。"
        + ("使用中のモデルに劣りません。" if no_worse else "使用中のモデルより劣ります。")
        + ("使用中にしました。" if promote_it and no_worse else "使用中のモデルは変えていません。")
    )


def _labels(settings: Settings) -> tuple[Labelled, int]:
    """Gold and confirmed reviews together, and how many the latter are."""
    statements, gold, candidates = read_all(settings.gold_dir, settings.root / "labels" / "candidates")
    if not settings.db_url and not (settings.root / "data" / "ikenwake.db").is_file():
        return Labelled(statements, gold, candidates), 0
    store = Store(settings.store_url)
    try:
        confirmed = read_confirmed(store)
    finally:
        store.close()
    whole = pd.concat([statements, confirmed.statements], ignore_index=True)
    files = Candidates([*candidates, *confirmed.candidates])
    return Labelled(whole, [*gold, *confirmed.gold], files, confirmed.stream_ids), len(confirmed.gold)


def _is_no_worse(models_dir: Path, challenger: dict[str, tuple[str, str]]) -> bool:
    """Against the model in use, on the statements both were cross-fitted on; True where there is none."""
    try:
        path = models_dir / current_id(models_dir) / _CROSSFIT
        champion = json.loads(path.read_text(encoding="utf-8"))
    except (ModelError, OSError, ValueError):
        return True
    return is_no_worse(challenger, {key: (said[0], said[1]) for key, said in champion.items()})


def _card(
    trained: Trained, labelled: Labelled, n_confirmed: int, encoder_id: str, taxonomy_version: int
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
        calibration=_FROM_STREAM.format(n=trained.n_stream) if trained.n_stream else _PROVISIONAL,
        data={
            "文": len(labelled.statements),
            "候補": labelled.statements["candidate_id"].nunique(),
            "出所": "labels/gold（すべて架空の意見）",
            "うち人が確認した照会の意見": n_confirmed,
            "共有すべきもの": sum(g.label == "share" for g in labelled.gold),
        },
        metrics=trained.metrics,
        n_stream=trained.n_stream,
    )
