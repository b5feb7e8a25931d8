from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from httpx import Response

from pipeline.edges.desk import Desk
from pipeline.edges.review_columns import TITLES
from pipeline.edges.said import Draft, Stamp
from pipeline.edges.store import Store, schema
from pipeline.policy import Review as ReviewPolicy
from pipeline.results import Result
from pipeline.web import WebSettings, create_app
from tests.factory import gold_rows, make_result
from tests.web.conftest import ONCE, PASSWORD, TWICE, Clock, Person

SignIn = Callable[[str], Person]


def waiting(result: Result) -> list[str]:
    decisions = result.judgement.decisions
    return decisions.loc[decisions["outcome"] == "review", "statement_id"].tolist()


def labels(store: Store) -> list[tuple[str, str, str]]:
    return [(e.statement_id, e.reviewer, e.value) for _, e in store.events() if e.kind == "label"]


PAGES = [
    "/w/window1/",
    "/w/window1/queue",
    "/w/window1/codebook",
    "/w/window1/excel",
    "/w/window1/items/s0000-0",
]


@pytest.mark.parametrize("path", [*PAGES, "/login", "/nowhere", "/static/review.js"])
def test_every_page_is_strict(sign_in: SignIn, path: str) -> None:
    answer = sign_in("佐藤").client.get(path, follow_redirects=False)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    if "html" in answer.headers.get("content-type", ""):
        assert answer.headers["cache-control"] == "no-store"
        assert not re.search(r"<script(?![^>]+src=)|\sstyle=|\son\w+=|https?://", answer.text)


@pytest.mark.parametrize(
    "path", [*PAGES, "/", "/accounts", "/w/window1/reviews.xlsx", "/w/window1/trail.csv"]
)
def test_nothing_is_shown_before_signing_in(web_store: Store, path: str) -> None:
    client = TestClient(create_app(web_store, WebSettings(ONCE)))
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/login", "")


def test_the_cookie_cannot_be_read_or_sent_elsewhere(web_store: Store) -> None:
    client = TestClient(create_app(web_store, WebSettings(ONCE, is_secure=True)))
    answer = client.post("/login", data={"name": "佐藤", "password": PASSWORD}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "secure", "path=/"))
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


def test_five_wrong_passwords_shut_the_account_for_a_while(web_store: Store, clock: Clock) -> None:
    client = TestClient(create_app(web_store, WebSettings(ONCE), clock))
    right = {"name": "佐藤", "password": PASSWORD}
    for _ in range(5):
        assert client.post("/login", data={**right, "password": "wrong"}).status_code == 401
    assert client.post("/login", data=right, follow_redirects=False).status_code == 401
    clock.now += timedelta(minutes=16)
    assert client.post("/login", data=right, follow_redirects=False).status_code == 303


def test_a_form_from_elsewhere_is_refused(sign_in: SignIn, result: Result, web_store: Store) -> None:
    person, one = sign_in("佐藤"), waiting(result)[0]
    hidden = person.hidden(person.get(f"/w/window1/items/{one}"))
    path, said = f"/w/window1/items/{one}", {"do": "answer", "label": "abstract", **hidden}
    refused = [
        person.client.post(path, data={**said, "csrf": "x"}),
        person.client.post(path, data={k: v for k, v in said.items() if k != "csrf"}),
        person.client.post(path, data=said, headers={"origin": "http://evil.example"}),
        person.client.post(path, data=said, headers={"sec-fetch-site": "cross-site"}),
        person.client.post(path, data=said, headers={"host": "evil.example"}),
    ]
    assert [answer.status_code for answer in refused] == [403, 403, 403, 403, 421]
    assert labels(web_store) == []


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("佐藤", "/accounts", 403),
        ("管理者", "/accounts", 200),
        ("佐藤", "/w/window1/trail.csv", 403),
        ("高橋", "/w/window1/trail.csv", 200),
        ("閲覧者", "/w/window1/reviews.xlsx", 403),
        ("閲覧者", "/w/window1/queue", 200),
        ("佐藤", "/w/unknown/queue", 404),
        ("佐藤", "/w/window1/items/unknown", 404),
    ],
)
def test_roles_say_who_may(sign_in: SignIn, name: str, path: str, status: int) -> None:
    assert sign_in(name).client.get(path).status_code == status


