from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from pipeline.edges.store import Store, schema
from pipeline.edges.store.engine import migrate
from pipeline.errors import ConflictError, StoreError
from pipeline.results import Result
from pipeline.reviews import Event
from pipeline.themes import EarlierTheme
from tests.factory import gold_rows, make_result

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
TABLES = ("intake.opinions", "intake.rejected", "intake.furniture", "personal", "statements", "clusters")
TABLES += ("judgement.decisions", "judgement.coverage", "judgement.explanations", "dispositions")


@pytest.fixture(scope="module")
def result() -> Result:
    return make_result(gold_rows(40))


def _again(result: Result, run_id: str) -> Result:
    return replace(result, info=replace(result.info, run_id=run_id))


def _table(result: Result, name: str) -> pd.DataFrame:
    value = result
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _counts(store: Store) -> dict[str, int]:
    with store.read() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in schema.metadata.tables.items()
        }


def event(statement_id: str, number: int, value: str = "share", **changes: object) -> Event:
    made = Event(
        event_key=f"{statement_id}-{number}-{value}",
        statement_id=statement_id,
        number=number,
        text_hash="h",
        kind="label",
        value=value,
        old="",
        reading="first",
        reviewer="佐藤",
        at=NOW,
        via="web",
    )
    return replace(made, **changes)


def test_what_is_saved_comes_back_as_it_was(store: Store, result: Result) -> None:
    assert store.save_run(result)
    loaded = store.load_result("window1")
    for name in TABLES:
        pd.testing.assert_frame_equal(_table(loaded, name), _table(result, name), obj=name)
    assert loaded.info == result.info
    assert loaded.taxonomy == result.taxonomy
    assert loaded.intake.problems == result.intake.problems
    assert list(loaded.candidates) == list(result.candidates)
    assert loaded.embeddings.ids == result.embeddings.ids
    np.testing.assert_array_equal(loaded.embeddings.vectors, result.embeddings.vectors)
    np.testing.assert_allclose(loaded.judgement.scores.probabilities, result.judgement.scores.probabilities)


def test_the_same_run_twice_changes_nothing(store: Store, result: Result) -> None:
    store.save_run(result)
    before = _counts(store)
    assert not store.save_run(result)
    assert _counts(store) == before


def test_a_second_run_of_the_same_workbook_adds_suggestions_only(store: Store, result: Result) -> None:
    store.save_run(result)
    before = _counts(store)
    store.append([event("s0000-0", 1)])
    store.save_run(_again(result, "second"))
    after = _counts(store)
    grown = {name for name in before if after[name] != before[name]}
    assert grown == {"runs", "run_candidates", "run_rows", "suggestions", "clusters", "review_events"}
    assert [e for _, e in store.events()] == [event("s0000-0", 1)]
    assert store.load_result("window1").info.run_id == "second"
    pd.testing.assert_frame_equal(store.load_result("window1").statements, result.statements)


def test_edited_words_under_the_same_key_are_a_new_version(store: Store, result: Result) -> None:
    store.save_run(result)
    rows = gold_rows(40)
    edited = rows[0]["opinion"].replace("。", "、", 1)
    rows[0] = {**rows[0], "opinion": edited}
    hash_before = store.statement_hashes(["s0000-0"])
    store.save_run(_again(make_result(rows), "second"))
    assert store.load_result("window1").intake.opinions["text"][0] == edited
    assert store.statement_hashes(["s0000-0"]) != hash_before
    with store.read() as connection:
        versions = connection.execute(
            sa.select(schema.opinions.c.version, schema.opinions.c.is_current)
            .where(schema.opinions.c.opinion_key == "o0000")
            .order_by(schema.opinions.c.version)
        ).all()
    assert [tuple(row) for row in versions] == [(1, False), (2, True)]


def _rekeyed(result: Result, text: str) -> Result:
    """The result with its first opinion under another key, and so its statement under another id."""
    new = {"o0000": "new", "s0000-0": "new-0"}
    opinions = result.intake.opinions.replace(new).assign(file="b.xlsx")
    opinions.loc[0, "text"] = text
    ids = tuple(new.get(i, i) for i in result.embeddings.ids)
    judged = result.judgement
    return replace(
        result,
        info=replace(result.info, run_id="second"),
        intake=replace(result.intake, opinions=opinions),
        statements=result.statements.replace(new),
        judgement=replace(
            judged,
            scores=replace(judged.scores, statement_ids=ids),
            decisions=judged.decisions.replace(new),
            coverage=judged.coverage.replace(new),
            explanations=judged.explanations.replace(new),
        ),
        clusters=result.clusters.replace(new),
        dispositions=result.dispositions.replace(new),
        embeddings=replace(result.embeddings, ids=ids),
    )


