"""What the documentation says can be typed, and its examples run; test_docs_walk types all of it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.edges.outputs import write_outputs
from pipeline.edges.store import Store
from pipeline.settings import ROOT
from tests.factory import gold_rows, make_result
from tests.walk import PAGES, commands, mentions


def ikenwake(page: str) -> Iterator[list[str]]:
    """What the page's blocks and sentences give to the command line."""
    yield from (list(one.words[1:]) for one in commands(page) if Path(one.words[0]).name == "ikenwake")


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The command a line names, and what it gives it."""
    command: Any = get_command(app)
    while hasattr(command, "commands") and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    return command, words


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_one_the_command_line_understands(page: str) -> None:
    for words in ikenwake(page):
        command, given = command_of(words)
        assert given or not getattr(command, "no_args_is_help", False), words
        command.make_context(words[0], list(given))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_named_in_the_text_exists(page: str) -> None:
    for said in mentions(page):
        if said.name[0] == "ikenwake":
            command, _ = command_of(list(said.words[1:]))
            known = {option for parameter in command.params for option in parameter.opts}
            assert command is not get_command(app), said
            assert {word for word in said.words if word.startswith("--")} <= known, said


@pytest.mark.parametrize("page", PAGES)
def test_other_programs_are_given_files_and_targets_that_exist(page: str) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for said in [*commands(page), *mentions(page)]:
        words = said.words[1:]
        if said.name[0] == "make":
            assert {word for word in words if "=" not in word} <= set(targets), said
        elif said.name[0] == "python" and words[0] != "-m":
            assert (ROOT / words[0]).is_file(), said
        elif said.name[0] == "python":
            assert words[1] == "pytest" or find_spec(words[1]), said
            assert all((ROOT / word).exists() for word in words[2:] if "/" in word), said


@pytest.fixture
def beside_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as it looks after ``ikenwake run`` of the sample: outputs, and the run in the store."""
    result = make_result(gold_rows(30))
    result = dataclasses.replace(result, info=dataclasses.replace(result.info, window="2026-sample"))
    write_outputs(result, tmp_path / "data" / "out")
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'data' / 'ikenwake.db'}"
    monkeypatch.setenv("IKENWAKE_DB_URL", url)
    store = Store(url)
    store.save_run(result)
    store.close()
    return tmp_path


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


def test_every_picture_and_page_the_documentation_points_to_is_there() -> None:
    for page in PAGES:
        links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))
        missing = [link for link in links if not ((ROOT / page).parent / link).exists()]
        assert missing == [], page
