from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from pipeline.arrays import Embeddings, Tokens
from pipeline.candidates import Candidates
from pipeline.edges.tagger import UnidicTagger
from pipeline.reviews import text_hash
from pipeline.settings import Settings
from pipeline.steps.duplicates import find_duplicates
from pipeline.steps.themes import Known, cluster, past_themes, theme_texts, unchanged
from pipeline.steps.themes.linkage import average_linkage
from pipeline.steps.themes.names import name_themes
from pipeline.steps.themes.neighbours import Links, strongest_links
from pipeline.steps.themes.stance import stance_of
from pipeline.steps.tokens import tokenize
from pipeline.tables import Clusters
from pipeline.text import normalize
from pipeline.themes import EarlierTheme, PastTheme, load_theme_model

LEDGER = (
    "占用台帳の多くが紙のまま保管されており、紙台帳の電子化に要する費用への財政支援を方針案に示されたい。"
)
OTHER_LEDGER = (
    "紙台帳の電子化に要する費用に国の財政支援を求める。過去の占用台帳を入力する作業が避けられない。"
)
EXIT = "契約終了時に占用台帳のデータをどの形式で返してもらえるのか、標準仕様書に定めてほしい。"
PAYMENT = "占用料を財務会計システムに一件ずつ打ち直している。算定結果を取り込めるようにしてください。"
TEXTS = [LEDGER, OTHER_LEDGER, EXIT, PAYMENT]


@pytest.fixture(scope="session")
def known(settings: Settings) -> Known:
    """The model as shipped, but for the centre, which belongs to the real encoder."""
    return Known(load_theme_model(settings.theme_model_path).model_copy(update={"centre": ()}))


def table(texts: Sequence[str], candidate: str = "T1") -> pd.DataFrame:
    """Statements whose id is made of their place and text."""
    return pd.DataFrame(
        {
            "statement_id": [f"{i}-{_hash(text):x}" for i, text in enumerate(texts)],
            "opinion_key": [f"o{i}" for i in range(len(texts))],
            "candidate_id": candidate,
            "section": "",
            "norm": [normalize(text) for text in texts],
            "norm_reason": "",
        }
    )


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def bag_of_runs(ids: list[str], texts: list[str]) -> Embeddings:
    """Vectors of 384 numbers in which texts with common runs of three characters are near; no model."""
    vectors = np.zeros((len(texts), 384), dtype=np.float32)
    for row, text in zip(vectors, texts, strict=True):
        for i in range(len(text) - 2):
            row[_hash(text[i : i + 3]) % 384] += 1
    norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return Embeddings(tuple(ids), vectors / norms, "bag")


def group(statements: pd.DataFrame, known: Known) -> pd.DataFrame:
    tokens: Tokens = tokenize(statements, UnidicTagger())
    embeddings = bag_of_runs(*theme_texts(statements, Candidates([]), known.past))
    return cluster(statements, tokens, embeddings, find_duplicates(statements), known)


def groups(texts: Sequence[str], known: Known) -> set[frozenset[str]]:
    found = group(table(texts), known)
    return {frozenset(texts[i] for i in rows) for rows in found.groupby("cluster_id").indices.values()}


def test_what_asks_for_the_same_thing_is_one_theme_and_the_rest_stands_alone(known: Known) -> None:
    assert groups(TEXTS, known) == {
        frozenset([LEDGER, OTHER_LEDGER]),
        frozenset([EXIT]),
        frozenset([PAYMENT]),
    }


def test_copies_change_neither_groups_nor_ids_nor_names(known: Known) -> None:
    before = group(table(TEXTS), known)
    after = group(table(TEXTS + [LEDGER] * 110), known)
    columns = ["cluster_id", "cluster_name", "parent_name", "stance"]
    kept = after.iloc[: len(TEXTS)]
    assert kept[columns[:2]].equals(before[columns[:2]])
    assert set(after["cluster_id"].iloc[len(TEXTS) :]) == {before["cluster_id"].iloc[0]}


def test_shuffled_rows_give_shuffled_themes(known: Known) -> None:
    rows = table(TEXTS)
    order = [2, 0, 3, 1]
    straight, shuffled = group(rows, known), group(rows.iloc[order].reset_index(drop=True), known)
    assert shuffled.equals(straight.iloc[order].reset_index(drop=True))


