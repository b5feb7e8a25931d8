"""Registers: sheets that account for rows rather than argue about them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.edges.outputs.material import JAPAN, Material
from pipeline.edges.outputs.words import cut, records
from pipeline.edges.outputs.workbook.layout import FIRST_ROW, Column, Page, Value
from pipeline.edges.trail import KINDS, READINGS, VIA
from pipeline.reviews import Event
from pipeline.taxonomy import Label, Taxonomy, Term

LEGEND = "凡例"
_RECEIVED = 4
"""Place of 受付日 in 受付記録; the column is left out where no form has such days."""
_REJECTED = {"no_opinion": "意見なしの回答", "repeated": "ほかのシートと重複"}
_FURNITURE = {"example": "記入例", "total": "合計行", "note": "様式の注記"}


def themes(material: Material) -> Page:
    """テーマ別: what is spoken of, and by how many municipalities."""
    columns = (
        Column("候補", 20, "wrap", is_group=True),
        Column("テーマ", 24, "wrap"),
        Column("代表の意見から（原文のまま）", 64, "wrap"),
        Column("団体数", 8, "number"),
        Column("論点数", 8, "number"),
        Column("うち確認待ち", 9, "number"),
        Column("前回照会", 36, "wrap"),
        Column("テーマID", 20),
    )
    order = material.candidate_ids
    found = sorted(records(material.themes), key=lambda r: order.index(r.candidate_id))
    rows = [
        (
            material.candidate_name(r.candidate_id),
            r.cluster_name,
            r.sentence,
            r.n_municipalities,
            r.n_statements,
            r.n_pending,
            material.past.get(r.cluster_id, ""),
            r.cluster_id,
        )
        for r in found
    ]
    note = "候補ごとに団体数の多い順。団体数は、同じ団体が何件出しても1と数えます。"
    return Page("テーマ別", "テーマ別の集計", note, columns, rows, n_frozen=2, n_printed=7)


def intake(material: Material) -> Page:
    """受付記録: every row of every file, and what became of it."""
    columns: tuple[Column, ...] = (
        Column("ファイル", 18, "wrap"),
        Column("シート", 12, "wrap"),
        Column("行", 6, "number"),
        Column("番号", 8),
        Column("受付日", 11),
        Column("扱い", 14, "wrap", (("意見として受付", "settled"), ("受付できない行", "open"))),
        Column("団体", 14, "wrap"),
        Column("候補", 18, "wrap"),
        Column("論点数", 7, "number"),
        Column("取扱い", 16, "wrap"),
        Column("内容・理由", 42, "wrap"),
    )
    rows = [*_accepted(material), *_rejected(material), *_furniture(material)]
    order = {name: i for i, name in enumerate(material.result.info.files)}
    sheets = {key: i for i, key in enumerate(dict.fromkeys((row[0], row[1]) for row in rows))}
    rows.sort(key=lambda row: (order.get(str(row[0]), len(order)), sheets[row[0], row[1]], row[2]))
    counts = material.summary["counts"]
    if not any(row[_RECEIVED] for row in rows):
        columns = (*columns[:_RECEIVED], *columns[_RECEIVED + 1 :])
        rows = [(*row[:_RECEIVED], *row[_RECEIVED + 1 :]) for row in rows]
    note = (
        f"届いた行 {counts['rows_in']} ＝ 意見 {counts['opinions']}"
        f" ＋ 意見として扱わない行 {counts['rejected']}。"
        f"このほかに様式の行（記入例・合計など）{counts['furniture']}。"
    )
    return Page("受付記録", "受付記録", note, columns, rows, n_frozen=4)


def _accepted(material: Material) -> list[tuple[Value, ...]]:
    keys = material.result.statements["opinion_key"].to_numpy()
    parts = dict(iter(material.rows.groupby(keys, sort=False)))
    nothing = material.rows.iloc[:0]
    return [
        (
            r.file,
            r.sheet,
            r.row,
            r.opinion_id,
            r.received_on,
            "意見として受付",
            r.organization,
            material.candidate_name(r.candidate_id) if r.candidate_id else r.candidate,
            len(parts.get(r.opinion_key, nothing)),
            "、".join(dict.fromkeys(map(material.say, parts.get(r.opinion_key, nothing)["disposition"]))),
            cut(" ／ ".join(parts.get(r.opinion_key, nothing)["text"])),
        )
        for r in records(material.result.intake.opinions)
    ]


def _rejected(material: Material) -> list[tuple[Value, ...]]:
    return [
        (
            r.file,
            r.sheet,
            r.row,
            r.opinion_id,
            "",
            _REJECTED.get(r.reason, "受付できない行"),
            "",
            "",
            0,
            "",
            r.message or material.say(r.reason),
        )
        for r in records(material.result.intake.rejected)
    ]


def _furniture(material: Material) -> list[tuple[Value, ...]]:
    return [
        (r.file, r.sheet, r.row, "", "", f"様式の行（{_FURNITURE[r.kind]}）", "", "", 0, "", cut(r.text))
        for r in records(material.result.intake.furniture)
    ]


def history(material: Material, events: Sequence[Event]) -> Page:
    """判断履歴: who decided what, when, and what it was before."""
    columns = (
        Column("日時（日本時間）", 18),
        Column("番号", 8),
        Column("何を", 12),
        Column("前", 20, "wrap"),
        Column("後", 24, "wrap"),
        Column("読み", 8),
        Column("判断した人", 14, "wrap"),
        Column("手段", 9),
        Column("理由", 34, "wrap"),
        Column("論点ID", 20),
    )
    numbers = dict(zip(material.rows["statement_id"], material.rows["opinion_id"], strict=True))
    rows = [
        (
            event.at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M"),
            numbers.get(event.statement_id, ""),
            KINDS[event.kind],
            material.say(event.old),
            material.say(event.value),
            READINGS[event.reading],
            event.reviewer,
            VIA[event.via],
            event.reason,
            event.statement_id,
        )
        for event in events
    ]
    note = "人の判断を、記録された順に示します。取り消した判断も残ります。"
    return Page("判断履歴", "判断履歴", note, columns, rows, n_printed=9)


def legend(material: Material) -> Page:
    """凡例: what the words of this workbook mean; the drop-downs take their lists from here."""
    taxonomy = material.result.taxonomy
    columns = (
        Column("名称", 24, "wrap"),
        Column("種類", 18),
        Column("意味", 90, "wrap"),
        Column("コード", 22),
    )
    rows: list[tuple[Value, ...]] = [
        (term.name, kind, term.definition, term.code)
        for kind, terms in _kinds_of_words(taxonomy).values()
        for term in terms
    ]
    note = f"判断基準書 第{taxonomy.version}版。{taxonomy.source}"
    return Page(LEGEND, "凡例", note, columns, rows)


def choices(material: Material, words: str) -> str:
    """Where 凡例 holds the names of ``labels``, ``coverage`` or ``dispositions``, for a drop-down."""
    first = FIRST_ROW
    for name, (_, terms) in _kinds_of_words(material.result.taxonomy).items():
        if name == words:
            return f"={LEGEND}!$A${first}:$A${first + len(terms) - 1}"
        first += len(terms)
    raise KeyError(words)


def _kinds_of_words(taxonomy: Taxonomy) -> dict[str, tuple[str, Sequence[Label | Term]]]:
    """What kinds of words there are, in the order of 凡例."""
    labels = sorted(taxonomy.labels, key=lambda label: -label.precedence)
    return {
        "labels": ("区分（Q1）", labels),
        "coverage": ("方針案との突合（Q2・Q3）", taxonomy.coverage),
        "dispositions": ("取扱い", taxonomy.dispositions),
        "outcomes": ("結果", taxonomy.outcomes),
        "review_reasons": ("確認の理由", taxonomy.review_reasons),
    }
