"""Words: codes, references and paths as staff read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pipeline.edges.outputs.material import Material
from pipeline.steps.digest import passages_named

_SECTIONS = {
    "scope_in": "対象",
    "scope_out": "対象外",
    "answered": "回答済み",
    "measures": "公表・実施済み",
    "alternative_parts": "共通化以外とした部分",
    "draft": "方針案",
}
_CUT = 60
"""Characters of a reference shown beside a statement; its whole text stands in the candidate file."""


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The table's rows, one after the other, columns as attributes."""
    return iter(table.itertuples(index=False))


def sender(row: Any) -> str:
    """Prefecture and organisation, the prefecture not twice."""
    if row.organization.startswith(row.prefecture):
        return str(row.organization)
    return f"{row.prefecture} {row.organization}"


def passages(material: Material, candidate_id: str, ids: str) -> str:
    """The passages named, with their texts, one below the other."""
    found = passages_named(material.result.candidates, candidate_id, ids)
    return "\n".join(f"【{p.passage_id}】{p.heading}　{p.text}" for p in found)


def references(material: Material, candidate_id: str, compared: str) -> str:
    """What of the candidate file a statement was compared with, cut to a line each."""
    candidate = material.result.candidates.get(candidate_id)
    known = {item.ref: item for item in candidate.items} if candidate else {}
    items = [known[ref] for ref in compared.split(";") if ref in known]
    return "\n".join(f"［{_SECTIONS[item.section]} {_place(item.ref)}］{cut(item.text)}" for item in items)


def _place(ref: str) -> str:
    """A passage's own name; for the rest, which of its list, as people count.

    >>> _place("p07"), _place("answered:1")
    ('p07', '2')
    """
    _, colon, index = ref.partition(":")
    return str(int(index) + 1) if colon else ref


def path(material: Material, steps: str) -> str:
    """The way through the flowchart: what it was not, then what it was.

    ``resolved=no;abstract=yes`` reads 「解決済」に当たらず → 「抽象的なもの」に当たる.
    """
    said: list[str] = []
    passed: list[str] = []
    for step in filter(None, steps.split(";")):
        question, _, answer = step.partition("=")
        if answer == "no":
            passed.append(material.say(question))
            continue
        if passed:
            said.append(f"「{'」「'.join(passed)}」に当たらず")
            passed = []
        said.append(f"「{material.say(question)}」に当たる" if answer == "yes" else step)
    if passed:
        said.append(f"「{'」「'.join(passed)}」に当たらない")
    return " → ".join(said)


def cut(text: str, n: int = _CUT) -> str:
    """The first ``n`` characters, with an ellipsis where more follow.

    >>> cut("あいう", 2), cut("あいう", 3)
    ('あい…', 'あいう')
    """
    return text if len(text) <= n else text[:n] + "…"
