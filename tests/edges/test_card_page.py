from __future__ import annotations

from dataclasses import asdict, replace
from xml.etree import ElementTree

import pytest

from pipeline.edges.card_page import card_page, worst_failures
from pipeline.edges.card_plots import card_plots
from pipeline.edges.registry import Card
from pipeline.measures import plain
from pipeline.settings import Settings
from pipeline.steps.evaluate import readings
from pipeline.steps.outlook import Point, outlook
from pipeline.taxonomy import load_taxonomy
from pipeline.training import measure, predict
from tests.edges.test_contests import make_contest
from tests.edges.test_registry import make_card
from tests.stub_reader import labelled, reader

TAXONOMY = load_taxonomy(Settings().taxonomy_path)


@pytest.fixture(scope="module")
def card() -> Card:
    metrics = measure(labelled(), reader())
    scores = {label: found["f1"] for label, found in metrics["labels"].items()}
    points = [Point(n, 0.5 + n / 1000, dict.fromkeys(scores, n / 8), scores) for n in (100.0, 200.0, 300.0)]
    found = {
        "leave_candidates_out": metrics,
        "frozen": metrics,
        "learning_curve": plain([asdict(point) for point in points]),
        "outlook": plain({key: asdict(one) for key, one in outlook(points).items()}),
    }
    data = {"文": 310, "候補": 6}
    return replace(make_card("m"), metrics=found, data=data, contests=[make_contest().plain()], parent="old")


def test_the_page_holds_every_section_in_both_languages(card: Card) -> None:
    plots = card_plots(card.metrics, TAXONOMY.names)
    page = card_page(card, [], list(plots), TAXONOMY)
    for heading in (
        "## 保証",
        "## 学習データ",
        "## 成績（学習に使わなかった候補での交差検証）",
        "## 凍結した候補での成績",
        "## ラベルを増やす効果",
        "## 使用中だったモデル old との比較",
        "## 自信をもって誤った10件",
        "## Model card (English)",
    ):
        assert heading in page
    assert [f"]({name})" in page for name in plots] == [True] * 4


def test_plots_are_drawings_that_come_out_the_same_every_time(card: Card) -> None:
    first, second = (card_plots(card.metrics, TAXONOMY.names) for _ in range(2))
    assert first == second
    assert sorted(first) == ["confusion.svg", "learning_curve.svg", "reliability.svg", "risk_coverage.svg"]
    for drawing in first.values():
        assert ElementTree.fromstring(drawing).tag.endswith("svg")
    assert "共有すべきもの" in first["confusion.svg"]


def test_the_worst_errors_come_first_masked_and_short() -> None:
    known = labelled()
    shown = known.statements.assign(shown=["〔氏名〕|" + "あ" * 200] * len(known))
    masked = replace(known, statements=shown)
    worst = worst_failures(masked, readings(known.gold, predict(known, reader())))
    assert len(worst) == 10
    assert [one.p_gold for one in worst] == sorted(one.p_gold for one in worst)
    assert all(one.people != one.model and len(one.excerpt) == 60 for one in worst)