@pytest.mark.parametrize(
    ("change", "is_linked"),
    [
        (lambda text: text.replace("、", "，") + "なお、急ぎたい。", True),
        (lambda text: "全く別の課から届いた、番号だけが同じ話。", False),
    ],
)
def test_a_corrected_row_replaces_the_old_one_only_where_the_words_are_alike(
    store: Store, result: Result, change, is_linked: bool
) -> None:
    store.save_run(result)
    store.save_run(_rekeyed(result, change(result.intake.opinions["text"][0])))
    loaded = store.load_result("window1").intake.opinions
    assert ("o0000" in set(loaded["opinion_key"])) is not is_linked
    with store.read() as connection:
        query = sa.select(schema.opinions.c.previous_key).where(schema.opinions.c.opinion_key == "new")
        assert connection.scalar(query) == ("o0000" if is_linked else "")


def test_rows_taken_out_of_the_workbook_are_withdrawn_but_kept(store: Store, result: Result) -> None:
    store.save_run(result)
    store.save_run(_again(make_result(gold_rows(30)), "second"))
    assert len(store.load_result("window1").intake.opinions) == len(
        make_result(gold_rows(30)).intake.opinions
    )
    assert _counts(store)["opinions"] == len(result.intake.opinions)


def test_a_late_file_joins_the_inquiry(store: Store, result: Result) -> None:
    store.save_run(result)
    late = make_result(gold_rows(50))
    for name in ("o", "s"):
        assert late.statements["opinion_key"].str.startswith(name).all() or name == "s"
    keep = late.intake.opinions["row"] >= 47
    keys = set(late.intake.opinions.loc[keep, "opinion_key"])
    mask = late.statements["opinion_key"].isin(keys).to_numpy()
    ids = late.statements.loc[mask, "statement_id"].tolist()

    def only(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["statement_id"].isin(ids)].reset_index(drop=True)

    judged, scores, vectors = late.judgement, late.judgement.scores, late.embeddings
    part = Result(
        info=replace(late.info, run_id="late", files=("late.xlsx",)),
        taxonomy=late.taxonomy,
        candidates=late.candidates,
        intake=replace(
            late.intake,
            opinions=late.intake.opinions[keep].reset_index(drop=True).assign(file="late.xlsx"),
            rejected=late.intake.rejected.iloc[:0],
            furniture=late.intake.furniture.iloc[:0],
            problems=(),
        ),
        personal=late.personal,
        statements=only(late.statements),
        judgement=replace(
            judged,
            scores=replace(scores, statement_ids=tuple(ids), probabilities=scores.probabilities[mask]),
            decisions=only(judged.decisions),
            coverage=only(judged.coverage),
            explanations=only(judged.explanations),
        ),
        clusters=only(late.clusters),
        dispositions=only(late.dispositions),
        embeddings=replace(vectors, ids=tuple(ids), vectors=vectors.vectors[mask]),
    )
    store.save_run(part)
    loaded = store.load_result("window1")
    assert loaded.statements["statement_id"].tolist() == late.statements["statement_id"].tolist()
    assert loaded.info.files == ("window1.xlsx", "late.xlsx")
    assert len(loaded.intake.rejected) == len(result.intake.rejected)


def test_text_no_database_can_hold_comes_back_unchanged(store: Store) -> None:
    rows = gold_rows(1)
    hostile = "前\x00中\ud800後\x1a0041'; DROP TABLE runs; --\u202e"
    rows[0] = {**rows[0], "opinion": hostile, "reason": hostile}
    store.save_run(make_result(rows))
    assert store.load_result("window1").intake.opinions["text"].tolist() == [hostile]


def test_an_unknown_inquiry_is_told_in_words(store: Store) -> None:
    with pytest.raises(StoreError, match="先に ikenwake run"):
        store.load_result("nowhere")


def test_themes_of_other_inquiries_can_be_matched(store: Store, result: Result) -> None:
    store.save_run(result)
    themes = store.past_themes("window2")
    assert [theme.theme_id for theme in themes] == sorted(set(result.clusters["cluster_id"]))
    assert sum(theme.n_statements for theme in themes) == len(result.statements)
    one = themes[3]
    assert store.past_themes("window2", one.theme_id) == (one,)
    assert store.past_themes("window1") == store.past_themes("window2", "unknown") == ()


def test_the_themes_of_the_last_run_of_an_inquiry_are_known_by_statement(
    store: Store, result: Result
) -> None:
    store.save_run(result)
    renamed = result.clusters.assign(cluster_name="新")
    store.save_run(replace(result, clusters=renamed, info=replace(result.info, run_id="later")))
    ids = result.statements["statement_id"].tolist()
    hashes = store.statement_hashes(ids)
    themes = zip(ids, result.clusters["cluster_id"], result.statements["candidate_id"], strict=True)
    assert store.themes_so_far("window1") == {
        one: EarlierTheme(theme_id, "新", candidate_id, hashes[one]) for one, theme_id, candidate_id in themes
    }
    assert store.themes_so_far("window2") == {}


