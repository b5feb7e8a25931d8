"""Finalizing: an inquiry after review, written as its final outputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.edges.board import Board
from pipeline.edges.desk import Desk
from pipeline.edges.outputs import write_outputs
from pipeline.results import Result
from pipeline.reviews import hide
from pipeline.steps.themes import repeated


@dataclass(frozen=True, eq=False)
class Finalized:
    """What finalizing came to."""

    candidates: pd.DataFrame
    """A ``CandidateResults`` table: no candidate with an open statement is called finished."""
    open_items: tuple[str, ...]
    """Where the open statements stand and what they wait for, one line each; never their text."""
    files: tuple[Path, ...]


def finalize_window(desk: Desk, out: Path) -> Finalized:
    """Apply reviews, derive dispositions and candidate results, and write them with the decision trail.

    Raises:
        StoreError: The store holds no run of this inquiry.
        OSError: The folder cannot be written to.
    """
    board = desk.board()
    settled = board.settled
    places = board.places_in_log
    history = sorted(
        (event for log in board.logs.values() for event in log), key=lambda event: places[event.event_key]
    )
    past = repeated(desk.store.past_themes(desk.window), settled.result.clusters)
    files = write_outputs(replace(_masked(settled.result, board), past=past), out, history)
    return Finalized(settled.candidates, tuple(_open_items(board)), tuple(files))


def _masked(result: Result, board: Board) -> Result:
    """Hide what reviewers marked as personal data; the text as sent stays in the store."""
    if not board.marks:
        return result
    table = result.statements
    marks = [board.marks.get(one, ()) for one in table["statement_id"]]
    shown = [hide(text, own) for text, own in zip(table["shown"], marks, strict=True)]
    reasons = [hide(text, own, "reason") for text, own in zip(table["shown_reason"], marks, strict=True)]
    evidence = [
        ";".join(span for span in spans.split(";") if span in text)
        for spans, text in zip(result.judgement.explanations["evidence"], shown, strict=True)
    ]
    judged = replace(result.judgement, explanations=result.judgement.explanations.assign(evidence=evidence))
    return replace(result, statements=table.assign(shown=shown, shown_reason=reasons), judgement=judged)


def _open_items(board: Board) -> list[str]:
    ids = [one for joined in board.settled.candidates["pending_ids"] for one in joined.split(";") if one]
    return [f"{_where(board, one)}: {_waits_for(board, one)}" for one in ids]


def _where(board: Board, statement_id: str) -> str:
    fact = board.facts[statement_id]
    number = f"番号{fact.opinion_id} " if fact.opinion_id else ""
    return f"{number}{fact.candidate}（{fact.file}、シート「{fact.sheet}」、{fact.row}行目）"


def _waits_for(board: Board, statement_id: str) -> str:
    head = board.leaders.get(statement_id, statement_id)
    state = board.review(head).state
    if state == "open":
        return "まだ誰も確認していません"
    if state == "disagree":
        return "一次と二次が分かれ、裁定を待っています"
    if not board.is_closed(head):
        return "二次確認を待っています"
    return "方針案との突合が決まっていません"
