"""Review import: which rows of a returned workbook can be applied, and why the others cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.edges.board import Board
from pipeline.edges.desk import Desk
from pipeline.edges.review_reading import Filled, FilledRow
from pipeline.edges.review_wishes import wished
from pipeline.edges.review_workbook import SHEET
from pipeline.edges.said import Draft, Stamp
from pipeline.edges.store.accounts import Account
from pipeline.edges.trail import KINDS, in_words
from pipeline.errors import Problem, ReviewError


@dataclass(frozen=True)
class Planned:
    """A row that can be applied."""

    row: int
    statement_id: str
    number: int
    drafts: tuple[Draft, ...]

    def in_words(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """What would be written, as kind and value; personal data and comments are not repeated."""
        return [(KINDS[draft.kind], _value(draft, names)) for draft in self.drafts]


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


def _value(draft: Draft, names: Mapping[str, str]) -> str:
    if draft.kind in ("comment", "personal"):
        return "あり"
    if draft.kind == "split":
        return f"{len(draft.value.split(';')) + 1}つに分ける"
    if not draft.value:
        return f"{draft.statement_id} を単独に" if draft.kind == "merge" else "なし"
    return in_words(draft.value, names)


def plan_import(board: Board, filled: Filled, account: Account) -> ImportPlan:
    """Hold every row against the present state; nothing is written, nothing guessed.

    Raises:
        ReviewError: The workbook belongs to another inquiry, another person or another codebook version.
    """
    _check_workbook(board, filled, account)
    planned: list[Planned] = []
    refused: list[Problem] = []
    counts = {"unchanged": 0, "blank": 0}
    seen: set[str] = set()
    for row in filled.rows:
        try:
            if row.statement_id in seen:
                raise ReviewError(f"意見ID「{row.statement_id}」の行が二つあります。先の行だけを使います。")
            seen.add(row.statement_id)
            made = _plan_row(board, row, account)
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
        seen = {planned.statement_id: planned.number for planned in plan.apply}
        desk.submit(drafts, replace(stamp, seen=seen))
    return len(plan.apply)


def _check_workbook(board: Board, filled: Filled, account: Account) -> None:
    if filled.window != board.result.info.window:
        raise ReviewError(f"{filled.file}: 別の照会（{filled.window}）の表です。")
    if not filled.reviewer:
        raise ReviewError(f"{filled.file}: 確認する人の名前がありません。書き出した表を使ってください。")
    if filled.reviewer != account.name:
        raise ReviewError(f"これは{filled.reviewer}さんの表です。ご本人が取り込んでください。")
    if filled.taxonomy_version != str(board.result.taxonomy.version):
        raise ReviewError(
            f"{filled.file}: 判断基準書の版が違います（表は第{filled.taxonomy_version}版、"
            f"いまは第{board.result.taxonomy.version}版）。書き出し直してください。"
        )


def _plan_row(board: Board, row: FilledRow, account: Account) -> Planned | str:
    one = row.statement_id
    if one not in board.reviews:
        raise ReviewError(f"意見ID「{one}」は、この照会にありません。")
    if row.text_hash != board.hashes[one]:
        raise ReviewError("本文が、書き出した後に差し替えられています。書き出し直して確認してください。")
    wish = wished(board, row, account)
    if wish.is_blank:
        return "blank"
    if not wish.drafts:
        return "unchanged"
    review = board.review(one)
    if row.number != str(review.number):
        now = board.result.taxonomy.names[review.decided.label] if review.decided else "未確定"
        last = [event.reviewer for event in board.logs.get(one, ())[-1:]]
        who = "自分で" if last == [account.name] else "他の方が"
        raise ReviewError(f"書き出した後に{who}更新しました（いまの判断: {now}）。画面で確かめてください。")
    if wish.reading is None:
        raise ReviewError("いまは、この方の番ではありません（一次・二次・裁定は別の方が行います）。")
    return Planned(row.row, one, review.number, wish.drafts)
