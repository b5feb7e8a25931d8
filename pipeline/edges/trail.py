"""Trail: the log of reviews as a table for the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.edges.board import Board

TRAIL_COLUMNS = (
    "日時",
    "照会",
    "番号",
    "意見ID",
    "誰が",
    "読み",
    "何を",
    "前",
    "後",
    "理由",
    "経路",
    "秒",
    "モデル",
    "判断基準書の版",
    "無作為抽出",
    "本文の照合値",
)
KINDS = {
    "label": "区分",
    "secondary": "副区分",
    "coverage": "突合",
    "contrary": "反対の結論",
    "passages": "段落",
    "comment": "コメント",
    "personal": "個人情報",
    "split": "分割",
    "merge": "統合",
    "skip": "スキップ",
    "recheck": "ラベルの点検",
    "undo": "取り消し",
}
READINGS = {"first": "一次", "second": "二次", "adjudication": "裁定"}
VIA = {"web": "画面", "excel": "Excel", "cli": "コマンド"}
STATES = {
    "open": "未着手",
    "once": "一次済",
    "twice": "二次済",
    "disagree": "不一致",
    "adjudicated": "裁定済",
}
_COMMANDS = ("=", "+", "-", "@", "\t", "\r")


def trail_rows(board: Board) -> Iterator[tuple[str | float | int, ...]]:
    """One row per event, oldest first, codes as their Japanese names."""
    names = board.result.taxonomy.names
    log = sorted(
        (event for events in board.logs.values() for event in events),
        key=lambda event: (event.at, event.statement_id, event.number),
    )
    for event in log:
        fact = board.facts.get(event.statement_id)
        yield (
            event.at.isoformat(timespec="seconds"),
            board.result.info.window,
            _safe(fact.opinion_id if fact else "（分割前）"),
            event.statement_id,
            _safe(event.reviewer),
            READINGS[event.reading],
            KINDS[event.kind],
            _safe(in_words(event.old, names)),
            _safe(in_words(event.value, names)),
            _safe(event.reason),
            VIA[event.via],
            round(event.seconds, 1),
            event.model_id,
            event.taxonomy_version,
            "はい" if event.is_random else "",
            event.text_hash,
        )


def in_words(value: str, names: Mapping[str, str]) -> str:
    """The value of an event or draft as people read it.

    >>> in_words("abstract;resolved", {"abstract": "抽象的なもの", "resolved": "解決済"}), in_words("yes", {})
    ('抽象的なもの、解決済', 'はい')
    """
    return "、".join({"yes": "はい"}.get(part) or names.get(part, part) for part in value.split(";"))


def _safe(text: str) -> str:
    """A spreadsheet must not take somebody's words for a formula when it opens the CSV.

    >>> _safe("=1+1"), _safe("利用料")
    ("'=1+1", '利用料')
    """
    return f"'{text}" if text.startswith(_COMMANDS) else text
