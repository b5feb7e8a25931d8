"""Gold export: an inquiry's confirmed labels as a gold file, with the candidate files they were given on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from pipeline.edges.confirmed import read_confirmed
from pipeline.edges.store import Store
from pipeline.errors import ReviewError
from pipeline.labelled import Labelled, Origin
from pipeline.learning.supervision import Gold
from pipeline.settings import Settings


@dataclass(frozen=True)
class Exported:
    """What was written."""

    path: str
    n_labels: int
    n_random: int
    n_candidates: int


def export_gold(store: Store, window: str, settings: Settings, replace: bool = False) -> Exported:
    """Write ``labels/gold/<window>.jsonl`` and ``labels/candidates/<window>/``.

    Texts are written as models read them: normalized, personal data masked, signatures left out; who sent a
    statement is not written. From then on retraining takes the inquiry's labels from the file.

    Raises:
        ReviewError: Nothing is confirmed, or the file exists and ``replace`` is not set.
    """
    path = settings.gold_dir / f"{window}.jsonl"
    if path.exists() and not replace:
        raise ReviewError(f"{path}: すでにあります。書き直すには --replace を付けてください。")
    known = read_confirmed(store, [one for one in store.windows() if one != window])
    if not len(known):
        raise ReviewError(f"照会「{window}」には、確認の済んだ意見がありません。")
    folder = settings.candidates_dir / window
    folder.mkdir(parents=True, exist_ok=True)
    used = {one.candidate_id for one in known.gold}
    candidates = [one for one in known.candidates if one.candidate_id in used]
    for one in candidates:
        name = one.candidate_id.removeprefix(f"{window}:")
        text = one.model_dump_json(by_alias=True, exclude={"items"}, indent=1)
        (folder / f"{name}.candidate.json").write_text(text + "\n", encoding="utf-8")
    staging = path.with_suffix(".new")
    staging.write_text("".join(f"{line}\n" for line in _lines(known)), encoding="utf-8")
    os.replace(staging, path)
    return Exported(str(path), len(known), int(known.in_stream.sum()), len(candidates))


def _lines(known: Labelled) -> list[str]:
    rows = zip(
        known.gold,
        known.origins,
        known.statements["section"],
        known.statements["norm"],
        known.statements["norm_reason"],
        strict=True,
    )
    return [json.dumps(_row(*row), ensure_ascii=False) for row in rows]


def _row(one: Gold, origin: Origin, section: str, text: str, reason: str) -> dict[str, object]:
    return {
        "id": one.statement_id,
        "cid": one.candidate_id,
        "section": section,
        "opinion": text,
        "reason": reason,
        "label": one.label,
        "label_second": origin.other,
        "secondary": one.secondary,
        "coverage": one.coverage or None,
        "contrary": one.contrary,
        "passages": one.passages,
        "taxonomy_version": origin.taxonomy_version,
        "is_random": origin.is_random,
        "is_review": True,
        "is_chosen": origin.is_chosen,
    }