def test_a_viewer_cannot_decide(sign_in: SignIn, result: Result, web_store: Store) -> None:
    answer = sign_in("閲覧者").decide(
        waiting(result)[0], label="abstract", number="0", shown_at="0", batch="b"
    )
    assert answer.status_code == 409
    assert labels(web_store) == []


def test_the_original_is_for_few_and_every_look_is_noted(sign_in: SignIn, web_store: Store) -> None:
    path = "/w/window1/items/s0000-0/original"
    statuses = []
    for name in ("佐藤", "高橋"):
        person = sign_in(name)
        hidden = person.hidden(person.get("/w/window1/items/s0000-0"))
        statuses.append(person.client.post(path, data=hidden).status_code)
    assert statuses == [403, 200]
    with web_store.read() as connection:
        rows = connection.execute(sa.select(schema.access_log.c.name, schema.access_log.c.subject)).all()
    assert [tuple(row) for row in rows] == [("高橋", "s0000-0")]
    assert re.search("高橋 <span[^>]*>意見ID s0000-0", sign_in("管理者").get("/accounts"))


def test_a_day_without_javascript(sign_in: SignIn, result: Result, web_store: Store) -> None:
    person, n = sign_in("佐藤"), 0
    assert " 0件が確定できます" in person.get("/w/window1/")
    while "/items/" in (address := str(person.client.get("/w/window1/next").url)):
        one = address.rsplit("/", 1)[1]
        answer = person.decide(one, label="share", coverage="stated", passages=["p01", "p02"])
        assert (answer.status_code, answer.headers["location"]) == (303, "/w/window1/next")
        n += 1
    assert n == len(labels(web_store)) > 10
    assert {one for one, _, _ in labels(web_store)} <= set(waiting(result))
    page = person.get("/w/window1/")
    verdicts = re.findall(r'class="tag \w+">([^<]+)<', page)
    assert not any(verdict.startswith("未了") for verdict in verdicts)
    assert f"{len(verdicts)}件中 {len(verdicts)}件が確定できます" in page


def test_two_reviewers_are_never_given_the_same_statement(sign_in: SignIn, clock: Clock) -> None:
    first, second = sign_in("佐藤"), sign_in("鈴木")
    addresses = {str(person.client.get("/w/window1/next").url) for person in (first, second)}
    assert len(addresses) == 2
    assert "佐藤さんが確認中" in second.get("/w/window1/queue")
    clock.now += timedelta(minutes=11)
    assert "佐藤さんが確認中" not in second.get("/w/window1/queue")


def test_whoever_is_slower_sees_both_versions_and_nothing_is_lost(
    sign_in: SignIn, result: Result, web_store: Store
) -> None:
    one, first, second = waiting(result)[0], sign_in("佐藤"), sign_in("鈴木")
    stale = second.get(f"/w/window1/items/{one}")
    first.decide(one, label="abstract")
    answer = second.decide(one, page=stale, label="resolved", comment="調べた結果")
    assert answer.status_code == 409
    for words in ("他の方が更新しました", "抽象的なもの（佐藤", "解決済", "調べた結果"):
        assert words in answer.text
    assert labels(web_store) == [(one, "佐藤", "abstract")]
    assert second.decide(one, page=answer.text, label="resolved").status_code == 303
    assert labels(web_store)[1:] == [(one, "鈴木", "resolved")]


def test_a_form_sent_twice_counts_once(sign_in: SignIn, result: Result, web_store: Store) -> None:
    person, one = sign_in("佐藤"), waiting(result)[0]
    page = person.get(f"/w/window1/items/{one}")
    statuses = [person.decide(one, page=page, label="abstract").status_code for _ in range(2)]
    assert statuses == [303, 303]
    assert labels(web_store) == [(one, "佐藤", "abstract")]


def test_undo_takes_back_the_latest_step_and_goes_there(
    sign_in: SignIn, result: Result, web_store: Store
) -> None:
    person, (one, two, *_) = sign_in("佐藤"), waiting(result)
    person.decide(one, label="abstract")
    person.decide(two, label="share", coverage="stated", passages=["p01"])
    gone = []
    for _ in range(2):
        answer = person.undo(person.get("/w/window1/items/s0000-0"))
        assert answer.status_code == 303, re.sub("<[^>]+>", "", answer.text)
        gone.append(answer.headers["location"])
    assert gone == [f"/w/window1/items/{i}?done=undone" for i in (two, one)]
    assert person.undo(person.get("/w/window1/items/s0000-0")).status_code == 409
    assert "取り消し" in person.get(f"/w/window1/items/{one}")


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"label": "nonsense"}, "区分を選んでください"),
        ({}, "区分を選んでください"),
        ({"label": "share"}, "突合"),
        ({"label": "share", "coverage": "nonsense"}, "突合"),
    ],
)
def test_an_answer_that_is_none_is_refused(
    sign_in: SignIn, result: Result, web_store: Store, said: dict[str, str], message: str
) -> None:
    answer = sign_in("佐藤").decide(waiting(result)[0], **said)
    assert answer.status_code == 409
    assert message in answer.text
    assert list(web_store.events()) == []


