"""Every command of the documentation, typed as it stands there, in the order of the pages, on the sample.

An installation of its own is walked through by a newcomer, an office and an analyst. It takes
minutes: ``make test`` leaves it out, ``.ci/run`` has a step for it (``make test-docs``).
ELSEWHERE says what cannot be run here, and why.
"""

from __future__ import annotations

import csv
import json
import logging
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen

import docx
import httpx
import openpyxl
import pytest

from pipeline.settings import ROOT
from tests.walk import PAGES, Command, Site, commands, mentions

pytestmark = pytest.mark.docs
log = logging.getLogger(__name__)

API = "http://127.0.0.1:4200/api"
APP = "http://127.0.0.1:8420"
PASSWORD = "a long password"

WALK = (
    "README.md",
    "README.ja.md",
    "docs/engineers.md",
    "docs/staff.md",
    "docs/reviewers.md",
    "docs/operations.md",
    "docs/analysts.md",
    "docs/themes.md",
)
"""Who has not yet registered anybody comes before who has; the analysts read what all of them left."""

ELSEWHERE = {
    ("make", "setup"): "this environment is what it makes",
    ("make", "test"): "a step of .ci/run of its own",
    ("make", "check"): "a step of .ci/run of its own",
    ("run",): "this very test is a part of it",
    ("make", "test-docs"): "this very test",
    ("make", "bundle"): "make test-bundle builds and installs it",
    ("make", "test-bundle"): "a step of .ci/run of its own",
    ("sh",): "make test-bundle runs install.sh",
    ("python", "pytest"): "a part of make test, a step of .ci/run of its own, where all labels are",
    ("ikenwake", "prepare"): "a part of make setup",
    ("make", "fuzz"): "ten minutes of chance by design; tests/edges/test_workbook.py fuzzes within bounds",
    ("make", "bench-themes"): "installs BERTopic from the internet",
    ("make", "bench-loop"): "an hour: each row of its table is a training",
    ("make", "bench-active"): "an hour: trains once for every hundred labels",
    ("make", "bench-backends"): "measures; the backends are run by tests/edges/test_encoder.py",
    ("pip",): "would change the environment the tests run in; the bundle installs these extras",
    ("systemctl",): "no systemd here; tests/test_operations.py has systemd-analyze verify the units",
    ("chown",): "no account called ikenwake here",
}

SHORTER = {
    ("ikenwake", "retrain"): ("--quick",),
    ("make", "bench-pages"): ("STATEMENTS=300",),
    ("make", "bench-outputs"): ("STATEMENTS=300",),
}
"""What the same page offers to those who have less time."""

ONCE = {
    ("ikenwake", "retrain"),
    ("ikenwake", "labels", "export"),
    ("make", "bench"),
    ("make", "bench-pages"),
    ("make", "bench-outputs"),
}
"""Long ones, and one that refuses to write its file twice: they are not run a second time."""


def ask(url: str, body: dict[str, object] | None = None) -> object:
    """The JSON a server answers with; a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=10) as answer:
        return json.load(answer)


def shows_a_page(_: str) -> bool:
    return httpx.get(APP, follow_redirects=True, timeout=10).status_code == 200


SERVERS: dict[tuple[str, ...], Callable[[str], bool]] = {
    ("ikenwake", "review"): shows_a_page,
    ("ikenwake", "serve"): lambda _: len(ask(f"{API}/deployments/filter", {})) == 5,
    ("prefect", "server", "start"): lambda _: ask(f"{API}/health") is True,
    ("prefect", "worker", "start"): lambda _: len(ask(f"{API}/work_pools/ikenwake/workers/filter", {})) == 1,
    ("dask", "scheduler"): lambda _: socket.create_connection(("127.0.0.1", 8786), 5).close() is None,
    ("dask", "worker"): lambda said: "Registered to" in said,
}
"""What stays until it is stopped, and how one sees that it is there."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("walk"))
    provide(made.folder)
    yield made
    made.stop()


