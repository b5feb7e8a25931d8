"""Figures: what each part of the page shows, as plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page.charts import Link, Node
from pipeline.edges.outputs.words import cut, records, sender
from pipeline.steps.digest import request_sentence
from pipeline.steps.plane import principal_plane

Figure = dict[str, Any]
TYPES = ("都道府県", "指定都市", "中核市", "市", "特別区", "町", "村")
"""Order of organisation types; any other comes after these."""
_N_THEMES = 8
_N_ASKED = 3
_N_NAMED = 3
"""A theme of at least so many municipalities has its name on the map."""
MAX_POINTS = 2_000
"""Marks on the map; beyond it, every k-th statement, so that the page stays light."""


def flow_parts(material: Material) -> tuple[list[Node], list[Link]]:
    """The flowchart as bars and ribbons; points split off an opinion come in as a bar of their own."""
    counts, ends = material.summary["counts"], material.summary["by_disposition"]
    shared = sum(ends[end] for end in _SHARED_ENDS)
    excluded = material.rows[material.rows["disposition"] == "excluded"]["label"].value_counts()
    waiting = material.rows[material.rows["disposition"] == "pending"]["label"]
    likely = int((waiting == "share").sum())
    say = material.say
    nodes = [
        Node("in", 0, "届いた行", counts["rows_in"], "accent"),
        Node("split", 1, "意見から分けた論点", counts["statements"] - counts["opinions"], "accent"),
        Node("opinions", 1, "意見", counts["opinions"], "accent"),
        Node("rejected", 1, "意見なし等", counts["rejected"], "excluded"),
        Node("statements", 2, "論点", counts["statements"], "accent"),
        Node("shared", 3, "共有すべきもの", shared, "accent"),
        *(Node(f"end-{end}", 4, say(end), ends[end], end) for end in _SHARED_ENDS),
        Node("pending", 3, "人の確認を待つ", ends["pending"], "pending"),
        Node("likely-share", 4, "見込み 共有すべきもの", likely, "pending"),
        Node("likely-excluded", 4, "見込み 除外", ends["pending"] - likely, "pending"),
        Node("excluded", 3, "除外", ends["excluded"], "excluded"),
        *(Node(f"label-{code}", 4, say(str(code)), int(n), "excluded") for code, n in excluded.items()),
    ]
    links = [
        Link("in", "opinions", counts["opinions"]),
        Link("in", "rejected", counts["rejected"]),
        Link("split", "statements", counts["statements"] - counts["opinions"]),
        Link("opinions", "statements", counts["opinions"]),
        Link("statements", "shared", shared),
        Link("statements", "pending", ends["pending"]),
        Link("statements", "excluded", ends["excluded"]),
        *(Link("shared", f"end-{end}", ends[end]) for end in _SHARED_ENDS),
        Link("pending", "likely-share", likely),
        Link("pending", "likely-excluded", ends["pending"] - likely),
        *(Link("excluded", f"label-{code}", int(n)) for code, n in excluded.items()),
    ]
    return nodes, links


_SHARED_ENDS = ("revision_request", "addressed", "no_revision")


def candidates(material: Material) -> list[Figure]:
    """Each candidate: conclusion, counts per end and per category, settled and likely."""
    labels = material.result.taxonomy.label_ids[::-1]
    found = []
    for key in material.candidate_ids:
        counts = material.summary["by_candidate"][key]
        mine = material.rows[material.rows["candidate_id"] == key]
        is_open = mine["disposition"] == "pending"
        settled, likely = (mine[which]["label"].value_counts() for which in (~is_open, is_open))
        file = material.result.candidates.get(key)
        found.append(
            {
                "id": key,
                "name": material.candidate_name(key),
                "ministry": file.ministry if file else "",
                "conclusion": material.verdict(key),
                "state": counts["conclusion"],
                "ends": counts["by_disposition"],
                "n": counts["statements"],
                "labels": [(int(settled.get(label, 0)), int(likely.get(label, 0))) for label in labels],
            }
        )
    return found


def themes(material: Material) -> list[Figure]:
    """The widest themes of each candidate, with their senders by type."""
    by_id = material.rows.set_index("statement_id")
    found = []
    for key in material.candidate_ids:
        mine = material.themes[material.themes["candidate_id"] == key]
        rows = [
            _theme(theme, by_id) | {"past": material.past.get(theme.cluster_id, "")}
            for theme in records(mine.head(_N_THEMES))
        ]
        found.append(
            {
                "name": material.candidate_name(key),
                "themes": rows,
                "more": max(0, len(mine) - _N_THEMES),
                "top": max((row["n"] for row in rows), default=1),
            }
        )
    return found


def _theme(theme: Any, by_id: pd.DataFrame) -> Figure:
    members = by_id.loc[theme.members.split(";")].drop_duplicates(["prefecture", "organization"])
    return {
        "name": theme.cluster_name or cut(theme.sentence, 20),
        "sentence": theme.sentence,
        "n": theme.n_municipalities,
        "n_statements": theme.n_statements,
        "pending": theme.n_pending,
        "types": (types := by_type(members["organization_type"].tolist())),
        "parts": [(tone, n) for tone, _, n in types],
    }


def by_type(values: list[str]) -> list[tuple[str, str, int]]:
    """Tone, name and count of each organisation type, in the order of size of the bodies."""
    counts = Counter(values)
    order = [*TYPES, *sorted(set(counts) - set(TYPES))]
    return [
        (f"type{min(i, len(TYPES))}", name or "記載なし", counts[name])
        for i, name in enumerate(order)
        if counts[name]
    ]


def senders(material: Material) -> tuple[list[Figure], list[Figure]]:
    """Statements by organisation type and by prefecture, each with the ends they came to."""
    return _ends_by(material, "organization_type"), _ends_by(material, "prefecture")


def _ends_by(material: Material, column: str) -> list[Figure]:
    ends = [term.code for term in material.result.taxonomy.dispositions]
    found: list[Figure] = []
    for name, group in material.rows.groupby(column, sort=False):
        counts = group["disposition"].value_counts()
        parts = [(end, int(counts.get(end, 0))) for end in ends]
        found.append({"name": name or "記載なし", "n": len(group), "ends": parts})
    found.sort(key=lambda row: (-row["n"], row["name"]))
    return found


def draft(material: Material) -> list[Figure]:
    """Each draft, passage by passage, with the opinions that are nearest to it."""
    shared = material.rows[material.rows["coverage"] != "empty"]
    first = shared["passages"].str.split(";").str[0]
    found = []
    for key in material.candidate_ids:
        candidate = material.result.candidates.get(key)
        if candidate is None or not candidate.draft:
            continue
        is_mine = shared["candidate_id"] == key
        passages = [
            {
                "id": passage.passage_id,
                "heading": passage.heading,
                "text": passage.text,
                **_drawn(shared[is_mine & (first == passage.passage_id)]),
            }
            for passage in candidate.draft
        ]
        found.append({"name": candidate.name, "passages": passages, "n": sum(p["n"] for p in passages)})
    return found


def _drawn(rows: pd.DataFrame) -> Figure:
    counts = rows["coverage"].value_counts()
    is_open = rows["coverage"].isin(["not_reflected", "undetermined"])
    asked = rows[is_open & (rows["duplicate_of"] == "")].head(_N_ASKED)
    return {
        "n": len(rows),
        "counts": [(str(code), int(n)) for code, n in counts.items()],
        "contrary": int(rows["contrary"].sum()),
        "asked": [(sender(row), cut(request_sentence(row.text), 90)) for row in records(asked)],
    }


TENTHS = tuple(f"{k * 10}–" for k in range(10))


def certainty(material: Material) -> list[tuple[str, list[int]]]:
    """Statements per tenth of certainty: accepted, decided by a person, waiting for one."""
    tenth = (material.rows["probability"] * 10).astype(int).clip(0, 9)
    outcome = material.rows["outcome"].where(material.rows["outcome"].isin(["auto", "human"]), "review")
    tones = (("addressed", "auto"), ("no_revision", "human"), ("pending", "review"))
    return [
        (tone, [int(((outcome == code) & (tenth == k)).sum()) for k in range(len(TENTHS))])
        for tone, code in tones
    ]


@dataclass(frozen=True, eq=False)
class OnMap:
    """What the map shows: row i of ``rows`` stands at ``places[i]``, each coordinate in [0, 1]."""

    rows: pd.DataFrame
    places: NDArray[np.float64]
    names: list[tuple[str, float, float]]
    """Names of the widest themes, where their statements lie."""


def on_map(material: Material) -> OnMap:
    """Every statement, or every k-th where there are too many for a light page."""
    embeddings = material.result.embeddings
    known = material.rows[material.rows["statement_id"].isin(embeddings.ids)]
    rows = known.iloc[:: max(1, -(-len(known) // MAX_POINTS))]
    at = {key: i for i, key in enumerate(embeddings.ids)}
    places = principal_plane(embeddings.vectors[[at[key] for key in rows["statement_id"]]])
    themes = rows["cluster_id"].to_numpy()
    names = []
    for theme in records(material.themes.sort_values("n_municipalities", ascending=False, kind="stable")):
        mine = places[themes == theme.cluster_id]
        if theme.n_municipalities >= _N_NAMED and len(mine):
            x, y = np.median(mine, axis=0)
            names.append((theme.cluster_name, round(float(x), 4), round(float(y), 4)))
    return OnMap(rows, places, names)
