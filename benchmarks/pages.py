"""How long each page of the review app takes with 5,000 statements, through the real app.

Everything a request does is timed: routing, the store, the board brought up to date after other people's
events, the template. The texts are those of labels/gold, many times over; suggestions and vectors are
invented, since only their number matters here.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from fastapi.testclient import TestClient
from httpx import Response

from pipeline.arrays import Embeddings
from pipeline.edges.desk import Desk
from pipeline.edges.said import Stamp, answer_drafts
from pipeline.edges.store import Store
from pipeline.policy import load_policy
from pipeline.results import Result
from pipeline.settings import Settings
from pipeline.web import WebSettings, create_app
from tests.factory import gold_rows, make_result

GOAL = 0.150
"""Seconds that 95 of 100 pages may take."""
_DIMENSIONS = 384
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def inquiry(n_statements: int) -> Result:
    """An inquiry of that many statements, all of which wait for a person."""
    whole = [row for row in gold_rows() if row["label"] not in ("none", "multi")]
    rows = [
        {**row, "opinion": f"{row['opinion']}（{i}件目）", "theme": f"{row['theme']}-{i // len(whole) % 7}"}
        for i in range(n_statements)
        for row in [whole[i % len(whole)]]
    ]
    made = make_result(rows, certified=False)
    vectors = np.random.default_rng(0).normal(size=(n_statements, _DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return replace(made, embeddings=Embeddings(made.embeddings.ids, vectors, made.embeddings.encoder_id))


@dataclass
class Reviewer:
    """Somebody at a browser, whose waiting is measured."""

    client: TestClient
    times: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Seconds by the clock and of the processor, per page; on a busy machine the second tells more."""
    splits: bool = False
    """Whether statements are split instead of answered, after which everything is worked out anew."""

    def wait(self, page: str, ask: Callable[[], Response]) -> Response:
        """Ask for a page, and note how long it took."""
        began, worked = time.perf_counter(), time.process_time()
        answer = ask()
        took = (time.perf_counter() - began, time.process_time() - worked)
        self.times.setdefault(page, []).append(took)
        assert answer.status_code in (200, 303), answer.text[:300]
        return answer

    def turn(self) -> None:
        """Take the next statement, answer it, and look at every other page."""
        client, home = self.client, "/w/window1/"
        page = self.wait("次と意見", lambda: client.get(f"{home}next"))
        said = {**dict(_HIDDEN.findall(_form(page.text))), "do": "answer", "label": "abstract"}
        where = str(page.url)
        if self.splits and (cut := re.search(r'name="cuts" value="(\d+)"', page.text)):
            split = {**said, "do": "split", "cuts": cut[1]}
            self.wait("分割", lambda: client.post(where, data=split, follow_redirects=False))
            self.wait("分割後の一覧", lambda: client.get(f"{home}queue"))
            return
        self.wait("保存", lambda: client.post(where, data=said, follow_redirects=False))
        self.wait("意見", lambda: client.get(where))
        self.wait("一覧", lambda: client.get(f"{home}queue"))
        self.wait("一覧（絞り込み）", lambda: client.get(f"{home}queue?label=abstract&state=open"))
        words = {"csrf": said["csrf"], "words": "利用料 負担"}
        self.wait("検索", lambda: client.post(f"{home}queue", data=words))
        self.wait("進み具合", lambda: client.get(home))
        theme = re.search(r'href="(/w/window1/themes/[^"]+)"', page.text)
        if theme:
            self.wait("テーマ", lambda: client.get(theme[1]))
        self.wait("Excel", lambda: client.get(f"{home}excel"))


def _form(page: str) -> str:
    """From the form that decides on; another one before it has a token only."""
    return page[page.index('id="decide"') :].split("</form>")[0]


def _others(desk: Desk) -> Iterator[None]:
    """Another process in which somebody else answers, so that every page meets news."""
    for ticket in desk.board().queue[::-1]:
        said = {"label": "share", "coverage": "stated"}
        desk.submit(answer_drafts(ticket.statement_id, "first", said, None), Stamp("鈴木", _now(), "web"))
        yield


def _now() -> datetime:
    return datetime.now(UTC)


def measure(n_statements: int, n_turns: int, url: str) -> dict[str, list[tuple[float, float]]]:
    """Seconds per page, while somebody else answers at the same time."""
    store, policy = Store(url), load_policy(Settings().policy_path).review
    store.save_run(inquiry(n_statements))
    reviewer = Reviewer(TestClient(create_app(store, WebSettings(policy))))
    others = _others(Desk(store, "window1", policy))
    reviewer.wait("最初の頁（読み込み）", lambda: reviewer.client.get("/w/window1/"))
    reviewer.turn()
    first = reviewer.times.pop("最初の頁（読み込み）")
    reviewer.times.clear()
    for _ in range(n_turns):
        next(others)
        reviewer.turn()
    reviewer.splits = True
    for _ in range(max(1, n_turns // 10)):
        reviewer.turn()
    store.close()
    return {"最初の頁（読み込み）": first, **reviewer.times}


def main() -> None:
    """Print median and 95th percentile of every page, by the clock and of the processor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=5000)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--db", default="", help="URL of an empty database; a SQLite file by default")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.db or f"sqlite:///{Path(folder) / 'pages.db'}"
        times = measure(asked.statements, asked.turns, url)
    print(f"{asked.statements}件、{asked.turns}回ずつ（目標: 95%が{GOAL * 1000:.0f}ミリ秒以内）")
    for page, seconds in times.items():
        (p50, own50), (p95, own95) = np.percentile(seconds, [50, 95], axis=0) * 1000
        late = "" if p95 <= GOAL * 1000 or len(seconds) == 1 else "  ← 目標に届かない"
        print(f"{page}\tp50 {p50:.0f} ms\tp95 {p95:.0f} ms\t処理装置 {own50:.0f} / {own95:.0f} ms{late}")


if __name__ == "__main__":
    main()
