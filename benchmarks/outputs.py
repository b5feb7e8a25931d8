"""Outputs: how long ten thousand statements take to become every output, and how large each file is.

Usage: python -m benchmarks.outputs [ROWS]

Gold rows repeated with invented scores, no model: what is measured is writing.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.edges.outputs import load_run, write_outputs
from pipeline.edges.outputs.document import write_candidates, write_drafts
from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import write_page
from pipeline.edges.outputs.workbook import write_workbook
from tests.factory import gold_rows, make_result

ROWS = 10_000
PARTS: dict[str, Callable[[Material, Path], None]] = {
    "results.xlsx": write_workbook,
    "report.html": write_page,
    "candidates.docx": write_candidates,
    "drafts.docx": write_drafts,
}


def main(n_rows: int) -> None:
    """Every document on its own, then all of them as a run writes them, then back."""
    once = gold_rows()
    rows = (once * (-(-n_rows // len(once))))[:n_rows]
    result = make_result([{**row, "number": f"{i:05d}"} for i, row in enumerate(rows)])
    material = Material(result)
    _timed(f"表 {len(material.rows)}論点", lambda: material.requests)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        for name, write in PARTS.items():
            _timed(name, lambda write=write, name=name: write(material, out / name))
        whole = _timed("全部", lambda: write_outputs(result, out))
        _timed("load_run", lambda: load_run(out))
        for path in whole:
            print(f"{path.name:<20}{path.stat().st_size / 1e6:8.2f} MB")


def _timed(name: str, work: Callable[[], Any]) -> Any:
    start, busy = time.perf_counter(), time.process_time()
    done = work()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{name:<20}{seconds:8.2f} 秒　うち計算 {busy:6.2f} 秒")
    return done


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
