"""What the documentation says works: its examples run, its commands run or are at least understood."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.edges.outputs import write_outputs
from pipeline.edges.store import Store
from pipeline.settings import ROOT
from tests.factory import gold_rows, make_result

PAGES = ("README.md", "README.ja.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/)?ikenwake [^`]+)`")
NEVER_RUN_HERE = ("run", "review")
"""``make run`` runs the first in CI; the second serves until it is stopped. Their words are checked."""


def commands(page: str) -> Iterator[list[str]]:
    """The commands of a page, in order, without what only sets the environment."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            while words and re.match(r"[A-Z_]+=", words[0]):
                words.pop(0)
            if words:
                yield words


def ikenwake(page: str) -> Iterator[list[str]]:
    yield from (words[1:] for words in commands(page) if Path(words[0]).name == "ikenwake")


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
    for said in INLINE.findall((ROOT / page).read_text(encoding="utf-8")):
        names = re.findall(r"ikenwake ((?:[a-z]+ ?)+)", said)[0].split()
        command, _ = command_of(names)
        known = {option for parameter in command.params for option in parameter.opts}
        assert command is not get_command(app), said
        assert set(re.findall(r"--[a-z-]+", said)) <= known, said


@pytest.mark.parametrize("page", PAGES)
def test_other_programs_are_given_files_and_targets_that_exist(page: str) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for program, *words in commands(page):
        name = Path(program).name
        if name == "make":
            assert set(words) <= set(targets)
        elif name == "python" and words[0] != "-m":
            assert (ROOT / words[0]).is_file()
        elif name == "python":
            assert words[1] in ("pytest", "pip")
            assert all((ROOT / word).exists() for word in words[2:] if "/" in word)
        elif name != "ikenwake":
            assert (ROOT / program).is_file() or name == "prefect", program


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


def fill(sheet: Path) -> None:
    """The audit's sheet with every judgement found right."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "判定": "正"} for row in rows)


def test_the_way_from_the_workbook_to_the_paper_can_be_walked(beside_a_run: Path) -> None:
    """Every command of the pages for staff and reviewers, in order."""
    (beside_a_run / "data" / "sample").symlink_to(ROOT / "data" / "sample")
    draft = docx.Document()
    draft.add_heading("方針案", 1)
    draft.add_paragraph("様式を統一する。費用は国が負担する。")
    draft.save("方針案.docx")
    ended = {}
    for words in [*ikenwake("docs/staff.md"), *ikenwake("docs/reviewers.md")]:
        if words[0] not in NEVER_RUN_HERE:
            if words[:2] == ["audit", "check"]:
                fill(Path(words[2]))
            done = CliRunner().invoke(app, words)
            assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exception)
            ended[" ".join(word for word in words[:2] if word.isascii() and "/" not in word)] = done.exit_code
    assert ended == {
        "candidate import": 0,
        "preview": 0,
        "reviews export": 0,
        "reviews import": 0,
        "finalize --window": 0,
        "audit plan": 0,
        "audit check": 0,
        "backup": 0,
    }
    assert sorted(path.name for path in (beside_a_run / "data" / "final").glob("*.docx")) == [
        "candidates.docx",
        "drafts.docx",
    ]


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
