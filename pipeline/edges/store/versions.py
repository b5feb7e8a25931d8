"""Versions: which rows of a new run are the ones we know, which are corrections, and which are new."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from rapidfuzz import fuzz

from pipeline.reviews import text_hash

_SAME_OPINION = 50.0
"""Below this likeness (0-100) a row under a known number is kept beside the old one, never instead of it:
two departments of one city both start counting at 1."""

Row = dict[str, Any]


@dataclass
class Kept:
    """What a run changes: rows to add, rows to change, and the version each incoming id now has."""

    added: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)


def keep_opinions(opinions: pd.DataFrame, personal: pd.DataFrame, known: list[Row], seq: int) -> Kept:
    """Match incoming opinions with those in the store.

    The same key with the same words is the same opinion, wherever it now stands. The same key with other
    words is a new version. A new key under the same window, organization, candidate and number, with words
    much alike, is a corrected opinion and linked to the one it replaces. Rows that a re-run workbook no
    longer holds are withdrawn: kept, but no longer current.

    Args:
        opinions: An ``Opinions`` table, n rows.
        personal: A ``Personal`` table of the same opinions.
        known: Latest version of the opinions in the store, as rows of the table.
        seq: Number of the new run.
    """
    kept = Kept()
    spans = _spans(personal)
    incoming = set(opinions["opinion_key"])
    by_key = {row["opinion_key"]: row for row in known}
    by_number = _by_number(known, incoming)
    retired: set[str] = set()
    for row in opinions.to_dict("records"):
        new = {str(k): v for k, v in row.items()}
        key, digest = str(new["opinion_key"]), text_hash(str(new["text"]), str(new["reason"]))
        new.update(last_seq=seq, is_current=True, personal=spans.get(key, "[]"), text_hash=digest)
        old = by_key.get(key)
        replaced = _replaced(new, by_number.get(_number(new), []))
        if replaced:
            retired.add(replaced["opinion_key"])
        if old and old["text_hash"] == digest:
            kept.changed.append({**new, "version": old["version"]})
            kept.versions[key] = old["version"]
            continue
        if old:
            kept.changed.append({"opinion_key": key, "version": old["version"], "is_current": False})
        version = max((one["version"] for one in (old, replaced) if one), default=0) + 1
        kept.added.append(
            {**new, "version": version, "previous_key": replaced["opinion_key"] if replaced else ""}
        )
        kept.versions[key] = version
    retired |= _withdrawn(opinions, by_key, incoming)
    kept.changed.extend(
        {"opinion_key": key, "version": by_key[key]["version"], "is_current": False}
        for key in sorted(retired)
    )
    return kept


def _by_number(known: list[Row], incoming: set[str]) -> dict[tuple[str, ...], list[Row]]:
    """Current opinions this run does not bring under their own key, by what a sender calls them."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for one in known:
        if one["is_current"] and one["opinion_key"] not in incoming and one["opinion_id"]:
            found[_number(one)].append(one)
    return found


def _spans(personal: pd.DataFrame) -> dict[str, str]:
    """Personal data per opinion, as JSON: it is read and written with its opinion, never searched."""
    found = {}
    for key, rows in personal.groupby("opinion_key", sort=False):
        found[str(key)] = json.dumps(rows[["field", "start", "end", "kind"]].to_dict("records"))
    return found


def _number(row: Row) -> tuple[str, ...]:
    return (row["window"], row["organization"], row["candidate_id"] or row["candidate"], row["opinion_id"])


def _replaced(new: Row, candidates: list[Row]) -> Row | None:
    if not new["organization"] or len(candidates) != 1:
        return None
    likeness = fuzz.ratio(new["text"], candidates[0]["text"])
    return candidates[0] if likeness >= _SAME_OPINION else None


def _withdrawn(opinions: pd.DataFrame, by_key: dict[str, Row], incoming: set[str]) -> set[str]:
    """Opinions of a workbook that came again without them.

    A file name alone proves nothing (every department calls its file 意見.xlsx): the workbook is the same
    where it brings at least one opinion we know from a file of that name.
    """
    again = {
        (window, file)
        for key, window, file in zip(
            opinions["opinion_key"], opinions["window"], opinions["file"], strict=True
        )
        if key in by_key and by_key[key]["file"] == file
    }
    return {
        key
        for key, row in by_key.items()
        if row["is_current"] and key not in incoming and (row["window"], row["file"]) in again
    }


def keep_statements(statements: pd.DataFrame, opinion_versions: dict[str, int], known: list[Row]) -> Kept:
    """Match incoming statements with those in the store: the same id with other words is a new version.

    Args:
        statements: A ``Statements`` table, n rows.
        opinion_versions: Version of every opinion, from ``keep_opinions``.
        known: ``statement_id``, ``version`` and ``text_hash`` of the statements in the store, oldest first.
    """
    kept = Kept()
    latest = {row["statement_id"]: row for row in known}
    for row in statements.to_dict("records"):
        new = {str(k): v for k, v in row.items()}
        key, digest = str(new["statement_id"]), text_hash(str(new["text"]), str(new["reason"]))
        new.update(opinion_version=opinion_versions[str(new["opinion_key"])], text_hash=digest)
        old = latest.get(key)
        is_known = old is not None and old["text_hash"] == digest
        version = (old["version"] if old else 0) + (0 if is_known else 1)
        (kept.changed if is_known else kept.added).append({**new, "version": version})
        kept.versions[key] = version
    return kept
