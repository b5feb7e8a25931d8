"""Retraining: confirmed labels in, a model folder out; promoted only if it is no worse."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pipeline.edges.card_page import card_page, worst_failures
from pipeline.edges.card_plots import card_plots
from pipeline.edges.contests import READINGS, Verdict, hold_contests
from pipeline.edges.known_labels import read_labels
from pipeline.edges.registry import Card, save_model
from pipeline.edges.scoreboard import percent
from pipeline.edges.snapshot import SNAPSHOT, snapshot_text
from pipeline.edges.spread import open_encoder
from pipeline.edges.succession import current_id, promote
from pipeline.edges.tagger import UnidicTagger
from pipeline.edges.vector_cache import VectorCache
from pipeline.errors import ModelError
from pipeline.frozen import load_frozen
from pipeline.judgement import Reader, Senses
from pipeline.labelled import Labelled
from pipeline.measures import plain
from pipeline.policy import load_policy
from pipeline.progress import listener
from pipeline.settings import Settings
from pipeline.steps.outlook import outlook
from pipeline.taxonomy import load_taxonomy
from pipeline.training import Plan, Trained, measure, read_labelled, train

_PROVISIONAL = (
    "無作為に抜いて二人が読んだ実際の照会のラベルはまだ足りない。この保証は、それと、全文にラベルの付いた"
    "照会とを合わせ、照会をまるごと除いた交差検証の予測から計算したもので、実際の照会で確かめるまでの"
    "仮のものである。"
    "最初の照会では抜取検査（ikenwake audit）を必ず行うこと。"
)
_FROM_STREAM = "この保証は、提案を隠して無作為に確認した{n}件（学習には使っていない）から計算した。"
_THOROUGH = Plan(with_curve=True)


@dataclass(frozen=True)
class Retrained:
    """A challenger in the registry, and whether it may take over."""

    card: Card
    verdict: Verdict
    is_promoted: bool

    @property
    def sentence(self) -> str:
        """The outcome in Japanese: id, figures, decision and reason."""
        metrics = self.card.metrics["leave_candidates_out"]
        return (
            f"モデル「{self.card.model_id}」を作りました。正解率{percent(metrics['accuracy']['value'])}、"
            f"macro-F1 {percent(metrics['macro_f1']['value'])}、"
            f"誤除外{percent(metrics['false_exclusion']['value'])}。"
            f"{'昇格できる' if self.verdict.may_promote else '昇格できない'}: {self.verdict.reason}"
            + ("使用中にしました。" if self.is_promoted else "使用中のモデルは変えていません。")
        )


def retrain_now(
    settings: Settings, promote_it: bool = False, plan: Plan = _THOROUGH, by: str = ""
) -> Retrained:
    """Train a challenger from labels/gold and the confirmed reviews, and compare it with the model in use.

    Args:
        settings: Where labels, store and registry are.
        promote_it: Put it in use if it is no worse.
        plan: How thoroughly the challenger is examined.
        by: Who asked, for the registry's log.

    Raises:
        ModelError: A model of the same second exists already.
        InputError: There is no gold, or it cannot be read.
    """
    known = read_labels(settings)
    frozen = known.frozen_by(load_frozen(settings.frozen_path))
    learn, test = known.where(known.free_of(frozen)), known.where(frozen)
    senses = Senses(
        open_encoder(settings),
        VectorCache(settings.cache_dir / "vectors.db"),
        UnidicTagger(),
    )
    listener().step("ラベルの読み取り", len(known))
    material = read_labelled(learn, senses)
    taxonomy, policy = load_taxonomy(settings.taxonomy_path), load_policy(settings.policy_path)
    trained = train(material, learn, taxonomy, policy, plan)
    own = (senses.encoder, senses.memory, senses.tagger)
    reader = Reader(trained.model, "challenger", trained.certificate, *own)
    listener().step("使用中のモデルとの比較", 0)
    verdict = hold_contests(trained, reader, test, settings)
    trained.metrics.update(_curve(trained))
    if len(test):
        trained.metrics["frozen"] = measure(test, reader)
    card = _card(trained, known, test, verdict, settings)
    card = save_model(settings.models_dir, trained.model, card, _pages(card, trained, settings))
    is_promoted = promote_it and verdict.may_promote
    if is_promoted:
        promote(settings.models_dir, card.model_id, by)
    return Retrained(card, verdict, is_promoted)


def _curve(trained: Trained) -> dict[str, Any]:
    """The learning curve and what more labels would buy, as the card keeps them."""
    if not trained.curve:
        return {}
    ahead = {key: asdict(found) for key, found in outlook(trained.curve).items()}
    found: dict[str, Any] = plain(
        {"learning_curve": [asdict(point) for point in trained.curve], "outlook": ahead}
    )
    return found


def _pages(card: Card, trained: Trained, settings: Settings) -> dict[str, str]:
    taxonomy = load_taxonomy(settings.taxonomy_path)
    plots = card_plots(card.metrics, taxonomy.names)
    failures = worst_failures(trained.learnt, trained.readings)
    return {
        **plots,
        "card.md": card_page(card, failures, list(plots), taxonomy),
        READINGS: trained.readings.to_csv(index=False, lineterminator="\n"),
        SNAPSHOT: snapshot_text(trained.learnt),
        "taxonomy.toml": settings.taxonomy_path.read_text(encoding="utf-8"),
    }


def _card(trained: Trained, known: Labelled, test: Labelled, verdict: Verdict, settings: Settings) -> Card:
    now, learnt = datetime.now(UTC), trained.learnt
    try:
        parent = current_id(settings.models_dir)
    except ModelError:
        parent = ""
    return Card(
        model_id=f"stack-{now:%Y%m%d-%H%M%S}",
        created_at=now.isoformat(timespec="seconds"),
        encoder_id=trained.model.encoder_id,
        taxonomy_version=load_taxonomy(settings.taxonomy_path).version,
        label_ids=trained.model.label_ids,
        temperature=trained.model.temperature,
        share_weight=trained.model.share_weight,
        sha256="",
        certificate=trained.certificate,
        calibration=_FROM_STREAM.format(n=trained.n_stream) if trained.n_stream else _PROVISIONAL,
        data={
            "文": len(learnt),
            "候補": learnt.statements["candidate_id"].nunique(),
            "出所": "labels/gold（すべて架空の意見）と、確認の済んだ照会",
            "うち人が確認した照会の意見": sum(origin.is_review for origin in learnt.origins),
            "共有すべきもの": sum(g.label == "share" for g in learnt.gold),
            "凍結した候補（学習に使わない）の文": len(test),
            "無作為抽出（学習に使わない）の文": int(known.in_stream.sum()),
        },
        metrics=trained.metrics,
        n_stream=trained.n_stream,
        parent=parent,
        snapshot_id=learnt.snapshot_id,
        contests=[contest.plain() for contest in verdict.contests],
        drift=trained.drift,
    )
