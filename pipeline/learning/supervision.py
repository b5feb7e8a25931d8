"""Which item of the candidate file decided a label: read from the labeller's note, at training time only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.candidates import Candidate, LedgerItem
from pipeline.text import normalize

_NUMBER = re.compile(r"(?:問|No\.?|№)\s*(\d+)")
_SESSION = re.compile(r"第(\d)回")
_NAMED_OUTSIDE = re.compile("対象外|明示|scope|台帳")
_INSTITUTION = re.compile("制度そのもの|制度の(見直|拡|是非)|一般")
_CHAPTER = re.compile(r"(\d+)\((\d+)\)")
_ENOUGH = 3.0


@dataclass(frozen=True)
class Gold:
    """One statement as people labelled it."""

    statement_id: str
    candidate_id: str
    text: str
    label: str
    secondary: tuple[str, ...] = ()
    coverage: str = ""
    contrary: bool = False
    passages: tuple[str, ...] = ()
    theme: str = ""
    note: str = ""


def deciding_items(gold: Gold, candidate: Candidate) -> frozenset[str]:
    """References of the items that decided the label; empty where the opinion alone decides.

    Args:
        gold: A labelled statement; without a note the closest item of the right kind is taken.
        candidate: Its candidate file.

    Example:
        >>> said = [{"topic": "端末", "answer": "専用端末は不要。", "where": "第1回説明会Q&A 問4"},
        ...         {"topic": "手数料", "answer": "団体が設定。", "where": "第1回説明会Q&A 問9"}]
        >>> c = Candidate(candidate_id="X", name="x", answered=said)
        >>> sorted(deciding_items(Gold("s", "X", "端末を買わせないでほしい", "resolved", note="Q&A問4"), c))
        ['answered:0']
    """
    if gold.label == "share":
        return frozenset(gold.passages)
    if gold.label == "resolved":
        return _only(_by_number(gold, candidate) or _closest(gold, candidate, ("answered", "measures"), 0))
    if gold.label == "alternative_method":
        return _only(_closest(gold, candidate, ("alternative_parts",), 0))
    if gold.label == "out_of_scope":
        named = _NAMED_OUTSIDE.search(gold.note) and not _INSTITUTION.search(gold.note)
        return _only(_closest(gold, candidate, ("scope_out",), 0 if named else _ENOUGH))
    if gold.label == "unclear_basis":
        return frozenset(_misread(gold.note, candidate))
    return frozenset()


def _only(ref: str) -> frozenset[str]:
    return frozenset([ref]) if ref else frozenset()


def _by_number(gold: Gold, candidate: Candidate) -> str:
    """The answered topic whose number (第1回…問4) the note names, if it names exactly one."""
    numbers, sessions = _NUMBER.findall(gold.note), _SESSION.findall(gold.note)
    if len(numbers) != 1:
        return ""
    hits = []
    for i, answer in enumerate(candidate.answered):
        where = normalize(answer.where)
        numbered = re.search(r"(?:問|No\.?|№)\s*" + numbers[0] + r"(?!\d)", where)
        if numbered and (not sessions or f"第{sessions[0]}回" in where):
            hits.append(f"answered:{i}")
    return hits[0] if len(hits) == 1 else ""


def _closest(gold: Gold, candidate: Candidate, sections: Sequence[str], enough: float) -> str:
    """The item sharing the most rare character pairs with the note (twice) and the text."""
    items = [
        (item.ref, _pairs(_long(item, candidate))) for item in candidate.items if item.section in sections
    ]
    if not items:
        return ""
    seen = Counter(pair for _, found in items for pair in found)
    note, text = _pairs(gold.note), _pairs(gold.text)
    scored = []
    for ref, found in items:
        weight = sum(1 / seen[pair] for pair in found) ** 0.5
        shared = 2 * sum(1 / seen[p] for p in found & note) + sum(1 / seen[p] for p in found & text)
        scored.append((shared / max(weight, 1e-9), ref))
    score, ref = max(scored)
    return ref if score >= enough else ""


def _long(item: LedgerItem, candidate: Candidate) -> str:
    """The item with where or when it was said, which notes like to quote."""
    index = item.ref.split(":")[-1]
    if item.section == "answered":
        return f"{item.text} {candidate.answered[int(index)].where}"
    if item.section == "measures":
        return f"{item.text} {candidate.measures[int(index)].date}"
    return item.text


def _misread(note: str, candidate: Candidate) -> list[str]:
    """Passages a note says were misread, by id or by chapter number."""
    known = {passage.passage_id for passage in candidate.draft}
    named = [ref for ref in re.findall(r"p\d\d", note) if ref in known]
    chapter = _CHAPTER.search(note)
    if named or chapter is None:
        return named
    wanted = re.compile(rf"{chapter[1]}\s*\({chapter[2]}\)")
    return [p.passage_id for p in candidate.draft if wanted.match(normalize(p.heading))]


def _pairs(text: str) -> set[str]:
    flat = re.sub(r"\s", "", normalize(text))
    return {flat[i : i + 2] for i in range(len(flat) - 1)}