EDGE_CASES: list[tuple[list[str], int]] = [
    ([], 0),
    ([LEDGER], 1),
    ([LEDGER, PAYMENT], 2),
    ([LEDGER] * 5, 1),
    (["", ""], 1),
    (["。", "！？", "①"], 3),
    (["の", "は", "が"], 3),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("texts", "n_themes"), EDGE_CASES)
def test_edge_cases_give_sensible_groups_without_a_warning(
    texts: list[str], n_themes: int, known: Known
) -> None:
    found = group(table(texts), known)
    assert list(found.columns) == list(Clusters.to_schema().columns)
    assert len(found) == len(texts)
    assert found["cluster_id"].nunique() == n_themes
    assert found["is_medoid"].sum() == n_themes
    assert (found["cluster_name"] != "").all()


def test_a_statement_without_candidate_is_grouped_with_its_like(known: Known) -> None:
    found = group(table(TEXTS, candidate=""), known)
    assert found["cluster_id"].nunique() == 3
    assert found["cluster_id"].iat[0] == found["cluster_id"].iat[1]


def test_names_are_short_and_distinct_within_a_candidate(known: Known) -> None:
    found = group(table([*TEXTS, EXIT + "以上", PAYMENT.replace("占用料", "手数料")]), known)
    names = found.drop_duplicates("cluster_id")["cluster_name"]
    assert names.str.len().between(1, 15).all()
    assert names.is_unique


def test_a_past_theme_of_the_same_candidate_keeps_its_id_and_name(known: Known) -> None:
    first = table([LEDGER, EXIT])
    tokens = tokenize(first, UnidicTagger())
    past = tuple(past_themes(first, tokens, group(first, known)))
    again = group(table([PAYMENT, OTHER_LEDGER]), Known(known.model, past))
    assert again["past_id"].tolist() == ["", past[0].theme_id]
    assert again["cluster_id"].iat[1] == past[0].theme_id
    assert again["cluster_name"].iat[1] == past[0].name


def so_far(statements: pd.DataFrame, found: pd.DataFrame) -> dict[str, EarlierTheme]:
    """What the store would know of a run."""
    columns = (statements["statement_id"], found["cluster_id"], found["cluster_name"])
    return {one: EarlierTheme(theme_id, name) for one, theme_id, name in zip(*columns, strict=True)}


def test_a_late_opinion_joins_a_theme_or_stands_alone_and_moves_nobody(known: Known) -> None:
    first = table(TEXTS)
    before = group(first, known)
    # Kept as they were, though this run would have put the first two together.
    apart = before.assign(
        cluster_id=["T1-a", "T1-b", *before["cluster_id"][2:]],
        cluster_name=["甲", "乙", *before["cluster_name"][2:]],
    )
    late = table([*TEXTS, LEDGER.replace("多くが", "ほぼ全てが")])
    after = group(late, Known(known.model, so_far=so_far(first, apart)))
    columns = ["cluster_id", "cluster_name"]
    assert after[columns].iloc[:4].equals(apart[columns])
    assert after["cluster_id"].iat[4] == "T1-a"


def test_a_candidate_is_grouped_afresh_where_many_came_since(known: Known) -> None:
    first = table([LEDGER])
    old = {first["statement_id"].iat[0]: EarlierTheme("T1-a", "甲")}
    assert group(table(TEXTS), Known(known.model, so_far=old)).equals(group(table(TEXTS), known))


def test_only_what_still_says_what_it_said_keeps_its_theme() -> None:
    rows = table(TEXTS[:3]).assign(text=TEXTS[:3], reason="")
    ids = rows["statement_id"].tolist()
    digest = text_hash(LEDGER, "")
    earlier = {
        ids[0]: EarlierTheme("a", "甲", "T1", digest),
        ids[1]: EarlierTheme("a", "甲", "T1", digest),
        ids[2]: EarlierTheme("b", "乙", "T2", text_hash(EXIT, "")),
        "gone": EarlierTheme("a", "甲", "T1", digest),
    }
    assert unchanged(earlier, rows) == {ids[0]: earlier[ids[0]]}


