"""Runs killed, disks full, stores locked: the next run gives what one undisturbed run gives."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from pipeline import inquiry
from pipeline.edges.desk import Desk
from pipeline.edges.store import Store
from pipeline.errors import StoreError
from pipeline.inquiry import Bench, Request
from pipeline.judgement import Reader
from pipeline.policy import load_policy
from pipeline.results import Result
from pipeline.reviews import Event
from pipeline.settings import Settings
from pipeline.steps.themes.fit import empty_model
from pipeline.themes import ThemeModel
from tests import stub_reader
from tests.edges.store.test_store import event
from tests.factory import gold_rows

WINDOW = "w1"
HEADINGS = ["番号", "都道府県", "団体名", "候補", "該当箇所", "意見", "理由"]


class SmallBench(Bench):
    """The bench of a run with a small model and a stub encoder."""

    @property
    def reader(self) -> Reader:  # type: ignore[override]
        return stub_reader.reader()

    @property
    def theme_model(self) -> ThemeModel:  # type: ignore[override]
        return empty_model([["様式"]], np.zeros(64).tolist(), "stub", ())


def write_inquiry(path: Path, opinions: dict[str, str] | None = None) -> Path:
    """Four opinions of window1; ``opinions`` gives others' words by number."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADINGS)
    rows = [row for row in gold_rows() if row["label"] not in ("none", "multi")][:4]
    for number, row in enumerate(rows, start=1):
        text = (opinions or {}).get(str(number), row["opinion"])
        sender = [str(number), row["prefecture"], row["organization"], row["cid"]]
        sheet.append([*sender, row["section"], text, row["reason"]])
    book.save(path)
    return path


class Site:
    """A folder with an inquiry, a store and outputs."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.out = folder / "out"
        self.input = write_inquiry(folder / "意見.xlsx")
        self.url = f"sqlite:///{folder / 'store.db'}"

    def bench(self) -> SmallBench:
        candidates = Settings().root / "labels" / "candidates" / "window1"
        return SmallBench(Request((str(self.input),), str(candidates), str(self.out), WINDOW, self.url))

    def steps(self) -> Iterator[str]:
        """The tasks of flows.process_inquiry in their order; a boundary at every name given."""
        bench = self.bench()
        files = inquiry.read_files(bench.request.inputs)
        yield "read_files"
        intake = inquiry.take_in(bench, files)
        yield "take_in"
        parts = inquiry.cut(intake)
        yield "cut"
        tokens = inquiry.tokenize_statements(bench, parts)
        yield "tokenize_statements"
        judgement = inquiry.judge_statements(bench, parts, tokens)
        yield "judge_statements"
        grouped = inquiry.group(bench, parts, tokens)
        yield "group"
        result = inquiry.put_together(bench, intake, parts, judgement, grouped)
        yield "put_together"
        inquiry.keep(bench, result)
        yield "keep"
        inquiry.write(bench, result)
        yield "write"
        bench.store.close()

    def run(self) -> None:
        for _ in self.steps():
            pass

    def rows(self) -> pd.DataFrame:
        """statements.csv but for the run."""
        table = pd.read_csv(self.out / "statements.csv", dtype=str, keep_default_na=False)
        return table.drop(columns="run_id")

    def kept(self) -> pd.DataFrame:
        """What the store holds as current."""
        store = Store(self.url)
        loaded = store.load_result(WINDOW)
        store.close()
        return loaded.statements.merge(loaded.judgement.decisions, on="statement_id", validate="1:1")

    def check_whole(self) -> None:
        """Whatever stands under its name is whole, and the store is sound."""
        for path in self.out.iterdir() if self.out.exists() else ():
            if path.suffix in (".xlsx", ".docx"):
                with zipfile.ZipFile(path) as archive:
                    assert archive.testzip() is None
            elif path.suffix == ".parquet":
                pd.read_parquet(path)
            elif path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
            elif path.suffix == ".csv":
                assert path.read_bytes().endswith(b"\r\n")
            else:
                assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as store:
            assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    def left_behind(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir() if path.name.startswith("."))


@cache
def whole_run(folder: Path) -> Site:
    """What one undisturbed run leaves."""
    site = Site(folder)
    site.run()
    return site


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return whole_run(tmp_path_factory.mktemp("undisturbed") / "site")


def in_a_process(work: Callable[[], None], kill_after: float | None = None) -> int:
    """Run ``work`` in a process of its own, killed after so many seconds; its wait status.

    A fork, not a new program: the imports are paid once, and what is killed is still a real process.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except OSError:
            code = 3
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def die_after(steps: Iterator[str], boundary: str) -> None:
    for name in steps:
        if name == boundary:
            os.kill(os.getpid(), signal.SIGKILL)


def decide(site: Site) -> list[Event]:
    """A person decides on two statements."""
    store = Store(site.url)
    ids = store.load_result(WINDOW).statements["statement_id"].tolist()[:2]
    hashes = store.statement_hashes(ids)
    made = [event(one, 1, "abstract", text_hash=hashes[one]) for one in ids]
    store.append(made)
    store.close()
    return made


def events(site: Site) -> list[Event]:
    store = Store(site.url)
    found = [one for _, one in store.events()]
    store.close()
    return found