def test_text_from_outside_is_never_markup(tmp_path: Path, clock: Clock) -> None:
    rows = gold_rows(3)
    rows[0] = {**rows[0], "opinion": "<script>alert(1)</script>。<b>太字", "organization": '"><img src=x>'}
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(rows))
    client = TestClient(create_app(store, WebSettings(ONCE), clock))
    for path in ("/w/window1/items/s0000-0", "/w/window1/queue?theme=T1-T1-fee-level"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
    store.close()


class TestTwoReaders:
    @pytest.fixture
    def policy(self) -> ReviewPolicy:
        return TWICE

    def test_the_second_reader_sees_neither_suggestion_nor_first_answer(
        self, sign_in: SignIn, result: Result
    ) -> None:
        one = waiting(result)[0]
        sign_in("佐藤").decide(one, label="abstract", comment="一次の考え")
        page = sign_in("鈴木").get(f"/w/window1/items/{one}")
        assert "一人目の判断と提案を伏せています" in page
        assert "一次の考え" not in page
        assert "checked" not in re.findall(r'<input type="radio"[^>]*>', page)[0]
        assert not re.search(r'type="radio"[^>]* checked', page)
        assert "提案</span>" not in page

    def test_a_conflict_does_not_tell_the_second_reader_what_the_first_said(
        self, sign_in: SignIn, result: Result, web_store: Store
    ) -> None:
        one, first, second = waiting(result)[0], sign_in("佐藤"), sign_in("鈴木")
        first.decide(one, label="abstract")
        stale = second.get(f"/w/window1/items/{one}")
        first.decide(one, do="comment", comment="気になる点")
        answer = second.decide(one, page=stale, label="resolved")
        assert answer.status_code == 409
        assert "答えてから示します" in answer.text
        assert "佐藤、" not in answer.text
        assert "気になる点" not in answer.text

    def test_disagreement_goes_to_somebody_who_is_neither(
        self, sign_in: SignIn, result: Result, web_store: Store
    ) -> None:
        one = waiting(result)[0]
        first, second, third = (sign_in(name) for name in ("佐藤", "鈴木", "高橋"))
        assert first.decide(one, label="abstract").status_code == 303
        assert "一次の判断" in first.get(f"/w/window1/items/{one}")
        assert second.decide(one, label="resolved").status_code == 303
        assert "裁定を待っています" in first.get(f"/w/window1/items/{one}")
        assert f"/items/{one}" in str(third.client.get("/w/window1/next").url)
        page = third.get(f"/w/window1/items/{one}")
        assert "裁定の判断" in page
        assert "一次 佐藤" in page
        assert third.decide(one, label="abstract").status_code == 303
        assert "裁定済" in first.get(f"/w/window1/items/{one}")
        readings = [(e.reading, e.reviewer) for _, e in web_store.events() if e.kind == "label"]
        assert readings == [("first", "佐藤"), ("second", "鈴木"), ("adjudication", "高橋")]
        assert "κ" in first.get("/w/window1/")


class TestRandomDraw:
    @pytest.fixture
    def policy(self) -> ReviewPolicy:
        return ONCE.model_copy(update={"random_share": 1.0})

    def test_a_random_statement_is_answered_before_its_suggestion_is_shown(
        self, sign_in: SignIn, web_store: Store
    ) -> None:
        person = sign_in("佐藤")
        page = person.get("/w/window1/items/s0000-0")
        assert "無作為に選ばれた意見です" in page
        assert "提案</span>" not in page
        assert "<mark>" not in page
        person.decide("s0000-0", label="abstract")
        assert "提案</span>" in person.get("/w/window1/items/s0000-0")
        assert [e.is_random for _, e in web_store.events()] == [True]


def test_a_theme_is_decided_at_once_with_exceptions_and_one_undo(
    sign_in: SignIn, result: Result, web_store: Store
) -> None:
    sizes = result.clusters.groupby("cluster_id").size()
    theme = str(sizes.idxmax())
    members = result.clusters.loc[result.clusters["cluster_id"] == theme, "statement_id"].tolist()
    assert len(members) >= 3
    person = sign_in("佐藤")
    page = person.get(f"/w/window1/themes/{theme}")
    ticked = [f"{one}@0" for one in members[1:]]
    said = {**person.hidden(page), "label": "abstract", "members": ticked}
    answer = person.client.post(f"/w/window1/themes/{theme}", data=said, follow_redirects=False)
    assert answer.status_code == 303
    assert sorted(labels(web_store)) == [(one, "佐藤", "abstract") for one in sorted(members[1:])]
    person.undo(person.get(f"/w/window1/items/{members[0]}"))
    page = person.get("/w/window1/queue?state=once")
    assert "当てはまる意見はありません" in page


def test_search_words_stay_out_of_addresses(sign_in: SignIn) -> None:
    person = sign_in("佐藤")
    page = person.get("/w/window1/queue")
    csrf = person.hidden(page)["csrf"]
    answer = person.client.post("/w/window1/queue", data={"csrf": csrf, "words": "利用料　ｼｽﾃﾑ"})
    assert answer.status_code == 200
    assert "words" not in str(answer.url)
    none = person.client.post("/w/window1/queue", data={"csrf": csrf, "words": "どこにも無い言葉です"})
    assert "当てはまる意見はありません" in none.text


def test_what_is_sent_must_say_its_size_and_keep_within_the_limit(sign_in: SignIn) -> None:
    person = sign_in("佐藤")
    path, csrf = "/w/window1/queue", person.hidden(person.get("/w/window1/queue"))["csrf"]
    kind = {"content-type": "application/x-www-form-urlencoded"}
    endless = person.client.post(path, content=iter([f"csrf={csrf}&words=a".encode()]), headers=kind)
    large = person.client.post(path, content=b"csrf=", headers={**kind, "content-length": "50000001"})
    assert (endless.status_code, large.status_code) == (411, 413)


def test_the_administrator_lets_people_in_and_shuts_them_out(sign_in: SignIn, web_store: Store) -> None:
    admin, other = sign_in("管理者"), sign_in("鈴木")
    csrf = admin.hidden(admin.get("/accounts"))["csrf"]
    said = {"csrf": csrf, "name": "田中", "password": PASSWORD, "roles": ["view", "read"]}
    assert admin.client.post("/accounts", data=said, follow_redirects=False).status_code == 303
    sign_in("田中").get("/w/window1/")
    admin.client.post("/accounts", data={"csrf": csrf, "name": "鈴木", "do": "close"})
    assert other.client.get("/w/window1/", follow_redirects=False).headers["location"] == "/login"
    own = admin.client.post("/accounts", data={"csrf": csrf, "name": "管理者", "do": "close"})
    assert own.status_code == 409
    short = admin.client.post("/accounts", data={**said, "password": "short"})
    assert "10文字以上" in short.text


def test_a_trusted_proxy_names_the_user_and_nobody_else_does(web_store: Store) -> None:
    settings = WebSettings(
        ONCE, proxy_header="x-user", proxy_from=frozenset({"testclient"}), is_local_only=False
    )
    client = TestClient(create_app(web_store, settings))
    assert client.get("/w/window1/", headers={"x-user": "unknown"}).status_code == 403
    assert client.get("/w/window1/").status_code == 403
    with web_store.write() as connection:
        from pipeline.edges.store.accounts import put_account

        put_account(connection, "sato", PASSWORD, frozenset({"view"}))
    assert client.get("/w/window1/", headers={"x-user": "sato"}).status_code == 200
    distrustful = WebSettings(
        ONCE, proxy_header="x-user", proxy_from=frozenset({"10.0.0.1"}), is_local_only=False
    )
    client = TestClient(create_app(web_store, distrustful))
    assert client.get("/w/window1/", headers={"x-user": "sato"}).status_code == 403


def test_a_workbook_is_shown_before_it_is_taken_in_and_twice_changes_nothing(
    sign_in: SignIn, web_store: Store
) -> None:
    person, other = sign_in("佐藤"), sign_in("鈴木")
    book = openpyxl.load_workbook(io.BytesIO(person.client.get("/w/window1/reviews.xlsx").content))
    for title, value in (("区分", "抽象的なもの"), ("副区分", "解決済"), ("突合", ""), ("段落", "")):
        book["確認"].cell(2, TITLES.index(title) + 1).value = value
    book.save(out := io.BytesIO())

    def send(who: Person) -> Response:
        csrf = who.hidden(who.get("/w/window1/excel"))["csrf"]
        files = {"file": ("a.xlsx", out.getvalue())}
        return who.client.post("/w/window1/reviews/preview", data={"csrf": csrf}, files=files)

    assert "ご本人が取り込んでください" in send(other).text
    page = send(person).text
    assert re.findall(r'class="tag">([^<]+)</span> ([^　<]+)', page) == [
        ("区分", "抽象的なもの"),
        ("副区分", "解決済"),
    ]
    assert labels(web_store) == []
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    said = {"csrf": person.hidden(page)["csrf"], "token": token}
    assert "1行を取り込みました" in person.client.post("/w/window1/reviews/import", data=said).text
    assert [value for _, _, value in labels(web_store)] == ["abstract"]
    again = send(person).text
    assert "すでに同じ判断の行 1件" in again
    assert 'name="token"' not in again


def test_the_trail_tells_who_decided_what(sign_in: SignIn, result: Result) -> None:
    person, one = sign_in("高橋"), waiting(result)[0]
    person.decide(one, label="abstract", comment="=1+1")
    trail = person.client.get("/w/window1/trail.csv").content.decode("utf-8-sig")
    lines = trail.splitlines()
    assert lines[0].startswith("日時,照会,番号,意見ID,誰が,読み,何を,前,後")
    assert "高橋,一次,区分,,抽象的なもの" in lines[1]
    assert "'=1+1" in lines[2]


def test_a_statement_is_split_judged_in_pieces_and_put_together_again(
    sign_in: SignIn, result: Result, web_store: Store
) -> None:
    person = sign_in("佐藤")
    one = next(
        i for i in waiting(result) if "ここから別の意見として分ける" in person.get(f"/w/window1/items/{i}")
    )
    page = person.get(f"/w/window1/items/{one}")
    cut = re.search(r'name="cuts" value="(\d+)"', page)[1]
    assert person.decide(one, do="split", cuts=[cut]).status_code == 303
    queue = person.get("/w/window1/queue?state=open")
    pieces = sorted(set(re.findall(rf"/items/({re.escape(one)}~[\d-]+)", queue)))
    assert len(pieces) == 2
    person.get(f"/w/window1/items/{one}", 404)
    assert [person.decide(piece, label="abstract").status_code for piece in pieces] == [303, 303]
    for _ in range(3):
        answer = person.undo(person.get("/w/window1/items/s0000-0"))
    assert answer.headers["location"] == f"/w/window1/items/{one}?done=undone"
    assert "ここから別の意見として分ける" in person.get(f"/w/window1/items/{one}")


def test_a_near_duplicate_may_be_taken_out_or_another_put_in(
    sign_in: SignIn, result: Result, web_store: Store
) -> None:
    person, (one, two, *_) = sign_in("佐藤"), waiting(result)
    assert person.decide(two, do="merge", into=one).status_code == 303
    assert "ほぼ同じ意見 1件にも" in person.get(f"/w/window1/items/{one}")
    person.decide(one, label="abstract", group="yes", together=[two])
    assert f"/items/{two}" not in person.get("/w/window1/queue")
    person.undo(person.get("/w/window1/items/s0000-0"))
    person.decide(one, label="abstract", group="yes")
    assert f"/items/{two}" in person.get("/w/window1/queue")


def test_a_doubted_decision_is_offered_again(sign_in: SignIn, result: Result, web_store: Store) -> None:
    person, one = sign_in("佐藤"), waiting(result)[0]
    while "/items/" in (address := str(person.client.get("/w/window1/next").url)):
        person.decide(address.rsplit("/", 1)[1], label="abstract")
    Desk(web_store, "window1", ONCE).submit(
        [Draft(one, "recheck", "abstract")], Stamp("点検", Clock().now, "cli")
    )
    page = person.client.get("/w/window1/next")
    assert str(page.url).endswith(f"/items/{one}")
    assert "もう一度答えてください" in page.text
    person.decide(one, page=page.text, label="abstract")
    assert str(person.client.get("/w/window1/next").url).endswith("/queue")


def test_near_duplicates_are_shown_by_what_they_changed(tmp_path: Path, clock: Clock) -> None:
    made = make_result(gold_rows(12), certified=False)
    one, two, three = made.statements["statement_id"][:3]
    text = "占用台帳の移行に要する費用を国が負担するよう求める。"
    same = {one: text, two: text.replace("負担", "補助"), three: f"{text}期限も示されたい。"}
    table = made.statements
    texts = [same.get(i, t) for i, t in zip(table["statement_id"], table["text"], strict=True)]
    table = table.assign(text=texts, shown=texts, norm=texts, norm_reason="")
    heads = [one if i in (two, three) else "" for i in table["statement_id"]]
    partial = [i == three for i in table["statement_id"]]
    clusters = made.clusters.assign(duplicate_of=heads, is_partial_duplicate=partial)
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(replace(made, statements=table, clusters=clusters))
    client = TestClient(create_app(store, WebSettings(ONCE), clock))
    page = client.get(f"/w/window1/items/{one}").text
    assert "費用を国が<del>負担</del><ins>補助</ins>するよう求める。" in page
    page = client.get(f"/w/window1/items/{three}").text
    assert "独自の記載を加えたものです" in page
    assert "<ins>期限も示されたい。</ins>" in page
    store.close()


def test_personal_data_is_marked_where_it_stands(sign_in: SignIn, result: Result, web_store: Store) -> None:
    person, one = sign_in("佐藤"), waiting(result)[0]
    words = result.statements.set_index("statement_id").loc[one, "shown"][3:6]
    assert person.decide(one, do="personal", personal=words).status_code == 303
    assert [(e.kind, e.value) for _, e in web_store.events()] == [("personal", "3:6:name")]
    assert person.decide(one, do="personal", personal="どこにもない").status_code == 409


# Slashes are for a real server: the test client takes addresses apart in another order (see test_browser).
@pytest.mark.parametrize("window", ["", "令和8年度第2回"])
def test_an_inquiry_may_have_no_name_or_any(tmp_path: Path, result: Result, window: str) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    named = result.intake.opinions.assign(window=window)
    store.save_run(
        replace(
            result, info=replace(result.info, window=window), intake=replace(result.intake, opinions=named)
        )
    )
    person = Person(TestClient(create_app(store, WebSettings(ONCE))))
    assert "残り" in person.get("/")
    page = person.client.get(str(person.client.get("/").url) + "next")
    assert (page.status_code, "この判断で次へ" in page.text) == (200, True)
    links = re.findall(r'href="(/w/[^"]+)"', page.text)
    assert {person.client.get(link).status_code for link in links} == {200}
    answer = person.client.post(
        str(page.url),
        data={"do": "answer", "label": "abstract", **person.hidden(page.text)},
    )
    assert answer.status_code == 200
    assert [e.value for _, e in store.events() if e.kind == "label"] == ["abstract"]
    store.close()


def test_the_path_on_the_page_belongs_to_the_decision_and_says_whose_it_is(
    sign_in: SignIn, result: Result
) -> None:
    person, one = sign_in("佐藤"), waiting(result)[0]
    page = person.get(f"/w/window1/items/{one}")
    assert "フローチャートの道筋（提案）" in page
    person.decide(one, label="share", coverage="not_reflected")
    page = person.get(f"/w/window1/items/{one}")
    path = page[page.index("フローチャートの道筋（佐藤さんの判断）") :].split("</ol>")[0]
    assert re.findall("<li>([^<]+)", path) == [
        "Q1 どの除外区分にも当たらない",
        "Q2 記載なし",
        "Q3 反映なし",
        "修正を求める協議",
    ]


def test_words_marked_as_personal_are_shown_to_nobody_afterwards(sign_in: SignIn, result: Result) -> None:
    person, one = sign_in("佐藤"), waiting(result)[0]
    row = result.statements.set_index("statement_id").loc[one]
    for words in (row["shown"][20:26], row["shown_reason"][2:8]):
        assert person.decide(one, do="personal", personal=words).status_code == 303
    for path in (f"/w/window1/items/{one}", "/w/window1/queue"):
        page = person.get(path)
        assert "［個人情報］" in page
        assert row["shown"][20:26] not in page
        assert row["shown_reason"][2:8] not in page
