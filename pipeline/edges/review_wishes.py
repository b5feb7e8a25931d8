"""Review wishes: what one filled row asks for that is not so already."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.edges.asked import (
    apart_drafts,
    checked_answer,
    merge_value,
    personal_value,
    split_places,
    split_value,
)
from pipeline.edges.board import Board
from pipeline.edges.review_columns import COVERAGE, STAND_ALONE
from pipeline.edges.review_reading import FilledRow
from pipeline.edges.said import Draft, answer_drafts
from pipeline.edges.store.accounts import Account
from pipeline.errors import ReviewError
from pipeline.reviews import Answer, Reading, Review
from pipeline.steps.split_review import sentence_starts

_BETWEEN = re.compile("[、,，;；\n]")


@dataclass(frozen=True)
class Wish:
    """What one row asks for."""

    reading: Reading | None
    """Which reading it would be; None where it is not this person's turn."""
    drafts: tuple[Draft, ...]
    """What has to be written; empty where all of it is stored already."""
    is_blank: bool
    """Nothing was filled in."""


def wished(board: Board, row: FilledRow, account: Account) -> Wish:
    """Read one row; what the store holds already is not asked for again, so that importing twice is harmless.

    Raises:
        ReviewError: Something in the row is not on the lists, contradicts itself or names what is not there.
    """
    one, review = row.statement_id, board.review(row.statement_id)
    if one not in board.facts:
        return _of_a_whole(board, row)
    shaping = any((row.apart, row.into, row.cuts, row.personal))
    if not row.label and (row.coverage or row.secondary or row.contrary or (row.comment and not shaping)):
        raise ReviewError("区分が空です。区分を選んでください。")
    if row.cuts and row.label:
        raise ReviewError("分ける意見には区分を書きません。取り込んだ後、分けた意見ごとに判断してください。")
    reading = board.turn(account, one)
    drafts = [*_answer(board, row, account.name, reading), *_shaped(board, row, reading or "first")]
    said = {event.value for event in review.comments if event.reviewer == account.name}
    if row.comment and row.comment not in said:
        drafts.append(Draft(one, "comment", row.comment, reading or "first"))
    return Wish(reading, tuple(drafts), not row.label and not shaping)


def _of_a_whole(board: Board, row: FilledRow) -> Wish:
    """A row about a statement that was split since: only the same split again says nothing new."""
    pieces = [fact for one, fact in board.facts.items() if one.startswith(f"{row.statement_id}~")]
    starts = sentence_starts("".join(fact.shown for fact in pieces))
    numbers = {str(n) for n, at in enumerate(starts, 2) if at in board.review(row.statement_id).cuts}
    if row.label or row.into or row.apart or set(_parts(row.cuts)) != numbers:
        raise ReviewError("この意見は分割されています。書き出し直して、分けた意見ごとに判断してください。")
    return Wish(None, (), False)


def _answer(board: Board, row: FilledRow, reviewer: str, reading: Reading | None) -> list[Draft]:
    if not row.label:
        return []
    said = checked_answer(board, row.statement_id, _codes(board, row))
    review = board.review(row.statement_id)
    own = _own_answer(review, reviewer)
    is_asked = review.is_asked_again and row.number == str(review.number)
    if own and _as_said(own) == said and not is_asked:
        return []
    held = _answers(review).get(reading or "first")
    return answer_drafts(row.statement_id, reading or "first", said, held)


def _codes(board: Board, row: FilledRow) -> dict[str, str]:
    """What the row says in Japanese, as codes; a blank 副区分 or 段落 says that there is none."""
    taxonomy = board.result.taxonomy
    labels = {taxonomy.names[code]: code for code in taxonomy.label_ids}
    covers = {taxonomy.names[code]: code for code in COVERAGE}
    for name in (row.label, *_parts(row.secondary)):
        if name not in labels:
            raise ReviewError(f"区分「{name}」は判断基準書にありません。一覧から選んでください。")
    if row.coverage and row.coverage not in covers:
        raise ReviewError(f"突合「{row.coverage}」は選択肢にありません。一覧から選んでください。")
    return {
        "label": labels[row.label],
        "secondary": ";".join(labels[name] for name in _parts(row.secondary)),
        "coverage": covers.get(row.coverage, ""),
        "contrary": "yes" if row.contrary == "はい" else "",
        "passages": ";".join(_parts(row.passages)),
    }


def _shaped(board: Board, row: FilledRow, reading: Reading) -> list[Draft]:
    """Splitting, merging, near-duplicates to be read apart, and personal data, as far as they are not so."""
    one, review = row.statement_id, board.review(row.statement_id)
    drafts = []
    if row.cuts:
        drafts.append(Draft(one, "split", split_value(board, one, _cuts(board, row)), reading))
    if row.into:
        into = "" if row.into == STAND_ALONE else row.into
        if review.merged_into != into:
            drafts.append(Draft(one, "merge", merge_value(board, one, into), reading))
    marks = [personal_value(board, one, words) for words in row.personal.splitlines() if words.strip()]
    drafts += [Draft(one, "personal", mark, reading) for mark in marks if mark not in review.personal]
    others = [other for other in _parts(row.apart) if board.merged.get(other) != ""]
    return drafts + apart_drafts(board, one, others)


def _cuts(board: Board, row: FilledRow) -> list[int]:
    """Offsets of the sentences named by number; the first sentence is number 1 and begins nothing new."""
    places = {str(n): at for n, (at, _) in enumerate(split_places(board, row.statement_id), 2)}
    wanted = _parts(row.cuts)
    for number in wanted:
        if number not in places:
            raise ReviewError(f"分割「{number}」は、文の番号ではありません。左の欄の番号を書いてください。")
    return [places[number] for number in wanted]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(cell) if part.strip()]


def _answers(review: Review) -> Mapping[str, Answer | None]:
    return {"first": review.first, "second": review.second, "adjudication": review.adjudication}


def _own_answer(review: Review, reviewer: str) -> Answer | None:
    for answer in (review.adjudication, review.second, review.first):
        if answer and answer.reviewer == reviewer:
            return answer
    return None


def _as_said(answer: Answer) -> dict[str, str]:
    return {
        "label": answer.label,
        "secondary": ";".join(answer.secondary),
        "coverage": answer.coverage,
        "contrary": "yes" if answer.contrary else "",
        "passages": ";".join(answer.passages),
    }
