"""A whole run's result made from gold rows: real texts, invented scores, no model; seeded."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from pipeline.arrays import Embeddings, Scores
from pipeline.candidates import load_candidates
from pipeline.errors import Problem
from pipeline.results import Intake, Judgement, Result, RunInfo
from pipeline.settings import ROOT, Settings
from pipeline.steps.dispose import dispose
from pipeline.tables import (
    Clusters,
    Coverage,
    Decisions,
    Explanations,
    Furniture,
    Opinions,
    Personal,
    Rejected,
    Statements,
    make_table,
)
from pipeline.taxonomy import Taxonomy, load_taxonomy
from pipeline.text import normalize
from pipeline.themes import PastTheme

Row = dict[str, Any]
FILE = "window1.xlsx"
SHEET = "様式１"
FIRST_ROW = 7


def gold_rows(limit: int | None = None) -> list[Row]:
    """The first ``limit`` gold rows of window1, in the order of the workbook."""
    lines = (ROOT / "labels" / "gold" / "window1.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:limit]]


def make_result(rows: list[Row] | None = None, *, certified: bool = True, seed: int = 0) -> Result:
    """A result as a run would give it: about one statement in four waits for a person.

    Args:
        rows: Gold rows, all of window1 by default.
        certified: False sends every statement to review, as a run without a certificate does.
        seed: Of the invented probabilities and vectors.
    """
    rows = gold_rows() if rows is None else rows
    taxonomy = load_taxonomy(Settings().taxonomy_path)
    rng = np.random.default_rng(seed)
    points = [point for number, row in enumerate(rows) for point in _points(number, row)]
    statements = make_table(Statements, [_statement(point) for point in points])
    scores = _scores(points, taxonomy, rng)
    decisions = _decisions(points, scores, certified)
    coverage = make_table(Coverage, [_coverage(point, decisions, i) for i, point in enumerate(points)])
    return Result(
        info=_info(certified),
        taxonomy=taxonomy,
        candidates=load_candidates(ROOT / "labels" / "candidates" / "window1"),
        intake=_intake(rows),
        personal=make_table(Personal, []),
        statements=statements,
        judgement=Judgement(scores, decisions, coverage, _explanations(points, coverage)),
        clusters=_clusters(points),
        dispositions=dispose(decisions, coverage, taxonomy),
        embeddings=_embeddings(points, rng),
    )


@dataclass(frozen=True)
class _Point:
    statement_id: str
    opinion_key: str
    row: Row
    text: str
    label: str
    theme: str
    coverage: str
    passages: tuple[str, ...]


def _points(number: int, row: Row) -> Iterator[_Point]:
    if row["label"] == "none":
        return
    parts = row["parts"] if row["label"] == "multi" else [{**row, "text": row["opinion"]}]
    for k, part in enumerate(parts):
        yield _Point(
            f"s{number:04d}-{k}",
            f"o{number:04d}",
            row,
            part["text"],
            part["label"],
            part.get("theme") or f"single-{number}",
            part.get("coverage") or "empty",
            tuple(part.get("passages") or ()),
        )


def _statement(point: _Point) -> Row:
    start = point.row["opinion"].index(point.text)
    return {
        "statement_id": point.statement_id,
        "opinion_key": point.opinion_key,
        "candidate_id": point.row["cid"],
        "section": point.row["section"],
        "start": start,
        "end": start + len(point.text),
        "text": point.text,
        "reason": point.row["reason"],
        "shown": point.text,
        "shown_reason": point.row["reason"],
        "norm": normalize(point.text),
        "norm_reason": normalize(point.row["reason"]),
    }


def _scores(points: list[_Point], taxonomy: Taxonomy, rng: np.random.Generator) -> Scores:
    labels = taxonomy.label_ids
    raw = rng.dirichlet(np.full(len(labels), 0.3), size=len(points)) if points else np.zeros((0, len(labels)))
    for i, point in enumerate(points):
        raw[i, labels.index(point.label)] += rng.uniform(0.2, 4.0)
    totals = raw.sum(axis=1, keepdims=True)
    return Scores(tuple(p.statement_id for p in points), labels, raw / totals, "factory")


def _decisions(points: list[_Point], scores: Scores, certified: bool) -> pd.DataFrame:
    best, probability = scores.best(), scores.probabilities.max(axis=1, initial=0)
    rows = []
    for i, point in enumerate(points):
        auto = certified and probability[i] >= 0.6
        reasons = "low_confidence" if certified else "not_certified"
        rows.append(
            {
                "statement_id": point.statement_id,
                "label": str(best[i]),
                "secondary": "",
                "probability": float(probability[i]),
                "outcome": "auto" if auto else "review",
                "review_reasons": "" if auto else reasons,
            }
        )
    return make_table(Decisions, rows)


def _coverage(point: _Point, decisions: pd.DataFrame, i: int) -> Row:
    shared = decisions["label"][i] == "share"
    found = point.coverage if point.label == "share" else "not_reflected"
    draft = [f"p{k:02d}" for k in range(1, 4)]
    return {
        "statement_id": point.statement_id,
        "coverage": found if shared else "empty",
        "probability": 0.7,
        "contrary": bool(shared and point.row["contrary"]),
        "passages": ";".join((*point.passages, *draft)[:3]) if shared else "",
    }


def _explanations(points: list[_Point], coverage: pd.DataFrame) -> pd.DataFrame:
    rows: list[Row] = [
        {
            "statement_id": point.statement_id,
            "evidence": point.text.split("。")[0],
            "compared": coverage["passages"][i],
            "path": "Q1=yes;Q2=no" if coverage["coverage"][i] != "empty" else "Q1=no",
        }
        for i, point in enumerate(points)
    ]
    return make_table(Explanations, rows)


def _clusters(points: list[_Point]) -> pd.DataFrame:
    first: dict[tuple[str, str], _Point] = {}
    same: dict[tuple[str, str], str] = {}
    rows: list[Row] = []
    for point in points:
        key = (point.row["cid"], point.theme)
        medoid = first.setdefault(key, point)
        representative = same.setdefault((point.row["cid"], normalize(point.text)), point.statement_id)
        rows.append(
            {
                "statement_id": point.statement_id,
                "cluster_id": f"{point.row['cid']}-{point.theme}",
                "cluster_name": medoid.text[:14],
                "parent_id": "",
                "parent_name": "",
                "topic_id": "",
                "topic_name": "",
                "past_id": "",
                "is_medoid": medoid is point,
                "duplicate_of": "" if representative == point.statement_id else representative,
                "is_partial_duplicate": False,
                "stance": "",
            }
        )
    return make_table(Clusters, rows)


def with_past(result: Result) -> Result:
    """The same result, its first theme asked for once before and its second by a window without a name."""
    first, second = list(dict.fromkeys(result.clusters["cluster_id"]))[:2]
    old = PastTheme(
        theme_id="old-1",
        window="2025-policy",
        candidate_id="P9",
        name="台帳の電子化",
        text="",
        words=(),
        n_statements=3,
        label="share",
        disposition="revision_request",
    )
    excluded = {"theme_id": "old-2", "window": "", "label": "resolved", "disposition": "excluded"}
    past_ids = {first: "old-1", second: "old-2"}
    return dataclasses.replace(
        result,
        clusters=result.clusters.assign(
            past_id=[past_ids.get(one, "") for one in result.clusters["cluster_id"]]
        ),
        past=(old, old.model_copy(update=excluded)),
    )


def _embeddings(points: list[_Point], rng: np.random.Generator) -> Embeddings:
    centres: dict[str, np.ndarray] = {}
    vectors = np.zeros((len(points), 16), dtype=np.float32)
    for i, point in enumerate(points):
        candidate = centres.setdefault(point.row["cid"], rng.normal(size=16))
        theme = centres.setdefault(point.theme, rng.normal(size=16) * 0.6)
        vector = candidate + theme + rng.normal(size=16) * 0.15
        vectors[i] = vector / np.linalg.norm(vector)
    return Embeddings(tuple(p.statement_id for p in points), vectors, "factory")


def _intake(rows: list[Row]) -> Intake:
    opinions: list[Row] = []
    rejected: list[Row] = []
    for number, row in enumerate(rows):
        where = {"file": FILE, "sheet": SHEET, "row": FIRST_ROW + number, "opinion_id": row["number"]}
        if row["label"] == "none":
            message = "意見なしの回答です。件数には数え、分類しません。"
            rejected.append({**where, "reason": "no_opinion", "message": message, "text": row["opinion"]})
            continue
        kept = ("source", "prefecture", "organization", "organization_type", "section", "reason", "candidate")
        opinions.append(
            {
                **where,
                **{name: row[name] for name in kept},
                "opinion_key": f"o{number:04d}",
                "window": "window1",
                "candidate_id": row["cid"],
                "text": row["opinion"],
                "received_on": "",
            }
        )
    example = {"file": FILE, "sheet": SHEET, "row": FIRST_ROW - 1, "kind": "example", "text": "記入例"}
    return Intake(
        make_table(Opinions, opinions),
        make_table(Rejected, rejected),
        make_table(Furniture, [example]),
        (Problem(FILE, SHEET, 9, "no_name", "団体名が空です。団体名を入れてください。"),),
    )


def _info(certified: bool) -> RunInfo:
    sentence = "自動で採用した判断の誤りは、90％の確からしさで5％以下です（有識者が確認した310件で検証）。"
    missing = "保証に必要な確認済みラベルが93件足りないため、すべての判断を人の確認に回しました。"
    return RunInfo(
        run_id="20261125T040000Z-0001",
        window="window1",
        model_id="factory",
        encoder_id="e5-small-ja",
        taxonomy_version=1,
        started_at=datetime(2026, 11, 25, 4, 0, tzinfo=UTC),
        files=(FILE,),
        certificate=sentence if certified else missing,
        timings={"read": 0.6, "embed": 9.1, "classify": 1.2, "report": 2.0},
    )
