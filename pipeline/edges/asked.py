"""Asked: what a person asks for through either door, checked and made into drafts the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.edges.board import Board
from pipeline.edges.marks import shift_marks
from pipeline.edges.said import Draft, answer_drafts
from pipeline.errors import ReviewError
from pipeline.reviews import Answer, Reading, hide
from pipeline.steps.split_review import place_in_text, sentence_starts

_FIRST_WORDS = 20
"""Characters of a piece that tell a reader where it begins."""


def checked_answer(board: Board, statement_id: str, said: Mapping[str, str]) -> dict[str, str]:
    """An answer that may be stored: known codes only, and nothing about the draft where it is an exclusion.

    Args:
        board: The present state.
        statement_id: The statement.
        said: Values by kind (``label``, ``secondary``, ``coverage``, ``contrary``, ``passages``); lists are
            joined by ``;``.

    Raises:
        ReviewError: The label or coverage is missing or unknown, or a passage is not in the draft.
    """
    taxonomy, label = board.result.taxonomy, said.get("label", "")
    if label not in taxonomy.label_ids:
        raise ReviewError("区分を選んでください。")
    also = _parts(said.get("secondary", ""))
    unknown = [code for code in also if code not in taxonomy.label_ids]
    if unknown:
        raise ReviewError(f"副区分「{unknown[0]}」は判断基準書にありません。")
    # What is shared applies to none of the others: it cannot be second to one of them.
    also = [code for code in taxonomy.label_ids if code in also and code not in (label, "share")]
    answer = {"label": label, "secondary": ";".join(also)}
    if label != "share":
        return answer | {"coverage": "", "contrary": "", "passages": ""}
    coverage = said.get("coverage", "")
    if coverage == "empty" or coverage not in {term.code for term in taxonomy.coverage}:
        raise ReviewError(
            "共有すべきものには、方針案との突合（記載あり・方向性が反映・反映なし・判定不能）も選んでください。"
        )
    passages = _parts(said.get("passages", ""))
    candidate = board.result.candidates.get(board.facts[statement_id].candidate_id)
    known = {passage.passage_id for passage in candidate.draft} if candidate else set()
    for passage in passages:
        if passage not in known:
            raise ReviewError(f"段落「{passage}」は方針案にありません。")
    return answer | {
        "coverage": coverage,
        "contrary": said.get("contrary", ""),
        "passages": ";".join(passages),
    }


def held_answer(board: Board, statement_id: str, reading: Reading) -> Answer | None:
    """What this reading said before."""
    review = board.review(statement_id)
    return {"first": review.first, "second": review.second, "adjudication": review.adjudication}[reading]


def drafts_of_answer(
    board: Board, statement_id: str, reading: Reading, said: Mapping[str, str]
) -> list[Draft]:
    """What has to be written so that this reading says ``said``.

    Raises:
        ReviewError: See ``checked_answer``.
    """
    answer = checked_answer(board, statement_id, said)
    return answer_drafts(statement_id, reading, answer, held_answer(board, statement_id, reading))


def split_places(board: Board, statement_id: str) -> tuple[tuple[int, str], ...]:
    """Where a statement may be split: each offset, and the words that would begin the next piece.

    A piece is not split again. Words somebody marked as personal data are not repeated here.
    """
    if "~" in statement_id:
        return ()
    text, marks = board.facts[statement_id].shown, board.marks.get(statement_id, ())
    return tuple(
        (at, hide(text[at : at + _FIRST_WORDS], shift_marks(marks, at, at + _FIRST_WORDS)))
        for at in sentence_starts(text)
    )


def split_value(board: Board, statement_id: str, cuts: Iterable[int]) -> str:
    """Offsets at which a statement becomes several, as a split event keeps them.

    Raises:
        ReviewError: No place where a sentence begins was chosen, or the statement is a piece itself.
    """
    fact = board.facts[statement_id]
    chosen = sorted(set(cuts) & set(sentence_starts(fact.shown)))
    if not chosen or "~" in statement_id:
        raise ReviewError(
            "分ける箇所を選んでください。分けた意見をさらに分けるには、一度取り消してから選び直します。"
        )
    text = board.result.statements["text"].iloc[fact.index]
    for cut in chosen:
        place_in_text(text, fact.shown, cut)
    return ";".join(map(str, chosen))


def merge_value(board: Board, statement_id: str, into: str) -> str:
    """The statement whose decision this one takes over; empty lets it stand alone.

    Raises:
        ReviewError: There is no such statement, it follows another one itself, or others follow this one.
    """
    if not into:
        return ""
    if into not in board.facts or into == statement_id:
        raise ReviewError(f"統合先の意見「{into}」は、この照会にありません。")
    if into in board.leaders:
        raise ReviewError(
            f"統合先の意見「{into}」は、別の意見と同じ扱いです。その意見を統合先にしてください。"
        )
    if board.behind.get(statement_id):
        raise ReviewError("この意見と同じ扱いの意見があります。先にそれらを外してください。")
    return into


def apart_drafts(board: Board, statement_id: str, others: Iterable[str]) -> list[Draft]:
    """Near-duplicates that are to be read on their own, not with the statement they follow.

    Raises:
        ReviewError: One of them does not follow this statement.
    """
    behind = board.behind.get(statement_id, ())
    for other in others:
        if other not in behind:
            raise ReviewError(f"意見「{other}」は、この意見と同じ扱いにはなっていません。")
    return [Draft(other, "merge", "", "first") for other in others]


def personal_value(board: Board, statement_id: str, words: str) -> str:
    """Where words of the statement or its reason stand, as a personal event keeps them.

    Raises:
        ReviewError: The words stand in neither.
    """
    fact, words = board.facts[statement_id], words.strip()
    for text, field in ((fact.shown, ""), (fact.shown_reason, ":reason")):
        start = text.find(words) if words else -1
        if start >= 0:
            return f"{start}:{start + len(words)}:name{field}"
    raise ReviewError("個人情報の箇所は、本文又は理由のとおりに写してください。")


def _parts(joined: str) -> list[str]:
    return [part for part in joined.split(";") if part]
