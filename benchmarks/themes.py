"""Themes, measured: ``make bench-themes``; ``--fit`` makes the model the program ships."""

from __future__ import annotations

import argparse
import json
import tomllib

from benchmarks.theme_data import Inquiry, read_inquiry
from benchmarks.theme_quality import by_candidate, fit, score, themes_of
from pipeline.settings import Settings


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


def main() -> None:
    """Print figures as JSON lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="write the model instead of measuring")
    settings = Settings()
    data = inquiries(settings)
    if parser.parse_args().fit:
        write_model(settings, data)
        return
    for test in data:
        others = [inquiry for inquiry in data[:2] if inquiry is not test]
        model = fit(others)
        found = score(by_candidate(test), lambda one, model=model: themes_of(one, model))
        print(json.dumps({"test": test.name, "fitted_on": [o.name for o in others], **found}))


if __name__ == "__main__":
    main()
