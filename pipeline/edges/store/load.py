"""Load: what the store holds of an inquiry, as the same typed tables a run makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, and_, select

from pipeline import tables
from pipeline.arrays import Embeddings, Scores
from pipeline.candidates import Candidate, Candidates
from pipeline.edges.store import schema
from pipeline.errors import Problem, StoreError
from pipeline.results import Intake, Judgement, Result, RunInfo
from pipeline.tables import make_table
from pipeline.taxonomy import Taxonomy

_DIMENSION_BYTES = 4


def load_result(connection: Connection, window: str) -> Result:
    """Everything current of one inquiry, in the order of runs and rows.

    An opinion's suggestions are those of the latest run that read it; rows that were corrected or withdrawn
    since are left out.

    Raises:
        StoreError: The store holds no run of this inquiry.
    """
    runs = _runs(connection, window)
    rows = _current(connection, window)
    taxonomy = Taxonomy.model_validate_json(runs[-1]["taxonomy"])
    opinions = rows.drop_duplicates("opinion_key").reset_index(drop=True)
    named = {name: rows[column] for name, column in _RENAMED.items() if column in rows}
    full = rows.assign(**named)
    return Result(
        info=_info(runs),
        taxonomy=taxonomy,
        candidates=_candidates(connection, runs),
        intake=_intake(connection, runs, opinions),
        personal=_personal(opinions),
        statements=_typed(tables.Statements, full),
        judgement=Judgement(
            _scores(rows, taxonomy, runs[-1]["model_id"]),
            _typed(tables.Decisions, full),
            _typed(tables.Coverage, full.assign(probability=full["coverage_probability"])),
            _typed(tables.Explanations, full),
        ),
        clusters=_typed(tables.Clusters, full),
        dispositions=_typed(tables.Dispositions, full),
        embeddings=_embeddings(rows, runs[-1]["vectors_id"]),
    )


# Opinions and statements share column names; the statement's own carry the plain name in the query below.
_RENAMED = {"text": "s_text", "reason": "s_reason", "section": "s_section", "candidate_id": "s_candidate_id"}


def _runs(connection: Connection, window: str) -> list[dict[str, Any]]:
    query = select(schema.runs).where(schema.runs.c.window == window).order_by(schema.runs.c.seq)
    runs = [dict(row) for row in connection.execute(query).mappings()]
    if not runs:
        raise StoreError(
            f"意見照会「{window}」の処理結果が保存されていません。先に ikenwake run を実行してください。"
        )
    return runs


def _current(connection: Connection, window: str) -> pd.DataFrame:
    o, s, g = schema.opinions, schema.statements, schema.suggestions
    c, r, v = schema.clusters, schema.runs, schema.vectors
    columns: list[Any] = [column for column in g.c if column.key not in ("run_id",)]
    columns += [column for column in o.c if column.key not in ("version",)]
    columns += [s.c[name].label(label) for name, label in _RENAMED.items()]
    columns += [s.c[name] for name in ("start", "end", "shown", "shown_reason", "norm", "norm_reason")]
    columns += [s.c.text_hash.label("statement_hash")]
    columns += [c.c.name.label("cluster_name"), c.c.parent_id, c.c.parent_name]
    columns += [c.c.topic_id, c.c.topic_name, c.c.past_id, v.c.vector, r.c.run_id]
    joined = (
        r.join(g, g.c.run_id == r.c.run_id)
        .join(s, and_(s.c.statement_id == g.c.statement_id, s.c.version == g.c.version))
        .join(o, and_(o.c.opinion_key == s.c.opinion_key, o.c.version == s.c.opinion_version))
        .outerjoin(c, and_(c.c.run_id == g.c.run_id, c.c.cluster_id == g.c.cluster_id))
        .outerjoin(
            v,
            and_(
                v.c.encoder_id == r.c.vectors_id,
                v.c.statement_id == s.c.statement_id,
                v.c.version == s.c.version,
            ),
        )
    )
    query = (
        select(*columns)
        .select_from(joined)
        .where(r.c.window == window, o.c.is_current, o.c.last_seq == r.c.seq)
        .order_by(r.c.seq, g.c.position)
    )
    found = connection.execute(query)
    frame = pd.DataFrame(found.mappings().all(), columns=list(found.keys()))
    for name in ("cluster_name", "parent_id", "parent_name", "topic_id", "topic_name", "past_id"):
        frame[name] = [value if isinstance(value, str) else "" for value in frame[name]]
    return frame


def _typed(model: type[tables.Table], frame: pd.DataFrame) -> pd.DataFrame:
    return make_table(model, frame[list(model.to_schema().columns)])


def _info(runs: list[dict[str, Any]]) -> RunInfo:
    last = runs[-1]
    files = dict.fromkeys(file for run in runs for file in json.loads(run["files"]))
    return RunInfo(
        run_id=last["run_id"],
        window=last["window"],
        model_id=last["model_id"],
        encoder_id=last["encoder_id"],
        taxonomy_version=last["taxonomy_version"],
        started_at=last["started_at"],
        files=tuple(files),
        certificate=last["certificate"],
        timings=json.loads(last["timings"]),
    )


def _candidates(connection: Connection, runs: list[dict[str, Any]]) -> Candidates:
    """Every candidate file given in any run of the inquiry, the latest of each id."""
    table = schema.run_candidates
    latest: dict[str, str] = {}
    for run in runs:
        query = select(table).where(table.c.run_id == run["run_id"]).order_by(table.c.position)
        for row in connection.execute(query).mappings():
            latest[row["candidate_id"]] = row["document"]
    return Candidates([Candidate.model_validate_json(latest[key]) for key in latest])


def _intake(connection: Connection, runs: list[dict[str, Any]], opinions: pd.DataFrame) -> Intake:
    rows: dict[str, list[dict[str, Any]]] = {"rejected": [], "furniture": [], "problem": []}
    seen: set[str] = set()
    table = schema.run_rows
    for run in reversed(runs):
        query = select(table).where(table.c.run_id == run["run_id"]).order_by(table.c.kind, table.c.position)
        found = [(row.kind, json.loads(row.document)) for row in connection.execute(query)]
        fresh = [(kind, row) for kind, row in found if row["file"] not in seen]
        for kind in rows:
            rows[kind] = [row for k, row in fresh if k == kind] + rows[kind]
        seen.update(Path(file).name for file in json.loads(run["files"]))
        seen.update(row["file"] for _, row in found)
    return Intake(
        _typed(tables.Opinions, opinions),
        make_table(tables.Rejected, rows["rejected"]),
        make_table(tables.Furniture, rows["furniture"]),
        tuple(Problem(**row) for row in rows["problem"]),
    )


def _personal(opinions: pd.DataFrame) -> pd.DataFrame:
    return make_table(
        tables.Personal,
        [
            {"opinion_key": key, **span}
            for key, spans in zip(opinions["opinion_key"], opinions["personal"], strict=True)
            for span in json.loads(spans)
        ],
    )


def _scores(rows: pd.DataFrame, taxonomy: Taxonomy, model_id: str) -> Scores:
    found = [json.loads(text) for text in rows["probabilities"]]
    labels = taxonomy.label_ids
    values = np.array([[row.get(label, 0.0) for label in labels] for row in found], dtype=np.float64)
    return Scores(tuple(rows["statement_id"]), labels, values.reshape(len(rows), len(labels)), model_id)


def _embeddings(rows: pd.DataFrame, encoder_id: str) -> Embeddings:
    held = [(i, v) for i, v in zip(rows["statement_id"], rows["vector"], strict=True) if isinstance(v, bytes)]
    width = len(held[0][1]) // _DIMENSION_BYTES if held else 0
    # Runs of one inquiry with encoders of different width cannot be compared: the latest wins.
    held = [(i, v) for i, v in held if len(v) == width * _DIMENSION_BYTES]
    vectors = np.array([np.frombuffer(v, dtype="<f4") for _, v in held], dtype=np.float32)
    return Embeddings(tuple(i for i, _ in held), vectors.reshape(len(held), width), encoder_id)


def load_run_list(connection: Connection) -> pd.DataFrame:
    """One row per run, newest first: ``run_id``, ``window``, ``started_at``, ``n_statements``."""
    r, g = schema.runs, schema.suggestions
    query = (
        select(r.c.run_id, r.c.window, r.c.started_at, sa.func.count(g.c.statement_id).label("n_statements"))
        .select_from(r.outerjoin(g, g.c.run_id == r.c.run_id))
        .group_by(r.c.seq, r.c.run_id, r.c.window, r.c.started_at)
        .order_by(r.c.seq.desc())
    )
    found = connection.execute(query)
    return pd.DataFrame(found.mappings().all(), columns=list(found.keys()))


def statement_hashes(connection: Connection, statement_ids: list[str]) -> dict[str, str]:
    """The hash of the latest version of each statement; unknown ids are left out."""
    table = schema.statements
    found: dict[str, str] = {}
    for i in range(0, len(statement_ids), 500):
        query = (
            select(table.c.statement_id, table.c.text_hash)
            .where(table.c.statement_id.in_(statement_ids[i : i + 500]))
            .order_by(table.c.version)
        )
        found.update((row.statement_id, row.text_hash) for row in connection.execute(query))
    return found


def corrected_statements(connection: Connection, window: str) -> dict[str, tuple[str, ...]]:
    """Statements of the opinions that were corrected, by the key of the opinion that replaced them."""
    o, s = schema.opinions, schema.statements
    before = {
        row.opinion_key: row.previous_key
        for row in connection.execute(
            select(o.c.opinion_key, o.c.previous_key)
            .where(o.c.window == window, o.c.previous_key != "")
            .order_by(o.c.version)
        )
    }
    of_opinion: dict[str, list[str]] = {}
    query = select(s.c.opinion_key, s.c.statement_id).join(o, o.c.opinion_key == s.c.opinion_key)
    for key, one in connection.execute(
        query.where(o.c.window == window).distinct().order_by(s.c.statement_id)
    ):
        of_opinion.setdefault(key, []).append(one)
    found = {}
    for key in before:
        line, seen = before.get(key, ""), {key}
        ids: list[str] = []
        while line and line not in seen:
            # A correction may be corrected again; one that goes back to the first words ends the line.
            seen.add(line)
            ids = [*of_opinion.get(line, ()), *ids]
            line = before.get(line, "")
        found[key] = tuple(ids)
    return found
