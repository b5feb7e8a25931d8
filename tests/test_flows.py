"""The main job as staff run it: a cold process, the real encoder, the real flow on a real Prefect server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from pipeline.tables import ResultRows

pytestmark = [pytest.mark.prefect, pytest.mark.encoder]

SAMPLE = Path("data/sample/inquiry.xlsx")
CANDIDATES = Path("data/sample/candidates")


ONE_AFTER_THE_OTHER = """
import contextlib, io, json, sys
from pipeline.cli import main
done = []
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    done.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(done))
"""


def python(code: str, *arguments: object, cwd: Path, notes: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process which, like all it starts, can reach this machine only (tests/closed)."""
    closed = cwd / "tests" / "closed"
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(closed), str(cwd), os.environ.get("PYTHONPATH", "")]),
        "IKENWAKE_TEST_NOTES": str(notes),
    }
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)


@pytest.fixture(scope="module")
def notes(work: Path) -> Path:
    """Where every process notes that it started, and what it tried to reach."""
    return work / "notes.txt"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def first(work: Path, root: Path, notes: Path) -> subprocess.CompletedProcess[str]:
    """One run of the sample inquiry."""
    arguments = ("run", SAMPLE, "--candidates", CANDIDATES, "--out", work / "first", "--window", "sample")
    store = ("--db", f"sqlite:///{work / 'store.db'}")
    return python("from pipeline.cli import console; console()", *arguments, *store, cwd=root, notes=notes)


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def later(first: subprocess.CompletedProcess[str], work: Path, root: Path, notes: Path) -> dict[str, Done]:
    """More commands, one after the other in one more process: what it costs to start is paid once."""
    bad, good, renamed = work / "empty.xlsx", work / "good.xlsx", work / "renamed.xlsx"
    bad.write_bytes(b"")
    renamed.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["番号", "団体名", "業務・システム名", "御意見", "理由"])
    sheet.append(["1", "霧積台市", "空家等情報管理システム", "調査票の様式を統一してほしい。", ""])
    sheet.append(["2", "霧積台市", "知らない候補システム", "連携方法を示してほしい。", ""])
    book.save(good)
    store, ledger = ["--db", f"sqlite:///{work / 'store.db'}"], ["--candidates", CANDIDATES]
    again = ["--out", work / "again", "--window", "sample", "--quiet", *store]
    mixed = ["--out", work / "mixed", "--db", f"sqlite:///{work / 'mixed.db'}"]
    commands = {
        "again": ["run", SAMPLE, *ledger, *again],
        "mixed": ["run", bad, good, *ledger, *mixed],
        "nothing": ["run", renamed, *ledger, "--out", work / "nothing"],
        "preview": ["preview", SAMPLE, *ledger],
    }
    said = json.dumps([[str(word) for word in words] for words in commands.values()])
    ran = python(ONE_AFTER_THE_OTHER, said, cwd=root, notes=notes)
    assert ran.returncode == 0, ran.stderr
    return {name: Done(*done) for name, done in zip(commands, json.loads(ran.stdout), strict=True)}


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def test_the_sample_gives_every_output_and_counts_that_close(
    first: subprocess.CompletedProcess[str], work: Path
) -> None:
    assert first.returncode == 0, first.stderr
    out = work / "first"
    wanted = {"results.xlsx", "report.html", "statements.csv", "rejected.csv", "summary.json"}
    assert wanted <= {path.name for path in out.iterdir()}
    statements, rejected = read(out / "statements.csv"), read(out / "rejected.csv")
    assert list(statements.columns) == list(ResultRows.to_schema().columns)
    assert statements["opinion_id"].nunique() + len(rejected) == 195
    assert set(rejected["reason"]) == {"no_opinion"}
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["run_id"] == statements["run_id"][0]


def test_no_text_of_an_opinion_reaches_the_terminal(
    first: subprocess.CompletedProcess[str], work: Path
) -> None:
    said = first.stdout + first.stderr
    for text in read(work / "first" / "statements.csv")["text"]:
        assert text[:20] not in said


def test_a_run_and_all_it_starts_never_try_to_leave_the_machine(
    first: subprocess.CompletedProcess[str], notes: Path, root: Path, tmp_path: Path
) -> None:
    assert first.returncode == 0
    # The command, its Prefect server, and perhaps the migration of an empty database.
    assert set(notes.read_text().splitlines()) == {"started"}
    assert notes.read_text().count("started") >= 2
    telling = tmp_path / "notes.txt"
    code = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=1)"
    assert python(code, cwd=root, notes=telling).returncode == 1
    assert telling.read_text().splitlines()[1:] == ["socket.getaddrinfo '192.0.2.1'"]


def test_running_again_gives_the_same_bytes_but_for_the_run(later: dict[str, Done], work: Path) -> None:
    again = later["again"]
    assert (again.returncode, again.stdout) == (0, ""), again.stderr
    one, two = (read(work / name / "statements.csv") for name in ("first", "again"))
    assert one["run_id"][0] != two["run_id"][0]
    pd.testing.assert_frame_equal(one.drop(columns="run_id"), two.drop(columns="run_id"))


def test_a_bad_file_is_told_and_the_others_are_processed(later: dict[str, Done], work: Path) -> None:
    ran = later["mixed"]
    assert ran.returncode == 2
    assert "empty.xlsx" in ran.stderr
    assert "知らない候補システム" in ran.stderr
    statements = read(work / "mixed" / "statements.csv")
    assert statements["opinion_id"].tolist() == ["1", "2"]
    assert statements["outcome"][1] == "undetermined"


def test_when_nothing_can_be_read_nothing_is_written(later: dict[str, Done], work: Path) -> None:
    ran = later["nothing"]
    assert ran.returncode == 2
    assert "renamed.xlsx" in ran.stderr
    assert not (work / "nothing").exists()


def test_preview_shows_the_headings_as_mapped_before_anything_runs(later: dict[str, Done]) -> None:
    shown = later["preview"]
    assert shown.returncode == 0, shown.stderr
    assert "御意見の理由" in shown.stdout
    assert "該当箇所" in shown.stdout
    assert "シート「記入要領」: 見出しのある表はありません。" in shown.stdout
    assert "最初の20行（全195行、意見189件）" in shown.stdout
