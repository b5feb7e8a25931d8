"""Themes, measured: ``make bench-themes``. ``--fit`` makes the model the program ships instead."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from statistics import mean

from benchmarks.theme_data import Inquiry, has_themes, part, read_inquiry
from benchmarks.theme_peers import average_linkage_centred, bertopic, umap_kmeans
from benchmarks.theme_quality import Scores, by_candidate, fit, score, themes_of
from benchmarks.theme_scale import curve, duplicates_curve
from benchmarks.theme_stability import stability
from pipeline.frozen import load_frozen
from pipeline.settings import Settings

Group = Callable[[Inquiry], Sequence[object]]
PARTS = ("quality", "stability", "scale", "duplicates")
MODEL_ID = "themes-0002"
SIZES = [1_000, 10_000, 100_000]


def inquiries(settings: Settings) -> list[Inquiry]:
    """Every inquiry whose labels have themes, in name order."""
    labels = settings.root / "labels"
    return [
        read_inquiry(gold.stem, gold, labels / "candidates" / gold.stem, settings)
        for gold in sorted((labels / "gold").glob("*.jsonl"))
        if has_themes(gold)
    ]


def without_frozen(data: Sequence[Inquiry], settings: Settings) -> list[Inquiry]:
    """What parameters may be taken from: everything but the candidates kept for testing."""
    frozen = load_frozen(settings.frozen_path)

    def kept(one: Inquiry) -> list[int]:
        ids = enumerate(one.statements["candidate_id"])
        return [i for i, candidate_id in ids if not frozen.covers(one.name, candidate_id)]

    return [part(one, kept(one)) for one in data]


def write_model(settings: Settings, told: list[Inquiry]) -> None:
    """Fit on the inquiries given, and save; nothing frozen is among them."""
    words = tomllib.loads((settings.root / "labels" / "themes.toml").read_text(encoding="utf-8"))
    model = fit(told, words["generic"]).model_copy(update={"theme_model_id": MODEL_ID})
    settings.theme_model_path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(json.loads(model.model_dump_json()), ensure_ascii=False, indent=1, sort_keys=True)
    settings.theme_model_path.write_text(text + "\n", encoding="utf-8")


def quality(data: list[Inquiry], told: list[Inquiry]) -> None:
    """The product, the baseline and both peers; what each is told was fixed on the other inquiries."""
    for k, test in enumerate(data):
        others = [inquiry for i, inquiry in enumerate(told) if i != k]
        candidates, known = by_candidate(test), [one for other in others for one in by_candidate(other)]
        model = fit(others)
        threshold = _best(known, average_linkage_centred, [0.2 + 0.025 * step for step in range(16)])
        share = _best(known, umap_kmeans, [0.5, 0.6, 0.7, 0.8])
        methods: dict[str, Group] = {
            "ikenwake": partial(themes_of, model=model),
            "average linkage, centred": partial(average_linkage_centred, threshold=threshold),
            "UMAP-2D + k-means": partial(umap_kmeans, share=share),
            "BERTopic": bertopic,
        }
        for name, method in methods.items():
            print(json.dumps({"test": test.name, "method": name, **score(candidates, method)}), flush=True)


def _best(
    told: list[Inquiry], method: Callable[[Inquiry, float], Sequence[object]], values: list[float]
) -> float:
    def reached(value: float) -> float:
        found: Scores = score(told, lambda inquiry: method(inquiry, value))
        return found["ari"] + found["f1"]

    return max(values, key=reached)


def main() -> None:
    """Print figures as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="write the model instead of measuring")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--largest", type=int, default=1_000_000, help="no size above this")
    arguments = parser.parse_args()
    settings = Settings()
    data = inquiries(settings)
    told = without_frozen(data, settings)
    if arguments.fit:
        write_model(settings, told)
        return
    parts = arguments.part or PARTS
    sizes = [n for n in SIZES if n <= arguments.largest]
    if "quality" in parts:
        quality(data, told)
    if "stability" in parts:
        model = fit([told[0], *told[2:]])
        found = [stability(one, model) for one in by_candidate(data[1])]
        for event in ("copies", "shuffled", "late", "afresh"):
            trials = [value for one in found for value in getattr(one, event)]
            row = {"event": event, "n": len(trials), "mean": mean(trials), "worst": min(trials)}
            print(json.dumps({"stability": row}), flush=True)
    if "scale" in parts:
        model = fit(told)
        for per_candidate in (60, 5_000):
            for row in curve(data[0], model, sizes, per_candidate):
                print(json.dumps({"scale": row}), flush=True)
    if "duplicates" in parts:
        for row in duplicates_curve(
            data[0], [*sizes, *([1_000_000] if arguments.largest >= 1_000_000 else [])]
        ):
            print(json.dumps({"duplicates": row}), flush=True)


if __name__ == "__main__":
    main()