def test_a_past_theme_says_what_became_of_it_people_first_and_what_is_open_not_at_all(store: Store) -> None:
    result = make_result(gold_rows(60))
    statements, decisions = result.statements, result.judgement.decisions
    theme = result.clusters.groupby("cluster_id").size().idxmax()
    ids = result.clusters.loc[result.clusters["cluster_id"] == theme, "statement_id"].tolist()
    assert len(ids) >= 3
    outcome = ["auto" if one == ids[0] else "review" for one in statements["statement_id"]]
    decisions = decisions.assign(outcome=outcome, label="abstract")
    store.save_run(replace(result, judgement=replace(result.judgement, decisions=decisions)))

    def end() -> tuple[str, str]:
        (found,) = store.past_themes("window2", theme)
        return found.label, found.disposition

    assert end() == ("abstract", "excluded")
    hashes = store.statement_hashes(ids)
    for one in ids[1:3]:
        said = {"kind": "coverage", "value": "not_reflected", "text_hash": hashes[one]}
        store.append([event(one, 1, "share", text_hash=hashes[one]), event(one, 2, **said)])
    assert end() == ("share", "revision_request")


def test_events_come_back_in_order_and_a_click_sent_twice_counts_once(store: Store) -> None:
    first, second = event("a", 1), event("a", 2, "abstract")
    assert (store.append([first, second]), store.append([first])) == (2, 0)
    assert [e for _, e in store.events(["a"])] == [first, second]
    assert [e for _, e in store.events(after=1)] == [second]


def test_two_people_cannot_both_write_the_next_event(store: Store) -> None:
    store.append([event("a", 1)])
    with pytest.raises(ConflictError, match="他の方が更新しました"):
        store.append([event("b", 1), event("a", 1, "abstract")])
    assert [e.statement_id for _, e in store.events()] == ["a"]


@pytest.mark.parametrize("statement", ["UPDATE review_events SET value = 'x'", "DELETE FROM review_events"])
def test_an_event_can_be_neither_changed_nor_removed(store: Store, statement: str) -> None:
    store.append([event("a", 1)])
    with pytest.raises(sa.exc.DBAPIError, match="only ever added"), store.write() as connection:
        connection.exec_driver_sql(statement)
    assert [e for _, e in store.events()] == [event("a", 1)]


def test_a_statement_is_lent_to_one_reviewer_at_a_time(store: Store) -> None:
    assert store.lease(["a", "b"], "佐藤", NOW) == "a"
    assert store.lease(["a", "b"], "鈴木", NOW) == "b"
    assert store.lease(["a", "b"], "高橋", NOW) == ""
    assert store.lease(["a", "b"], "佐藤", NOW) == "a"
    assert store.holders(NOW) == {"a": "佐藤", "b": "鈴木"}
    assert store.lease(["a", "b"], "高橋", NOW + timedelta(minutes=11)) == "a"


def test_migrations_go_up_and_down_and_make_exactly_the_schema(store: Store) -> None:
    for _ in range(2):
        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(context, schema.metadata) == []
        migrate(store.engine, "base")
        assert set(sa.inspect(store.engine).get_table_names()) <= {"alembic_version"}
        migrate(store.engine)


def test_a_store_of_a_newer_version_is_refused(store: Store, store_url: str) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="新しい版"):
        Store(store_url)


@pytest.mark.parametrize("url", ["nonsense", "sqlite:////proc/none/a.db", "postgresql://127.0.0.1:1/none"])
def test_a_database_that_cannot_be_opened_is_told_in_words(url: str) -> None:
    with pytest.raises(StoreError, match="開けません"):
        Store(url)


def test_twenty_reviewers_writing_at_once_lose_nothing(store: Store) -> None:
    def work(reviewer: int) -> None:
        for i in range(200):
            store.append([event(f"s{reviewer}-{i // 4}", i % 4 + 1, reviewer=f"r{reviewer}")])

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(20)))
    stored = [e for _, e in store.events()]
    assert len(stored) == len({e.event_key for e in stored}) == 20 * 200


def test_twenty_reviewers_racing_for_one_statement_get_every_number_once(store: Store) -> None:
    def work(reviewer: int) -> None:
        done = 0
        while done < 5:
            number = len(store.events(["a"])) + 1
            made = event("a", number, reviewer=f"r{reviewer}", event_key=f"r{reviewer}-{done}-{number}")
            with contextlib.suppress(ConflictError):
                done += store.append([made])

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(20)))
    assert [e.number for _, e in store.events(["a"])] == list(range(1, 101))
