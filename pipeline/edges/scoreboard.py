"""Scoreboard: metrics as tables, for the terminal and for the model card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.settings import Settings
from pipeline.taxonomy import load_taxonomy

Board = tuple[str, list[str], list[list[str]]]
MEASURES = {
    "macro_f1": "macro-F1",
    "accuracy": "正解率",
    "false_exclusion": "共有すべきものを誤って除外した割合",
    "coverage": "方針案との突合の正解率",
}
"""Measures two models are compared by, as staff know them."""


def percent(value: float | None) -> str:
    """One decimal; a dash where there is nothing to measure.

    >>> percent(0.9126), percent(None)
    ('91.3%', '-')
    """
    return "-" if value is None else f"{value:.1%}"


def scoreboard(metrics: dict[str, Any], taxonomy_path: Path | None = None) -> Iterator[Board]:
    """Title, headings and rows of each table, in the order a reader wants them."""
    names = load_taxonomy(taxonomy_path or Settings().taxonomy_path).names
    whole = [
        [
            title,
            percent(metrics[key]["value"]),
            f"{percent(metrics[key]['low'])}〜{percent(metrics[key]['high'])}",
        ]
        for title, key in (
            ("正解率", "accuracy"),
            ("macro-F1", "macro_f1"),
            ("共有すべきものを誤って除外した割合", "false_exclusion"),
        )
    ]
    yield f"全体（{metrics['n']}件、95%区間はブートストラップ）", ["指標", "値", "95%区間"], whole
    yield (
        "区分ごと",
        ["区分", "適合率", "再現率", "F1", "件数"],
        [
            [names[label], percent(v["precision"]), percent(v["recall"]), percent(v["f1"]), str(v["support"])]
            for label, v in metrics["labels"].items()
        ],
    )
    ids = metrics["confusion"]["label_ids"]
    yield (
        "混同行列（行が人の判断）",
        ["", *(names[label] for label in ids)],
        [
            [names[label], *map(str, row)]
            for label, row in zip(ids, metrics["confusion"]["rows_gold"], strict=True)
        ],
    )
    if "secondary" in metrics:
        yield "副区分", ["指標", "値"], _beside(metrics["secondary"])
    yield "突合（共有すべきもの）", ["指標", "値"], _matching(metrics)
    yield "自動採用と確信度", ["指標", "値"], _automatic(metrics)


def contest_board(contest: dict[str, Any]) -> Board:
    """A contest of challenger and champion, as the card keeps it."""
    rows = [
        [
            MEASURES[name],
            percent(found["challenger"]),
            percent(found["champion"]),
            f"{percent(found['low'])}〜{percent(found['high'])}",
            "劣る" if name in contest["worse"] else "劣らない",
        ]
        for name, found in contest["measures"].items()
    ]
    title = (
        f"{contest['title']}（{contest['n']}件。新だけが正解 {contest['only_challenger_right']}件、"
        f"旧だけが正解 {contest['only_champion_right']}件、McNemar の p = {contest['p_value']:.3f}）"
    )
    return title, ["指標", "新しいモデル", "使用中のモデル", "差の95%区間", ""], rows


def outlook_board(outlook: dict[str, Any], names: dict[str, str]) -> Board:
    """What 100 more labels would buy, as the card keeps it."""
    rows = [
        [
            names.get(key, "macro-F1"),
            f"{found['n']:.0f}",
            percent(found["now"]),
            percent(found["later"]),
            "-"
            if found["later"] is None or found["now"] is None
            else f"+{100 * (found['later'] - found['now']):.1f}",
        ]
        for key, found in outlook.items()
    ]
    title = "ラベルをあと100件（今と同じ割合で）増やすと"
    return title, ["区分", "今の件数", "今の F1", "100件後の F1", "差（ポイント）"], rows


def _beside(secondary: dict[str, Any]) -> list[list[str]]:
    return [
        ["付けた副区分のうち人も付けたもの（適合率）", percent(secondary["precision"])],
        [
            f"人が付けた副区分（{secondary['n']}件）のうち付けられたもの（再現率）",
            percent(secondary["recall"]),
        ],
    ]


def _matching(metrics: dict[str, Any]) -> list[list[str]]:
    coverage, passages = metrics["coverage"], metrics["passages"]
    return [
        ["記載あり・方向性が反映・反映なしの正解率", percent(coverage["accuracy"])],
        ["κ（人との一致）", "-" if coverage["kappa"] is None else f"{coverage['kappa']:.2f}"],
        *([f"正解の段落が上位{k}件にある", percent(passages[f"hit_{k}"])] for k in (1, 3, 5)),
    ]


def _automatic(metrics: dict[str, Any]) -> list[list[str]]:
    auto = metrics["automatic"]
    half = next((p["risk"] for p in metrics["risk_coverage"] if p["coverage"] == 0.5), None)
    return [
        ["現在の保証で自動採用される割合", percent(auto["share"])],
        ["うち区分の誤り", percent(auto["wrong"])],
        ["自動除外のうち共有すべきだったもの", percent(auto["wrongly_excluded"])],
        ["共有すべきもののうち自動で除外されたもの", percent(auto["shared_lost"])],
        ["確信度の高い半分での誤り", percent(half)],
        ["較正誤差（ECE）", percent(metrics["calibration_error"])],
    ]
