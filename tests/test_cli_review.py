from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.edges.review_columns import TITLES
from pipeline.edges.store import Store
from pipeline.edges.store.accounts import put_account
from pipeline.errors import ReviewError
from tests.factory import gold_rows, make_result


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    store = Store(url)
    store.save_run(make_result(gold_rows(40)))
    store.close()
    return url


def run(*arguments: str, answer: str = ""):
    return CliRunner().invoke(app, list(arguments), input=answer)


def test_a_workbook_goes_out_and_comes_back(url: str, tmp_path: Path) -> None:
    file = str(tmp_path / "a.xlsx")
    out = run("reviews", "export", file, "--reviewer", "佐藤", "--db", url)
    assert out.exit_code == 0, out.output
    book = openpyxl.load_workbook(file)
    column = TITLES.index("区分") + 1
    book["確認"].cell(2, column).value = "抽象的なもの"
    book["確認"].cell(3, column).value = "知らない区分"
    book.save(file)
    seen = run("reviews", "import", file, "--db", url, answer="n\n")
    assert "2行目: 区分 抽象的なもの" in seen.output
    assert "取り込む 1行" in seen.output
    assert "知らない区分" in seen.output
    store = Store(url)
    assert store.pulse().events == 0
    assert run("reviews", "import", file, "--db", url, "--yes").exit_code == 2
    assert store.pulse().events == 1
    assert "同じ判断がある 1行" in run("reviews", "import", file, "--db", url, "--yes").output
    assert store.pulse().events == 1
    store.close()


def test_where_there_are_accounts_only_they_work_with_workbooks(url: str, tmp_path: Path) -> None:
    store = Store(url)
    with store.write() as connection:
        put_account(connection, "佐藤", "a long password", frozenset({"read"}))
        put_account(connection, "閲覧者", "a long password", frozenset({"view"}))
    store.close()
    file = str(tmp_path / "a.xlsx")
    assert run("reviews", "export", file, "--reviewer", "佐藤", "--db", url).exit_code == 0
    for name in ("閲覧者", "鈴木"):
        refused = run("reviews", "export", file, "--reviewer", name, "--db", url)
        assert "確認する役割がありません" in str(refused.exception)


def test_finalize_writes_the_outputs_and_names_what_is_open(url: str, tmp_path: Path) -> None:
    done = run("finalize", "--window", "window1", "--out", str(tmp_path / "out"), "--db", url)
    assert done.exit_code == 0, done.output
    assert "未了" in done.output
    assert "まだ誰も確認していません" in done.output
    assert (tmp_path / "out" / "results.xlsx").exists()


def test_the_first_administrator_is_made_by_a_command(url: str) -> None:
    made = run("review", "--create-admin", "管理者", "--db", url, answer="a long password\na long password\n")
    assert made.exit_code == 0, made.output
    assert "a long password" not in made.output


def test_without_accounts_nobody_listens_beyond_this_machine(url: str) -> None:
    refused = run("review", "--host", "0.0.0.0", "--db", url)
    assert isinstance(refused.exception, ReviewError)
    assert "--create-admin" in str(refused.exception)


def test_an_empty_store_says_what_to_do_first(tmp_path: Path) -> None:
    refused = run("finalize", "--out", str(tmp_path), "--db", f"sqlite:///{tmp_path / 'none.db'}")
    assert "先に ikenwake run" in str(refused.exception)
