"""Sheets: what each table of the workbook shows, in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.words import passages, path, records, references, sender
from pipeline.edges.outputs.workbook.layout import Column, Page
from pipeline.edges.outputs.workbook.registers import choices

_ENDS = (
    ("修正を求める協議", "strong"),
    ("未了", "open"),
    ("除外", "faint"),
    ("対応済み", "settled"),
    ("修正意見なし", "settled"),
)

_OPINIONS = (
    Column("番号", 6),
    Column("候補", 14, "wrap", is_group=True),
    Column("テーマ", 14, "wrap"),
    Column("取扱い", 10, "wrap", _ENDS),
    Column("区分", 11, "wrap"),
    Column("意見", 48, "wrap"),
    Column("理由", 30, "wrap"),
    Column("団体", 12, "wrap"),
    Column("方針案との突合", 10, "wrap"),
    Column("判断の手がかり（原文のまま）", 40, "wrap"),
    Column("団体区分", 10),
    Column("該当箇所", 12, "wrap"),
    Column("副区分", 14, "wrap"),
    Column("結果", 9),
    Column("確信度", 8, "share"),
    Column("関係する段落", 13),
    Column("同旨の元", 14),
    Column("出所", 24, "wrap"),
    Column("ファイル", 18),
    Column("シート", 10),
    Column("行", 6, "number"),
    Column("論点ID", 20),
)


def opinions(material: Material) -> Page:
    """意見一覧: every statement, by candidate and theme."""
    say = material.say
    rows = [
        (
            r.opinion_id,
            material.candidate_name(r.candidate_id),
            r.cluster_name,
            say(r.disposition),
            say(r.label),
            r.text,
            r.reason,
            sender(r),
            say(r.coverage),
            r.evidence,
            r.organization_type,
            r.section,
            say(r.secondary),
            say(r.outcome),
            r.probability,
            r.passages,
            r.duplicate_of,
            say(r.source),
            r.file,
            r.sheet,
            r.row,
            r.statement_id,
        )
        for r in records(material.by_theme)
    ]
    note = (
        "候補、テーマの順。取扱いが「未了」の区分は見込みです。団体より右の列は印刷しません。"
        "取扱い・区分・突合は一覧から選び直せますが、ここで直しても取り込まれません。"
        "取り込むときは確認画面か ikenwake reviews export の様式に記入してください。"
    )
    columns = _with_choices(material, _OPINIONS, _DECIDED)
    return Page("意見一覧", "意見一覧", note, columns, rows, n_frozen=1, n_printed=8)


_DECIDED = {"取扱い": "dispositions", "区分": "labels", "方針案との突合": "coverage"}
"""Columns of 意見一覧 that a person may decide, and the words to choose from."""
_ANSWER = "判断（控え）"
_TO_REVIEW = (
    Column("順", 5, "number"),
    Column("番号", 6),
    Column("候補", 14, "wrap"),
    Column("意見", 46, "wrap"),
    Column("理由", 28, "wrap"),
    Column("見込みの区分", 11, "wrap"),
    Column("確認の理由", 12, "wrap"),
    Column(_ANSWER, 14, "blank"),
    Column("メモ", 14, "blank"),
    Column("判断の手がかり（原文のまま）", 40, "wrap"),
    Column("突合の見込みと段落", 70, "wrap"),
    Column("確信度", 8, "share"),
    Column("論点ID", 20),
)


def to_review(material: Material) -> Page:
    """要確認: what waits for a person, worst first."""
    rows = [
        (
            place,
            r.opinion_id,
            material.candidate_name(r.candidate_id),
            r.text,
            r.reason,
            material.say(r.label),
            material.say(r.review_reasons),
            "",
            "",
            r.evidence,
            _compared(material, r),
            r.probability,
            r.statement_id,
        )
        for place, r in enumerate(records(material.to_review), start=1)
    ]
    note = (
        "上から順に確認してください。判定不能、誤って除外するおそれ、修正を求める可能性の順で、同旨は続けて並びます。"
        "右の控えは会議用です。取り込むときは確認画面か ikenwake reviews export の様式に記入してください。"
    )
    columns = _with_choices(material, _TO_REVIEW, {_ANSWER: "labels"})
    return Page("要確認", "人の確認を待つ論点", note, columns, rows, n_frozen=2, n_printed=9)


def requests(material: Material) -> Page:
    """修正協議案: what would be put to the ministry, theme by theme."""
    columns = (
        Column("候補", 14, "wrap", is_group=True),
        Column("テーマ", 14, "wrap"),
        Column("求め（代表の意見から原文のまま）", 38, "wrap"),
        Column("団体数", 7, "number"),
        Column("論点数", 7, "number"),
        Column("うち確認待ち", 8, "number"),
        Column("比べた方針案の段落", 46, "wrap"),
        Column("修正案の文言（記入欄）", 26, "blank"),
        Column("代表の番号", 8),
        Column("全ての番号", 40, "wrap"),
    )
    numbers = dict(zip(material.rows["statement_id"], material.rows["opinion_id"], strict=True))
    found = sorted(records(material.requests), key=lambda r: material.candidate_ids.index(r.candidate_id))
    rows = [
        (
            material.candidate_name(r.candidate_id),
            r.cluster_name,
            r.sentence,
            r.n_municipalities,
            r.n_statements,
            r.n_pending,
            passages(material, r.candidate_id, r.passages),
            "",
            numbers[r.statement_id],
            "、".join(dict.fromkeys(numbers[member] for member in r.members.split(";"))),
        )
        for r in found
    ]
    note = "候補ごとに団体数の多い順。「うち確認待ち」は見込みで、確認の結果により減ることがあります。"
    return Page("修正協議案", "修正を求める協議の案", note, columns, rows, n_frozen=2, n_printed=8)


def exclusions(material: Material) -> Page:
    """除外一覧: what is not passed on, why, and who decided."""
    columns = (
        Column("番号", 6),
        Column("候補", 14, "wrap"),
        Column("除外区分", 12, "wrap", is_group=True),
        Column("意見", 44, "wrap"),
        Column("理由", 28, "wrap"),
        Column("フローチャートの経路と照らした台帳", 32, "wrap"),
        Column("判断者", 9),
        Column("判断の手がかり（原文のまま）", 40, "wrap"),
        Column("確信度", 8, "share"),
        Column("団体", 16, "wrap"),
        Column("論点ID", 20),
    )
    chosen = material.rows[material.rows["disposition"] == "excluded"]
    order = {label: i for i, label in enumerate(material.result.taxonomy.label_ids)}
    chosen = chosen.sort_values("label", key=lambda codes: codes.map(order), kind="stable")
    why = material.result.judgement.explanations.set_index("statement_id")
    people = _deciders(material)
    rows = [
        (
            r.opinion_id,
            material.candidate_name(r.candidate_id),
            material.say(r.label),
            r.text,
            r.reason,
            _why(material, r, why.loc[r.statement_id]),
            people.get(r.statement_id, "人") if r.outcome == "human" else "自動",
            r.evidence,
            r.probability,
            sender(r),
            r.statement_id,
        )
        for r in records(chosen)
    ]
    note = "共有しないと判断した論点とその根拠です。人の確認を待つものはここに含みません。"
    return Page("除外一覧", "除外した論点", note, columns, rows, n_frozen=1, n_printed=7)


def _compared(material: Material, row: Any) -> str:
    if row.coverage == "empty":
        return ""
    head = material.say(row.coverage) + ("（反対の結論の可能性）" if row.contrary else "")
    return f"{head}\n{references(material, row.candidate_id, row.passages)}"


def _why(material: Material, row: Any, explanation: Any) -> str:
    compared = references(material, row.candidate_id, str(explanation["compared"]))
    return "\n".join(filter(None, (path(material, str(explanation["path"])), compared)))


def _deciders(material: Material) -> dict[str, str]:
    """Who gave each statement the label in force, as far as the log tells."""
    return {event.statement_id: event.reviewer for event in material.labelled}


def _with_choices(
    material: Material, columns: tuple[Column, ...], words: dict[str, str]
) -> tuple[Column, ...]:
    """The same columns, with a drop-down where ``words`` says of which words."""
    return tuple(
        replace(column, choices=choices(material, words[column.heading]))
        if column.heading in words
        else column
        for column in columns
    )
