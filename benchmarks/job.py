"""The main job measured whole: cold processes, everything included, as ratios taken in one run.

``make bench`` runs an inquiry of 310 invented opinions (tests/data/window1.xlsx) in a process of its own,
with no vectors remembered, and sets it beside the bare encoding of the same texts in another.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.edges.terminal import print_table
from pipeline.settings import Settings

_WHOLE = """
import json, sys, time
began = time.perf_counter()
from pipeline.edges.encoder import warm_up
warm_up()
from flows import run_inquiry
from pipeline.inquiry import Request
ready = time.perf_counter()
run_inquiry(Request((sys.argv[1],), sys.argv[2], sys.argv[3], db=f"sqlite:///{sys.argv[3]}/bench.db"))
print(json.dumps({"imports": ready - began, "flow": time.perf_counter() - ready}))
"""

_BARE = """
import json, sys, time
import pandas as pd
from pipeline.edges.encoder import SentenceEncoder, encoder_folder
from pipeline.settings import Settings
rows = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, encoding="utf-8-sig")
texts = sorted(set(rows["text"] + "\\n" + rows["reason"]) | set(rows["text"]), key=len)
settings = Settings()
encoder = SentenceEncoder(encoder_folder(settings), settings)
encoder(texts[:1])
began = time.perf_counter()
encoder(texts)
print(json.dumps({"n": len(texts), "seconds": time.perf_counter() - began}))
"""

_TOKENS = """
import json, sys, time
import fugashi, pandas as pd, unidic_lite
from pipeline.edges.tagger import UnidicTagger
rows = pd.read_csv(sys.argv[1], dtype=str, keep_default_na=False, encoding="utf-8-sig")
texts = rows["text"].tolist() * 3
ours, bare = UnidicTagger(), fugashi.GenericTagger(f"-r /dev/null -d {unidic_lite.DICDIR}")
ours(texts[:1])
def seconds(work):
    began = time.perf_counter(); work(); return time.perf_counter() - began
alone = lambda: [[(node.surface, node.feature) for node in bare(text)] for text in texts]
pairs = [(seconds(lambda: ours(texts)), seconds(alone)) for _ in range(5)]
print(json.dumps({"ratio": sorted(b / a for a, b in pairs)[2]}))
"""


def measured(code: str, *arguments: object) -> tuple[dict[str, Any], float, float]:
    """What a process printed, its wall time in seconds, and the peak memory of any process so far in MB."""
    environment = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    wall = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return json.loads(done.stdout.splitlines()[-1]), wall, peak


def main() -> None:
    """Measure and print one table."""
    settings = Settings()
    workbook = settings.root / "tests" / "data" / "window1.xlsx"
    candidates = settings.root / "labels" / "candidates" / "window1"
    for name in ("vectors.db", "vectors.db-wal", "vectors.db-shm"):
        (settings.cache_dir / name).unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        whole, wall, peak = measured(_WHOLE, workbook, candidates, out)
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        _, again, _ = measured(_WHOLE, workbook, candidates, out)
        bare, _, _ = measured(_BARE, out / "statements.csv")
        tokens, _, _ = measured(_TOKENS, out / "statements.csv")
    inside = sum(summary["timings"].values())
    rows = [
        ["310 opinions, cold process, nothing remembered", f"{wall:.1f} s", "at most 45 s"],
        ["  of which imports", f"{whole['imports']:.1f} s", ""],
        [
            "  of which Prefect and writing the outputs",
            f"{whole['flow'] - inside:.1f} s",
            "Prefect at most 12 s",
        ],
        *([f"  of which {name}", f"{seconds:.1f} s", ""] for name, seconds in summary["timings"].items()),
        ["peak memory", f"{peak / 1024:.2f} GB", "at most 1.5 GB"],
        ["the same again, vectors remembered", f"{again:.1f} s", ""],
        [f"bare encoding of its {bare['n']} texts", f"{bare['seconds']:.1f} s", ""],
        ["whole job / bare encoding", f"{wall / bare['seconds']:.2f}", "at most 1.25 at 10,000 opinions"],
        ["tokens per second / bare fugashi", f"{tokens['ratio']:.2f}", "at least 0.9"],
    ]
    print_table("make bench", ["what", "measured", "goal"], rows)


if __name__ == "__main__":
    main()
