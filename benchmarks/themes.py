"""Themes, measured: ``make bench-themes``. ``--fit`` makes the model the program ships instead."""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.theme_data import Inquiry, read_inquiry
from benchmarks.theme_peers import average_linkage_centred, bertopic, umap_kmeans
from benchmarks.theme_quality import Scores, by_candidate, fit, score, themes_of
from benchmarks.theme_scale import curve, duplicates_curve
from benchmarks.theme_stability import stability
from pipeline.settings import Settings

Group = Callable[[Inquiry], Sequence[object]]
PARTS = ("quality", "stability", "scale", "duplicates")
SIZES = [1_000, 10_000, 100_000]


def inquiries(settings: Settings) -> list[Inquiry]:
    """The two labelled inquiries parameters may come from, and the one that is only ever measured."""
    root = settings.root
    places = [
        ("window0", root / "labels/gold/window0.jsonl", root / "labels/candidates/window0"),
        ("window1", root / "labels/gold/window1.jsonl", root / "labels/candidates/window1"),
        ("window2", root / "data/sample/gold.jsonl", root / "data/sample/candidates"),
    ]
    return [read_inquiry(name, gold, folder, settings) for name, gold, folder in places]


def write_model(settings: Settings, data: list[Inquiry]) -> None:
    """Fit on every inquiry but the last, and save."""
    words = tomllib.loads((settings.root / "labels" / "themes.toml").read_text(encoding="utf-8"))
    model = fit(data[:-1], words["generic"]).model_copy(update={"theme_model_id": "themes-0001"})
    settings.theme_model_path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(json.loads(model.model_dump_json()), ensure_ascii=False, indent=1, sort_keys=True)
    settings.theme_model_path.write_text(text + "\n", encoding="utf-8")


def quality(data: list[Inquiry]) -> None:
    """The product, the baseline and both peers; what each is told was fixed on other inquiries."""
    for test in data:
        others = [inquiry for inquiry in data[:2] if inquiry is not test]
        candidates, told = by_candidate(test), [one for other in others for one in by_candidate(other)]
        model = fit(others)
        threshold = _best(told, average_linkage_centred, [0.2 + 0.025 * k for k in range(16)])
        share = _best(told, umap_kmeans, [0.5, 0.6, 0.7, 0.8])
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
    if arguments.fit:
        write_model(settings, data)
        return
    parts = arguments.part or PARTS
    sizes = [n for n in SIZES if n <= arguments.largest]
    if "quality" in parts:
        quality(data)
    if "stability" in parts:
        model = fit(data[:1])
        found = [stability(one, model) for one in by_candidate(data[1])]
        mean = {key: round(sum(row[key] for row in found) / len(found), 4) for key in found[0]}
        print(json.dumps({"stability": mean}), flush=True)
    if "scale" in parts:
        model = fit(data[:2])
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
