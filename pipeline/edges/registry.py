"""The registry: fitted models as folders, one of them in use. skops, never pickle."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.edges.integrity import FORMAT, sha256, verify, versions, write_sums
from pipeline.edges.model_file import read_state, write_state
from pipeline.edges.spread import open_encoder
from pipeline.edges.succession import current_id
from pipeline.edges.tagger import UnidicTagger
from pipeline.edges.vector_cache import VectorCache
from pipeline.errors import ModelError
from pipeline.judgement import Reader
from pipeline.learning.covers import CoverHeads
from pipeline.learning.heads import SEED, FirstLevel, SecondLevel
from pipeline.learning.model import Model
from pipeline.learning.novelty import Familiar
from pipeline.settings import Settings
from pipeline.steps.certify import Bound, Certificate
from pipeline.steps.drift import Limits
from pipeline.taxonomy import load_taxonomy

_FILE = "classifier.skops"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Card:
    """What card.json says of a model."""

    model_id: str
    created_at: str
    encoder_id: str
    taxonomy_version: int
    label_ids: tuple[str, ...]
    temperature: float
    share_weight: float
    sha256: str
    certificate: Certificate
    calibration: str
    """In words: which labels the certificate rests on."""
    data: dict[str, Any]
    metrics: dict[str, Any]
    n_stream: int = 0
    """Labels of the random stream the certificate rests on; 0 where it rests on cross-fitting."""
    format: int = FORMAT
    versions: dict[str, str] = field(default_factory=dict)
    """Packages it was made with."""
    parent: str = ""
    """The model in use when it was made."""
    seed: int = SEED
    snapshot_id: str = ""
    """SHA-256 of the labels it was fitted on; snapshot.json says which statements those were."""
    contests: list[dict[str, Any]] = field(default_factory=list)
    """How it compares with its parent, as the decision on promotion was made from."""
    drift: Limits = field(default_factory=Limits)
    """From where on an inquiry differs from the past."""


def open_reader(settings: Settings, model_id: str = "") -> Reader:
    """The model in use (or the one named), ready to read.

    Raises:
        ModelError: There is no such model, it is damaged, or it was made for another program or codebook.
    """
    chosen = model_id or current_id(settings.models_dir)
    card = read_card(settings.models_dir, chosen)
    verify(settings.models_dir / chosen)
    if card.label_ids != load_taxonomy(settings.taxonomy_path).label_ids:
        raise ModelError(
            f"モデル「{chosen}」の区分が、今の判断基準書（{settings.taxonomy_path}）の区分と合いません。"
            "ikenwake retrain で学習し直してください。"
        )
    return Reader(
        model=load_model(settings.models_dir, card),
        model_id=card.model_id,
        certificate=card.certificate,
        encoder=open_encoder(settings),
        memory=VectorCache(settings.cache_dir / "vectors.db"),
        tagger=UnidicTagger(),
        is_provisional=card.n_stream == 0,
    )


def list_cards(models_dir: Path) -> list[Card]:
    """Every model there is, oldest first."""
    cards = [read_card(models_dir, path.parent.name) for path in sorted(models_dir.glob("*/card.json"))]
    return sorted(cards, key=lambda card: (card.created_at, card.model_id))


def read_card(models_dir: Path, model_id: str) -> Card:
    """The card of one model.

    Raises:
        ModelError: There is no such model, or its card cannot be read.
    """
    path = models_dir / model_id / "card.json"
    if not _NAME.fullmatch(model_id) or not path.is_file():
        raise ModelError(f"モデル「{model_id}」がありません。ikenwake models list で確認してください。")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["label_ids"] = tuple(raw["label_ids"])
        certificate = raw["certificate"]
        for group in ("excluded", "shared"):
            certificate[group] = Bound(**certificate[group])
        raw["certificate"] = Certificate(**certificate)
        raw["drift"] = Limits(**raw.get("drift", {}))
        return Card(**raw)
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: モデルカードを読めません。{error!r}") from error


def load_model(models_dir: Path, card: Card) -> Model:
    """The fitted model behind a card.

    Raises:
        ModelError: The file is missing, is not the one the card was written for, or holds a type not trusted.
    """
    path = models_dir / card.model_id / _FILE
    if not path.is_file() or sha256(path) != card.sha256:
        raise ModelError(f"{path}: モデルのファイルが無いか、カードと一致しません。取り直してください。")
    state = read_state(path)
    try:
        return _from_state(state, card)
    except KeyError as error:
        raise ModelError(
            f"{path}: 別の版のプログラムが作ったモデルです（{error} がありません）。"
            "ikenwake retrain で作り直してください。"
        ) from error


def save_model(models_dir: Path, model: Model, card: Card, pages: dict[str, str]) -> Card:
    """Write a model folder, whole or not at all; the card gets the versions and the checksum.

    Args:
        models_dir: The registry.
        model: What was fitted.
        card: Its card; ``sha256`` is filled in here.
        pages: Further texts by file name (card.md, plots).

    Raises:
        ModelError: The folder exists already.
    """
    target = models_dir / card.model_id
    if target.exists():
        raise ModelError(f"{target}: 同じ id のモデルがあります。")
    staging = Path(tempfile.mkdtemp(dir=models_dir, prefix=".new-"))
    try:
        write_state(staging / _FILE, _to_state(model))
        card = replace(card, sha256=sha256(staging / _FILE), versions=versions())
        text = json.dumps(asdict(card), ensure_ascii=False, indent=1, sort_keys=True)
        for name, content in {"card.json": text + "\n", **pages}.items():
            (staging / name).write_text(content, encoding="utf-8")
        write_sums(staging)
        staging.chmod(0o755)
        os.replace(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return card


def _to_state(model: Model) -> dict[str, Any]:
    return {
        "words": model.first.words,
        "wording": model.first.wording,
        "dense": model.first.dense,
        "ledger": model.first.ledger,
        "rankers": {group: list(pair) for group, pair in model.first.rankers.items()},
        "forest": model.second.forest,
        "short_forest": model.second.short_forest,
        "line": model.second.line,
        "width": model.second.width,
        "cover_forest": model.cover.forest,
        "cover_line": model.cover.line,
        "cover_dense": model.cover.dense,
        "cover_words": model.cover.words,
        "contrary": model.cover.contrary,
        "known": model.known.vectors.astype(np.float16),
        "far": model.known.far,
        "middle": model.known.middle,
    }


def _from_state(state: dict[str, Any], card: Card) -> Model:
    return Model(
        label_ids=card.label_ids,
        encoder_id=card.encoder_id,
        first=FirstLevel(
            state["words"],
            state["wording"],
            state["dense"],
            state["ledger"],
            {group: (pair[0], pair[1]) for group, pair in state["rankers"].items()},
        ),
        second=SecondLevel(state["forest"], state["short_forest"], state["line"], state["width"]),
        cover=CoverHeads(
            state["cover_forest"],
            state["cover_line"],
            state["cover_dense"],
            state["cover_words"],
            state["contrary"],
        ),
        known=Familiar(state["known"].astype(np.float32), state["far"], state["middle"]),
        temperature=card.temperature,
        share_weight=card.share_weight,
    )