def test_killed_before_between_and_after_its_two_writes_a_run_can_be_repeated_with_the_same_result(
    tmp_path: Path, undisturbed: Site
) -> None:
    site = Site(tmp_path / "site")
    # Up to put_together nothing outside has been touched: which of those steps was the last does not matter.
    for boundary in ("put_together", "keep", "write"):
        status = in_a_process(lambda name=boundary: die_after(site.steps(), name))
        assert os.WIFSIGNALED(status), boundary
        if Path(site.url.removeprefix("sqlite:///")).exists():
            site.check_whole()
        assert (site.out.exists(), boundary) == (boundary == "write", boundary)
    site.run()
    pd.testing.assert_frame_equal(site.rows(), undisturbed.rows())
    pd.testing.assert_frame_equal(site.kept(), undisturbed.kept())


def test_killed_at_twenty_random_moments_nothing_is_lost_doubled_or_left_behind(
    tmp_path: Path, undisturbed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Site(tmp_path / "site")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    began = time.perf_counter()
    assert in_a_process(site.run) == 0
    seconds = time.perf_counter() - began
    decided = decide(site)
    chance = random.Random(7)
    killed = 0
    for _ in range(20):
        killed += os.WIFSIGNALED(in_a_process(site.run, kill_after=chance.uniform(0.1, 1.0) * seconds))
        site.check_whole()
        assert events(site) == decided
    assert killed > 0
    assert list((tmp_path / "scratch").iterdir()) == []
    site.run()
    assert site.left_behind() == []
    pd.testing.assert_frame_equal(site.rows(), undisturbed.rows())
    pd.testing.assert_frame_equal(site.kept(), undisturbed.kept())
    assert events(site) == decided


def test_what_a_killed_run_left_beside_the_outputs_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    left = tmp_path / "site" / ".out.ikenwake-abcdefgh"
    left.mkdir()
    (left / "statements.csv").write_text("意見の本文", encoding="utf-8")
    kept = tmp_path / "site" / ".out.txt"
    kept.touch()
    site.run()
    assert site.left_behind() == [".out.txt"]


def test_a_full_disk_leaves_the_last_outputs_and_the_next_run_mends_it(
    tmp_path: Path, undisturbed: Site
) -> None:
    site = Site(tmp_path / "site")
    site.run()
    before = {path.name: path.read_bytes() for path in site.out.iterdir()}

    def run_with_little_room() -> None:
        # The system itself refuses to let a file grow beyond this: a full disk to the program.
        steps = site.steps()
        for name in steps:
            if name == "keep":
                resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

    assert os.waitstatus_to_exitcode(in_a_process(run_with_little_room)) == 3
    assert {path.name: path.read_bytes() for path in site.out.iterdir()} == before
    assert site.left_behind() == []
    site.run()
    pd.testing.assert_frame_equal(site.rows(), undisturbed.rows())


def test_a_store_that_cannot_grow_or_is_locked_is_told_and_keeps_what_it_had(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.run()
    decided, before = decide(site), site.kept()
    result = judged(site)
    store = Store(site.url)
    store.engine.dispose()
    sa.event.listen(store.engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=50"))
    with closing(sqlite3.connect(site.folder / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="しばらくしてから"):
            store.save_run(result)
    store.engine.dispose()
    sa.event.listen(store.engine, "connect", lambda db, _: db.execute("PRAGMA max_page_count=1"))
    with pytest.raises(StoreError, match="空き容量"):
        store.save_run(result)
    store.close()
    pd.testing.assert_frame_equal(site.kept(), before)
    assert events(site) == decided


def judged(site: Site) -> Result:
    """A run up to where it would be kept."""
    bench = site.bench()
    intake = inquiry.take_in(bench, inquiry.read_files(bench.request.inputs))
    parts = inquiry.cut(intake)
    tokens = inquiry.tokenize_statements(bench, parts)
    judgement = inquiry.judge_statements(bench, parts, tokens)
    grouped = inquiry.group(bench, parts, tokens)
    result = inquiry.put_together(bench, intake, parts, judgement, grouped)
    bench.store.close()
    return result


def test_a_late_correction_is_a_new_version_whose_old_decision_is_shown_and_not_moved(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.run()
    decided = decide(site)
    corrected = openpyxl.load_workbook(site.input).worksheets[0].cell(2, 6).value + "至急お願いしたい。"
    write_inquiry(site.input, {"1": corrected})
    site.run()
    store = Store(site.url)
    desk = Desk(store, WINDOW, load_policy(Settings().policy_path).review)
    board = desk.board()
    first, second = board.result.statements["statement_id"].tolist()[:2]
    assert board.result.statements["text"].tolist()[0] == corrected
    assert first != decided[0].statement_id
    assert board.review(first).outdated == (decided[0],)
    assert (board.review(first).state, board.review(first).number) == ("open", 0)
    assert (board.review(second).state, board.review(second).outdated) == ("once", ())
    # Somebody decides anew; what was said before stays visible, and still does not count.
    store.append([event(first, 1, "share", text_hash=board.hashes[first])])
    after = desk.board().review(first)
    assert (after.state, after.outdated) == ("once", (decided[0],))
    assert after.first is not None
    assert after.first.label == "share"
    # A correction of the correction shows both.
    write_inquiry(site.input, {"1": corrected + "以上。"})
    site.run()
    board = desk.board()
    first = board.result.statements["statement_id"].tolist()[0]
    assert [e.value for e in board.review(first).outdated] == ["abstract", "share"]
    assert board.review(first).state == "open"
    store.close()
