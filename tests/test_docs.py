"""What the documentation says works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.edges.outputs import write_outputs
from tests.factory import gold_rows, make_result


@pytest.fixture
def beside_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_outputs(make_result(gold_rows(30)), tmp_path / "data" / "out")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("beside_a_run")
def test_every_example_for_analysts_runs(root: Path) -> None:
    text = (root / "docs" / "analysts.md").read_text(encoding="utf-8")
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(examples) == 4
    exec("\n".join(examples), {})


@pytest.mark.usefixtures("beside_a_run")
def test_the_example_notebook_runs_and_carries_no_output(root: Path) -> None:
    notebook = json.loads((root / "docs" / "example.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in cells] == [[]] * len(cells)
    found: dict[str, object] = {}
    for cell in cells:
        exec("".join(cell["source"]), found)
    assert len(found["rows"]) == 30  # type: ignore[arg-type]
