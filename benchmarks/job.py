"""The main job measured whole: cold processes, everything included, as ratios taken in one run.

``make bench`` runs an inquiry of 310 invented opinions (tests/data/window1.xlsx) in a process of its own,
with no vectors remembered, and sets it beside the bare encoding of the same texts in another; then ten
opinions, to see what starting costs; then themes beside BERTopic on the same vectors, where it is installed.
``make bench SIZES="1000 10000"`` adds larger inquiries (only their number is new), and how time grows.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks.theme_stability import edited
from pipeline.edges.terminal import print_table
from pipeline.settings import Settings

_WHOLE = """
import json, sys, time
began = time.perf_counter()
from pipeline.edges.process import end_at_once, nothing_to_collect
with nothing_to_collect():
    from flows import run_inquiry
    from pipeline.inquiry import Request
ready = time.perf_counter()
from pipeline.edges.encoder import warm_up
from pipeline.edges.private_server import check_server
warm_up()
check_server()
up = time.perf_counter()
def run():
    run_inquiry(Request((sys.argv[1],), sys.argv[2], sys.argv[3], db=f"sqlite:///{sys.argv[3]}/bench.db"))
    print(json.dumps({"imports": ready - began, "server": up - ready, "flow": time.perf_counter() - up}))
end_at_once(run)
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


def forget(settings: Settings) -> None:
    """Remove the vectors remembered from earlier runs."""
    for name in ("vectors.db", "vectors.db-wal", "vectors.db-shm"):
        (settings.cache_dir / name).unlink(missing_ok=True)


def whole_job(workbook: Path, candidates: Path, out: Path) -> tuple[float, list[list[str]]]:
    """Wall time of a cold run, and where it went."""
    whole, wall, peak = measured(_WHOLE, workbook, candidates, out)
    timings = json.loads((out / "summary.json").read_text(encoding="utf-8"))["timings"]
    between = whole["flow"] - sum(timings.values())
    parts = {"Python's start and end": wall - whole["imports"] - whole["server"] - whole["flow"]}
    parts |= {
        "imports, server starting meanwhile": whole["imports"],
        "waiting for the server": whole["server"],
    }
    parts |= {"writing the outputs, and Prefect between tasks": between} | timings
    rows = [[f"  of which {name}", f"{seconds:.1f} s", ""] for name, seconds in parts.items()]
    return wall, [*rows, ["  peak memory", f"{peak / 1024:.2f} GB", ""]]


def main(sizes: list[int]) -> None:
    """Measure and print one table."""
    settings = Settings()
    candidates = settings.root / "labels" / "candidates" / "window1"
    with tempfile.TemporaryDirectory() as folder:
        rows = sample(settings, candidates, Path(folder) / "310")
        ten = larger(settings, 10, Path(folder) / "ten.xlsx")
        wall, parts = whole_job(ten, candidates, Path(folder) / "ten")
        rows += [["10 opinions, cold process", f"{wall:.1f} s", "at most 8 s"], *parts]
        rows += beside_bertopic()
        before = 0.0
        for n in sizes:
            forget(settings)
            book = larger(settings, n, Path(folder) / f"{n}.xlsx")
            wall, parts = whole_job(book, candidates, Path(folder) / str(n))
            bare, _, _ = measured(_BARE, Path(folder) / str(n) / "statements.csv")
            ratio = f"{wall / bare['seconds']:.2f}"
            rows += [[f"{n:,} opinions, cold process, nothing remembered", f"{wall:.1f} s", ""], *parts]
            rows += [["  whole job / bare encoding", ratio, "at most 1.25 at 10,000"]]
            rows += (
                [["  times the size before", f"{wall / before:.1f}", "at most 11 for ten"]] if before else []
            )
            before = wall
    print_table("make bench", ["what", "measured", "goal"], rows)


def sample(settings: Settings, candidates: Path, out: Path) -> list[list[str]]:
    """The 310 opinions whole, again with vectors remembered, and beside the bare parts."""
    forget(settings)
    workbook = settings.root / "tests" / "data" / "window1.xlsx"
    wall, parts = whole_job(workbook, candidates, out)
    _, again, _ = measured(_WHOLE, workbook, candidates, out)
    bare, _, _ = measured(_BARE, out / "statements.csv")
    tokens, _, _ = measured(_TOKENS, out / "statements.csv")
    return [
        ["310 opinions, cold process, nothing remembered", f"{wall:.1f} s", "at most 45 s, 1.5 GB"],
        *parts,
        ["  the same again, vectors remembered", f"{again:.1f} s", ""],
        [f"  bare encoding of its {bare['n']} texts", f"{bare['seconds']:.1f} s", ""],
        ["  whole job / bare encoding", f"{wall / bare['seconds']:.2f}", "at most 1.25 at 10,000"],
        ["  tokens per second / bare fugashi", f"{tokens['ratio']:.2f}", "at least 0.9"],
    ]


def larger(settings: Settings, n: int, path: Path) -> Path:
    """A workbook of n opinions made of sentences of window1's, with edits."""
    rng = random.Random(n)
    lines = (settings.gold_dir / "window1.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["label"] not in ("none", "multi")]
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("様式1")
    sheet.write_row(0, 0, ["番号", "団体名", "候補", "該当箇所", "意見", "理由"])
    for i in range(1, n + 1):
        row, other = rng.choice(rows), rng.choice(rows)
        text = edited(row["opinion"] + other["opinion"].split("。")[0] + "。", rng)
        sheet.write_row(i, 0, [str(i), row["organization"], row["cid"], row["section"], text, row["reason"]])
    book.close()
    return path


_THEMES = """
import json, time
from benchmarks.theme_data import read_inquiry
from benchmarks.theme_peers import bertopic
from benchmarks.theme_quality import themes_of
from pipeline.settings import Settings
from pipeline.themes import load_theme_model
settings = Settings()
folders = (settings.gold_dir / "window1.jsonl", settings.root / "labels" / "candidates" / "window1")
inquiry = read_inquiry("window1", *folders, settings)
model = load_theme_model(settings.theme_model_path)
def seconds(work):
    began = time.perf_counter(); work(); return time.perf_counter() - began
ours, theirs = (lambda: themes_of(inquiry, model)), (lambda: bertopic(inquiry))
ours(), theirs()
pairs = [(seconds(ours), seconds(theirs)) for _ in range(3)]
a, b = sorted(pairs, key=lambda pair: pair[0] / pair[1])[1]
print(json.dumps({"n": len(inquiry.statements), "ours": a, "theirs": b}))
"""


def beside_bertopic() -> list[list[str]]:
    """Near-duplicates and themes against a fit of BERTopic, both warm, on the same vectors and tokens."""
    if find_spec("bertopic") is None:
        return [["themes / BERTopic", "not installed: pip install '.[bench]'", "at most 0.5"]]
    found, _, _ = measured(_THEMES)
    said = f"{found['ours']:.2f} s / {found['theirs']:.2f} s"
    what = f"themes of {found['n']} statements / BERTopic ({said})"
    return [[what, f"{found['ours'] / found['theirs']:.2f}", "at most 0.5"]]


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
