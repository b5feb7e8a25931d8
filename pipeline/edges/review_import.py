"""Review import: which rows of a returned workbook can be applied, and why the others cannot."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.edges.board import Board
from pipeline.edges.desk import Desk
from pipeline.edges.review_reading import Filled, FilledRow
from pipeline.edges.review_workbook import COVERAGE, SHEET
from pipeline.edges.said import Draft, Stamp, answer_drafts
from pipeline.errors import Problem, ReviewError
from pipeline.reviews import Answer, Reading, Review


@dataclass(frozen=True)
class Planned:
    """A row that can be applied."""

    row: int
    statement_id: str
    number: int
    label: str
    coverage: str
    drafts: tuple[Draft, ...]


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do; every row of the workbook is in exactly one of the four."""

    reviewer: str
    apply: tuple[Planned, ...]
    refused: tuple[Problem, ...]
    n_unchanged: int
    """Rows that say what is stored already."""
    n_blank: int
    """Rows without an answer."""


def plan_import(board: Board, filled: Filled, can_adjudicate: bool = False) -> ImportPlan:
    """Hold every row against the present state; nothing is written, nothing guessed.

    Raises:
        ReviewError: The workbook belongs to another inquiry, to nobody, or to another codebook version.
    """
    _check_workbook(board, filled)
    planned: list[Planned] = []
    refused: list[Problem] = []
    counts = {"unchanged": 0, "blank": 0}
    seen: set[str] = set()
    for row in filled.rows:
        try:
            made = _plan_row(board, row, filled.reviewer, can_adjudicate, seen)
        except ReviewError as error:
            refused.append(Problem(filled.file, SHEET, row.row, "not_applied", str(error)))
            continue
        if isinstance(made, str):
            counts[made] += 1
        else:
            planned.append(made)
    return ImportPlan(filled.reviewer, tuple(planned), tuple(refused), counts["unchanged"], counts["blank"])


def apply_import(desk: Desk, plan: ImportPlan, stamp: Stamp) -> int:
    """Apply a plan, all rows in one batch, so that one undo takes it back.

    Returns:
        How many rows were applied.

    Raises:
        ConflictError: Somebody changed one of the statements since the plan was made; make a new one.
    """
    drafts = [draft for planned in plan.apply for draft in planned.drafts]
    if drafts:
        desk.submit(drafts, stamp)
    return len(plan.apply)


def _check_workbook(board: Board, filled: Filled) -> None:
    if filled.window != board.result.info.window:
        raise ReviewError(f"{filled.file}: 別の照会（{filled.window}）の表です。")
    if not filled.reviewer:
        raise ReviewError(f"{filled.file}: 確認する人の名前がありません。書き出した表を使ってください。")
    if filled.taxonomy_version != str(board.result.taxonomy.version):
        raise ReviewError(
            f"{filled.file}: 判断基準書の版が違います（表は第{filled.taxonomy_version}版、"
            f"いまは第{board.result.taxonomy.version}版）。書き出し直してください。"
        )


def _plan_row(
    board: Board, row: FilledRow, reviewer: str, can_adjudicate: bool, seen: set[str]
) -> Planned | str:
    one = row.statement_id
    if one not in board.facts:
        raise ReviewError(f"意見ID「{one}」は、この照会にありません。")
    if one in seen:
        raise ReviewError(f"意見ID「{one}」の行が二つあります。先の行だけを使います。")
    seen.add(one)
    if row.text_hash != board.hashes[one]:
        raise ReviewError("本文が、書き出した後に差し替えられています。書き出し直して確認してください。")
    if not row.label:
        if row.coverage or row.comment or row.contrary:
            raise ReviewError("区分が空です。区分を選んでください。")
        return "blank"
    said = _said(board, row)
    review = board.review(one)
    reading = board.reading_for(one, reviewer, can_adjudicate)
    own = _own_answer(review, reviewer)
    new_comment = row.comment and row.comment not in [
        c.value for c in review.comments if c.reviewer == reviewer
    ]
    if own and _same(own, said) and not new_comment:
        return "unchanged"
    if row.number != str(review.number):
        now = board.result.taxonomy.names[review.decided.label] if review.decided else "未確定"
        raise ReviewError(f"他の方が更新しました（いまの判断: {now}）。画面で両方を確かめてください。")
    if reading is None:
        raise ReviewError("いまは、この方の番ではありません（一次・二次・裁定は別の方が行います）。")
    drafts = answer_drafts(one, reading, said, _held(review, reading))
    if new_comment:
        drafts.append(Draft(one, "comment", row.comment, reading))
    return Planned(row.row, one, review.number, said["label"], said["coverage"], tuple(drafts))


def _said(board: Board, row: FilledRow) -> dict[str, str]:
    taxonomy, fact = board.result.taxonomy, board.facts[row.statement_id]
    labels = {taxonomy.names[code]: code for code in taxonomy.label_ids}
    covers = {taxonomy.names[code]: code for code in COVERAGE}
    if row.label not in labels:
        raise ReviewError(f"区分「{row.label}」は判断基準書にありません。一覧から選んでください。")
    if row.coverage and row.coverage not in covers:
        raise ReviewError(f"突合「{row.coverage}」は選択肢にありません。一覧から選んでください。")
    label, coverage = labels[row.label], covers.get(row.coverage, "")
    if label == "share" and not coverage:
        raise ReviewError(
            "共有すべきものには、突合（記載あり・方向性が反映・反映なし・判定不能）も選んでください。"
        )
    candidate = board.result.candidates.get(fact.candidate_id)
    known = {passage.passage_id for passage in candidate.draft} if candidate else set()
    passages = [part for part in row.passages.replace("、", ";").replace(",", ";").split(";") if part.strip()]
    for passage in passages:
        if label == "share" and passage.strip() not in known:
            raise ReviewError(f"段落「{passage}」は方針案にありません。")
    shared = label == "share"
    return {
        "label": label,
        "secondary": "",
        "coverage": coverage if shared else "",
        "contrary": "yes" if shared and row.contrary == "はい" else "",
        "passages": ";".join(part.strip() for part in passages) if shared else "",
    }


def _own_answer(review: Review, reviewer: str) -> Answer | None:
    for answer in (review.adjudication, review.second, review.first):
        if answer and answer.reviewer == reviewer:
            return answer
    return None


def _held(review: Review, reading: Reading) -> Answer | None:
    return {"first": review.first, "second": review.second, "adjudication": review.adjudication}[reading]


def _same(answer: Answer, said: dict[str, str]) -> bool:
    return (answer.label, answer.coverage, answer.contrary, ";".join(answer.passages)) == (
        said["label"],
        said["coverage"],
        said["contrary"] == "yes",
        said["passages"],
    )