def provide(folder: Path) -> None:
    """What the pages take for granted: files called as they call them, and an inquiry that has closed."""
    shutil.copy(folder / "data" / "sample" / "inquiry.xlsx", folder / "INQUIRY.xlsx")
    shutil.copy(folder / "data" / "sample" / "gold.jsonl", folder / "GOLD.jsonl")
    shutil.copytree(folder / "data" / "sample" / "candidates", folder / "DIR")
    draft = docx.Document()
    draft.add_heading("方針案", 1)
    draft.add_paragraph("様式を統一する。費用は国が負担する。")
    for name in ("方針案.docx", "DRAFT.docx"):
        draft.save(str(folder / name))
    # An office with fewer labels: what a training costs grows with them, what it proves here does not.
    gold = folder / "labels" / "gold"
    (gold / "window0.jsonl").unlink()
    lines = (gold / "window1.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if json.loads(line)["cid"] in ("T1", "T2")]
    (gold / "window1.jsonl").write_text("".join(kept), encoding="utf-8")
    (folder / "data" / "inbox" / "sample").mkdir(parents=True)
    shutil.copy(folder / "data" / "sample" / "inquiry.xlsx", folder / "data" / "inbox" / "sample")
    closed = datetime.now(UTC).date() - timedelta(days=2)
    with (folder / "data" / "windows.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[windows]]\nid = "sample"\nsource = "policy_inquiry"\nopens = {closed}\ncloses = {closed}\n'
            'inputs = "data/inbox/sample"\ncandidates = "data/sample/candidates"\nout = "data/out/sample"\n'
        )


def filled_in(command: Command, folder: Path) -> Command:
    """The command with what a reader puts in the place of the words in capitals."""
    models = sorted(path.name for path in (folder / "models").glob("stack-*"))
    stands_for = {"ID": models[-1], "ID1": models[0], "ID2": models[-1], "10.0.0.1": "127.0.0.1"}
    if command.name[1:2] == ("labels",):
        stands_for["ID"] = "2026-policy"

    def put(word: str) -> str:
        return stands_for.get(word, word.replace("10.0.0.1", "127.0.0.1"))

    words = tuple(put(word) for word in command.words) + SHORTER.get(command.name, ())
    return replace(command, words=words, environment=tuple((k, put(v)) for k, v in command.environment))


def before(command: Command, folder: Path) -> str:
    """What a person does before the command, and answers to its questions."""
    if command.name == ("ikenwake", "reviews", "import"):
        book = openpyxl.load_workbook(folder / command.words[3])
        sheet = next(
            one for one in book if any(cell.value == "区分" for row in one.iter_rows() for cell in row)
        )
        heads = next(row for row in sheet.iter_rows() if any(cell.value == "区分" for cell in row))
        column = next(cell for cell in heads if cell.value == "区分")
        sheet.cell(column.row + 1, column.column).value = "抽象的なもの"
        book.save(folder / command.words[3])
        return "y\n"
    if command.name == ("ikenwake", "audit", "check"):
        sheet = folder / command.words[3]
        with sheet.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        with sheet.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows({**row, "判定": "正"} for row in rows)
    return f"{PASSWORD}\n{PASSWORD}\n" if "--create-admin" in command.words else ""


def after(command: Command) -> None:
    """What a person does with a server that is there now: the administrator lets 佐藤 in."""
    if command.name == ("ikenwake", "review") and "0.0.0.0" in command.words:
        with httpx.Client(base_url=APP, follow_redirects=True) as browser:
            browser.post("/login", data={"name": "管理者の名前", "password": PASSWORD})
            page = browser.get("/accounts").text
            form = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', page)[0], "name": "佐藤"}
            form |= {"password": PASSWORD, "roles": "read"}
            assert "佐藤" in browser.post("/accounts", data=form).text


def is_elsewhere(command: Command) -> bool:
    return any(command.name[: len(known)] == known for known in ELSEWHERE)


@pytest.mark.parametrize("page", WALK)
def test_every_command_of_a_page_works_as_it_stands_there(site: Site, page: str) -> None:
    failed = {}
    # The README promotes a model of few labels; who works with opinions has the one that was shipped.
    if page == "docs/staff.md":
        (site.folder / "models" / "CURRENT").write_bytes((ROOT / "models" / "CURRENT").read_bytes())
    for said in commands(page):
        if is_elsewhere(said) or (said.name in ONCE and str(said.name) in site.ran):
            continue
        command = filled_in(said, site.folder)
        began = time.monotonic()
        if command.name in SERVERS and "--create-admin" not in command.words:
            wrong = site.start(command, SERVERS[command.name])
            after(command)
        else:
            wrong = site.run(command, before(command, site.folder))
        site.ran.add(str(said.name))
        log.info("%6.1f s  %s", time.monotonic() - began, command)
        if wrong:
            failed[str(command)] = wrong
    site.stop()
    assert failed == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_a_sentence_was_run(site: Site, page: str) -> None:
    assert [
        str(one)
        for one in mentions(page)
        if not any(ran.startswith(str(one.name)[:-1].rstrip(",")) for ran in site.ran)
        and not is_elsewhere(one)
    ] == []


def test_every_command_of_the_files_for_operation_was_run(site: Site) -> None:
    for path in (ROOT / "docs" / "operations").iterdir():
        for said in re.findall(r"bin/(ikenwake|prefect) ([a-z]+)", path.read_text(encoding="utf-8")):
            assert str(said) in site.ran, path


def test_what_is_left_behind_is_what_the_pages_promise(site: Site) -> None:
    final = {path.name for path in (site.folder / "data" / "final").iterdir()}
    assert {"results.xlsx", "report.html", "candidates.docx", "drafts.docx", "statements.csv"} <= final
    assert (site.folder / "data" / "out" / "sample" / "results.xlsx").is_file()
    assert (site.folder / "台帳" / "K1.candidate.json").is_file()


def test_every_step_that_is_taken_elsewhere_is_a_step_of_ci() -> None:
    steps = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split()
    for name, why in ELSEWHERE.items():
        assert name[0] != "make" or "step of .ci/run" not in why or name[1] in steps, name