def test_a_past_theme_of_another_candidate_is_evidence_only(known: Known) -> None:
    first = table([LEDGER], candidate="P9")
    past = tuple(past_themes(first, tokenize(first, UnidicTagger()), group(first, known)))
    found = group(table([LEDGER, EXIT]), Known(known.model, past))
    assert found["past_id"].tolist() == [past[0].theme_id, ""]
    assert found["cluster_id"].iat[0].startswith("T1-")


def test_for_and_against_are_one_theme_with_two_stances(known: Known) -> None:
    asked = "紙台帳の電子化に要する費用への財政支援を方針案に示されたい。"
    against = "紙台帳の電子化に要する費用への財政支援は不要である。"
    found = group(table([asked, against]), known)
    assert found["cluster_id"].nunique() == 1
    assert found["stance"].tolist() == ["for", "against"]
    assert found["duplicate_of"].tolist() == ["", ""]


def test_a_past_theme_needs_an_id() -> None:
    with pytest.raises(ValueError, match="theme_id"):
        PastTheme(theme_id="", window="", candidate_id="T1", name="", text="", words=())


def test_beyond_1800_rows_near_ones_still_find_each_other() -> None:
    rng = np.random.default_rng(0)
    half = rng.standard_normal((1_000, 16)).astype(np.float32)
    vectors = np.concatenate([half, half + rng.standard_normal(half.shape).astype(np.float32) * 0.01])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    links = strongest_links(vectors, lambda rows, columns: vectors[rows] @ vectors[columns].T, 0.95)
    pairs = set(zip(links.first.tolist(), links.second.tolist(), strict=True))
    assert sum((i, i + 1_000) in pairs for i in range(1_000)) >= 990
    assert all(i < j for i, j in pairs)
    assert len(pairs) == len(links.strength)


@given(st.integers(2, 14), st.integers(0, 10_000), st.sampled_from([0.1, 0.3, 0.6]))
def test_average_linkage_on_links_is_average_linkage_with_zero_where_there_is_none(
    n: int, seed: int, threshold: float
) -> None:
    matrix = np.triu(np.random.default_rng(seed).random((n, n)), 1)
    matrix[matrix < 0.4] = 0
    first, second = np.nonzero(matrix)
    found = average_linkage(n, Links(first, second, matrix[first, second]), threshold)
    tree = linkage((1 - matrix)[np.triu_indices(n, 1)], "average")
    expected = fcluster(tree, 1 - threshold, "distance")
    assert [found[expected == one].tolist() for one in np.unique(expected)] == [
        [np.flatnonzero(expected == one)[0]] * (expected == one).sum() for one in np.unique(expected)
    ]


STANCES = [
    ("本件には反対である。", "against"),
    ("移行の対象から外すべきである。", "against"),
    ("方針に賛同する。", "for"),
    ("内容に異論はない。", "for"),
    ("一括申請の口は設けるべきではない。", "against"),
    ("義務付けは撤回されたい。", "against"),
    ("参加には賛成しかねる。", "against"),
    ("利用料を示されたい。", ""),
    ("国が基準を示すべきではないか。", ""),
    ("勧告を撤回した場合の連携も求める。", ""),
    ("負担を理由に見送る団体が出る。", ""),
    ("条件が整えば賛成できる。", ""),
    ("台帳を対象から外す理由を示されたい。", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "stance"), STANCES)
def test_a_stance_is_marked_where_the_writer_says_so(text: str, stance: str) -> None:
    assert stance_of(text) == stance


NAMES = [
    ("小さな町なので、こまめに申請様式の説明をお願いしたい。", "申請様式の説明"),
    ("件数が多い。利用料の段階料金を設けられたい。", "利用料の段階料金"),
    ("県が動かない。市の参加は経過措置を設けてからにしてほしい。", "経過措置"),
    ("事態が分からない。併願の状況を見られるようにしてほしい。", "併願の状況"),
]


@pytest.mark.parametrize(("text", "name"), NAMES)
def test_a_lone_statement_is_called_by_what_it_asks_for(text: str, name: str, known: Known) -> None:
    assert name_themes([UnidicTagger()([text])], known.model) == [name]


NAMELESS = ["3件の4月入所", "kayamoto@town.example.jp", "佐藤太郎", "御意見"]


@pytest.mark.parametrize("text", NAMELESS)
def test_counters_addresses_and_persons_never_enter_a_name(text: str, known: Known) -> None:
    name = name_themes([UnidicTagger()([text])], known.model)[0]
    assert name in ("入所", "その他")
