"""What the documentation says works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.edges.outputs import write_outputs
from tests.factory import gold_rows, make_result


def test_every_example_for_analysts_runs(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_outputs(make_result(gold_rows(30)), tmp_path / "data" / "out")
    monkeypatch.chdir(tmp_path)
    text = (root / "docs" / "analysts.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 4
    exec("\n".join(examples), {})
