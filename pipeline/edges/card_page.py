"""The model card as Markdown: in Japanese for those who rely on the model, then shortly in English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.edges.registry import Card
from pipeline.edges.scoreboard import Board, contest_board, outlook_board, percent, scoreboard
from pipeline.labelled import Labelled
from pipeline.taxonomy import Taxonomy

_SECTIONS = (
    ("leave_candidates_out", "成績（学習に使わなかった候補での交差検証）"),
    ("frozen", "凍結した候補での成績（学習にも設定選びにも使っていない）"),
    ("inquiries_out", "照会をまるごと除いて学習したときの、その照会での成績（保証はこれによる）"),
    ("last_window_out", "最後の照会を除いて学習したときの、その照会での成績"),
)
_ENGLISH = {
    "leave_candidates_out": "candidates held out (cross-fitted)",
    "frozen": "frozen candidates, never trained on",
    "inquiries_out": "whole inquiries left out in turn (what the certificate rests on)",
    "last_window_out": "the last inquiry, trained on those before",
}
_PLOTS = {
    "reliability.svg": "確信度と正解率（点線に近いほどよい。数字は件数） Reliability diagram",
    "confusion.svg": "混同行列 Confusion matrix",
    "risk_coverage.svg": "確信度の高い順に採ったときの誤り（点線は5%） Risk-coverage curve",
    "learning_curve.svg": "学習曲線 Learning curve",
}
_EXCERPT = 60


@dataclass(frozen=True)
class Failure:
    """A statement the model got badly wrong; its text is masked and cut short."""

    statement_id: str
    people: str
    model: str
    p_gold: float
    excerpt: str


def worst_failures(learnt: Labelled, readings: pd.DataFrame, n: int = 10) -> list[Failure]:
    """The errors the model was surest of, by the probability it gave to people's label."""
    people = {one.statement_id: one.label for one in learnt.gold}
    texts = dict(zip(learnt.statements["statement_id"], learnt.statements["shown"], strict=True))
    wrong = readings[readings["label"] != readings["statement_id"].map(people)]
    worst = wrong.sort_values(["p_gold", "statement_id"]).head(n)
    return [
        Failure(one, people[one], label, p, " ".join(texts[one].split())[:_EXCERPT])
        for one, label, p in zip(worst["statement_id"], worst["label"], worst["p_gold"], strict=True)
    ]


def card_page(card: Card, failures: Sequence[Failure], plots: Sequence[str], taxonomy: Taxonomy) -> str:
    """The page; figures stand in tables, so that it reads without the plots.

    Args:
        card: What is known of the model.
        failures: Where it fails.
        plots: Names of the plots beside the page.
        taxonomy: Names of the labels.
    """
    names = taxonomy.names
    lines = [
        f"# モデルカード {card.model_id}",
        "",
        f"作成 {card.created_at}。エンコーダー `{card.encoder_id}`。判断基準書 第{card.taxonomy_version}版。"
        f"元のモデル {card.parent or 'なし'}。ラベルの記録 `{card.snapshot_id[:16]}`。乱数の種 {card.seed}。",
        "",
        *("## 保証", "", card.certificate.sentence, "", card.calibration, ""),
        *("## 学習データ", "", *(f"- {key}: {value}" for key, value in card.data.items()), ""),
    ]
    for title, boards in _sections(card, names):
        lines += [f"## {title}", "", *(line for board in boards for line in _table(board, "###"))]
    lines += ["## 図 Plots", ""]
    lines += [f"![{_PLOTS[name]}]({name})\n\n{_PLOTS[name]}\n" for name in plots]
    lines += _table(_failure_board(failures, names), "##")
    return "\n".join([*lines, *_english(card)])


def _sections(card: Card, names: dict[str, str]) -> Iterator[tuple[str, list[Board]]]:
    for key, title in _SECTIONS:
        if key in card.metrics:
            yield title, list(scoreboard(card.metrics[key]))
    if "outlook" in card.metrics:
        yield (
            "ラベルを増やす効果（学習曲線を延ばした見込み）",
            [outlook_board(card.metrics["outlook"], names)],
        )
    if card.contests:
        yield f"使用中だったモデル {card.parent} との比較", [contest_board(c) for c in card.contests]


def _failure_board(failures: Sequence[Failure], names: dict[str, str]) -> Board:
    rows = [
        [one.statement_id, names[one.people], names[one.model], percent(one.p_gold), one.excerpt]
        for one in failures
    ]
    head = ["意見", "人の判断", "モデル", "人の判断に与えた確率", "本文の初め（個人情報は伏せてある）"]
    return "自信をもって誤った10件（交差検証）", head, rows


def _table(board: Board, level: str) -> list[str]:
    title, head, rows = board
    cells = [[cell.replace("|", "｜") for cell in row] for row in rows]
    return [
        *(f"{level} {title}", "", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)),
        *("| " + " | ".join(row) + " |" for row in cells),
        "",
    ]


def _english(card: Card) -> list[str]:
    """What a reader without Japanese needs: what it is for, what it was measured on, where it fails."""
    rows = [_english_row(_ENGLISH[key], card.metrics[key]) for key in _ENGLISH if key in card.metrics]
    labels = card.metrics["leave_candidates_out"]["labels"]
    by_label = [
        [code, *(percent(found[key]) for key in ("precision", "recall", "f1")), str(found["support"])]
        for code, found in labels.items()
    ]
    bound = card.certificate
    groups = (("exclusions", bound.excluded), ("shared statements", bound.shared))
    certified = " and ".join(name for name, own in groups if own.threshold is not None)
    basis = f"a random stream of {card.n_stream} labels" if card.n_stream else "cross-fitting (provisional)"
    return [
        "## Model card (English)",
        "",
        "Sorts statements of municipalities along the codebook in taxonomy.toml. It proposes; it decides",
        "alone only where the certificate allows, never for texts from outside such inquiries.",
        f"Trained on {card.data['文']} statements, {card.data['候補']} candidates",
        f"(labels {card.snapshot_id[:16]}); parent {card.parent or 'none'}, seed {card.seed},",
        f"encoder `{card.encoder_id}`.",
        "",
        f"Certificate: {certified or 'nothing'} may be accepted automatically, so that at most "
        f"{bound.max_wrong:.0%} of it is wrong and at most {bound.max_wrongly_excluded:.0%} of automatic "
        f"exclusions should have been shared, each with {bound.confidence:.0%} confidence; from {basis}.",
        "",
        *_table(("Figures with 95 % intervals", _HEAD, rows), "###"),
        *_table(("By label", ["label", "precision", "recall", "F1", "support"], by_label), "###"),
    ]


_HEAD = [
    "measured on",
    "n",
    "accuracy",
    "macro-F1",
    "shared but excluded",
    "coverage",
    "automatic",
    "wrong of these",
]


def _english_row(title: str, metrics: dict[str, Any]) -> list[str]:
    def interval(key: str) -> str:
        found = metrics[key]
        return f"{percent(found['value'])} [{percent(found['low'])}, {percent(found['high'])}]"

    return [
        title,
        str(metrics["n"]),
        *(interval(key) for key in ("accuracy", "macro_f1", "false_exclusion")),
        percent(metrics["coverage"]["accuracy"]),
        percent(metrics["automatic"]["share"]),
        percent(metrics["automatic"]["wrong"]),
    ]
