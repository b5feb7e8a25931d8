"""How well cells are split: decisions and boundaries against the ``multi`` rows of the labelled inquiries.

``make bench-split``: each inquiry of labels/gold apart; other files may be named as arguments.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from pipeline.settings import Settings
from pipeline.steps.split import find_parts

_LEAD = re.compile(
    r"\A[\s\u3000]*(?:[・①-⑳]|[(（]?[0-9０-９]{1,2}[)）．.、\s\u3000]|[0-9０-９]点目。|もう一[つ点]、"
    r"|また、|あわせて、|それと、|あと、)?[\s\u3000]*"
)


def main(paths: list[Path]) -> None:
    """Print one line per inquiry."""
    for path in paths:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        print(path.stem, json.dumps(measure(rows), ensure_ascii=False))


def measure(rows: list[dict[str, object]]) -> dict[str, object]:
    """Precision and recall of the decision to split, and how many gold parts begin where ours do."""
    rows = [row for row in rows if row["label"] != "none"]
    found = {str(row["id"]): find_parts(str(row["opinion"])) for row in rows}
    multi = {str(row["id"]): row for row in rows if row["label"] == "multi"}
    split = {key for key, parts in found.items() if len(parts) > 1}
    right = split & set(multi)
    n_parts = n_kept = 0
    for key in sorted(right):
        text = str(multi[key]["opinion"])
        ours = {_content_start(text, part.start) for part in found[key][1:]}
        theirs = [text.index(part["text"]) for part in multi[key]["parts"][1:]]  # type: ignore[index,attr-defined]
        n_parts += len(theirs)
        n_kept += sum(_content_start(text, start) in ours for start in theirs)
    return {
        "rows": len(rows),
        "multi": len(multi),
        "split": len(split),
        "precision": round(len(right) / len(split), 3) if split else None,
        "recall": round(len(right) / len(multi), 3) if multi else None,
        "boundaries_right": f"{n_kept}/{n_parts}",
        "split_wrongly": sorted(split - set(multi)),
        "missed": sorted(set(multi) - split),
    }


def _content_start(text: str, start: int) -> int:
    """Past the number, bullet or connective, which one reader counts in and another does not."""
    lead = _LEAD.match(text[start:])
    return start + (lead.end() if lead else 0)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]] or sorted(Settings().gold_dir.glob("*.jsonl")))
