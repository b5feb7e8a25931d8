"""Save: one run into the store, whole or not at all, however often it comes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, insert, select, update

from pipeline.edges.store import schema
from pipeline.edges.store.versions import Kept, keep_opinions, keep_statements
from pipeline.results import Result

_CHUNK = 500
"""Ids per IN (…): SQLite and PostgreSQL both take far more, but plans stay simple."""


def save_result(connection: Connection, result: Result) -> bool:
    """Write ``result`` on an open transaction.

    Returns:
        False where the run is already in the store; nothing is written then.
    """
    info = result.info
    if connection.scalar(select(schema.runs.c.seq).where(schema.runs.c.run_id == info.run_id)):
        return False
    seq = _save_run(connection, result)
    _save_rows(connection, result)
    opinions = keep_opinions(result.intake.opinions, result.personal, _opinions(connection, result), seq)
    _apply(connection, schema.opinions, opinions, ("opinion_key", "version"))
    known = _statements(connection, result.statements["statement_id"].tolist())
    statements = keep_statements(result.statements, opinions.versions, known)
    _apply(connection, schema.statements, statements, ("statement_id", "version"))
    _add(connection, schema.suggestions, _suggestions(result, statements.versions))
    _add(connection, schema.clusters, _clusters(result))
    _save_vectors(connection, result, statements.versions)
    return True


def _add(connection: Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    listed = list(rows)
    if listed:
        connection.execute(insert(table), listed)


def _apply(connection: Connection, table: sa.Table, kept: Kept, keys: Sequence[str]) -> None:
    if kept.changed:
        # One statement per set of columns: retiring a row touches fewer columns than keeping it.
        for columns in {frozenset(row) for row in kept.changed}:
            same = [row for row in kept.changed if frozenset(row) == columns]
            where = [table.c[key] == sa.bindparam(f"key_{key}") for key in keys]
            values: dict[str, Any] = {
                name: sa.bindparam(f"new_{name}") for name in columns if name not in keys
            }
            statement = update(table).where(*where).values(values)
            connection.execute(
                statement,
                [{f"key_{k}" if k in keys else f"new_{k}": v for k, v in row.items()} for row in same],
            )
    _add(connection, table, kept.added)


def _save_run(connection: Connection, result: Result) -> int:
    info = result.info
    added = connection.execute(
        insert(schema.runs).values(
            run_id=info.run_id,
            window=info.window,
            model_id=info.model_id,
            encoder_id=info.encoder_id,
            vectors_id=result.embeddings.encoder_id,
            taxonomy_version=info.taxonomy_version,
            started_at=info.started_at,
            certificate=info.certificate,
            files=json.dumps(info.files, ensure_ascii=False),
            timings=json.dumps(info.timings, ensure_ascii=False),
            taxonomy=result.taxonomy.model_dump_json(),
        )
    )
    key = added.inserted_primary_key
    assert key is not None
    return int(key[0])


def _save_rows(connection: Connection, result: Result) -> None:
    run_id = result.info.run_id
    _add(
        connection,
        schema.run_candidates,
        (
            {"run_id": run_id, "candidate_id": one.candidate_id, "position": i, "document": document}
            for i, one in enumerate(result.candidates)
            for document in [one.model_dump_json(by_alias=True)]
        ),
    )
    documents = {
        "rejected": _records(result.intake.rejected),
        "furniture": _records(result.intake.furniture),
        "problem": [asdict(problem) for problem in result.intake.problems],
    }
    _add(
        connection,
        schema.run_rows,
        (
            # ASCII: a cell may hold what no database stores as text.
            {"run_id": run_id, "kind": kind, "position": i, "document": json.dumps(row)}
            for kind, rows in documents.items()
            for i, row in enumerate(rows)
        ),
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _opinions(connection: Connection, result: Result) -> list[dict[str, Any]]:
    """Latest version of every opinion of this window, and of every opinion that comes in."""
    table = schema.opinions
    found = {
        (row["opinion_key"], row["version"]): dict(row)
        for row in connection.execute(
            select(table).where(table.c.window == result.info.window, table.c.is_current)
        ).mappings()
    }
    for keys in _chunks(result.intake.opinions["opinion_key"].tolist()):
        rows = connection.execute(select(table).where(table.c.opinion_key.in_(keys))).mappings()
        found.update({(row["opinion_key"], row["version"]): dict(row) for row in rows})
    latest: dict[str, dict[str, Any]] = {}
    for (key, _), row in sorted(found.items()):
        latest[key] = row
    return list(latest.values())


def _statements(connection: Connection, ids: list[str]) -> list[dict[str, Any]]:
    table = schema.statements
    columns = (table.c.statement_id, table.c.version, table.c.text_hash)
    found: list[dict[str, Any]] = []
    for chunk in _chunks(ids):
        rows = connection.execute(
            select(*columns).where(table.c.statement_id.in_(chunk)).order_by(table.c.version)
        )
        found.extend(dict(row) for row in rows.mappings())
    return found


def _chunks(ids: list[str]) -> Iterable[list[str]]:
    return (ids[i : i + _CHUNK] for i in range(0, len(ids), _CHUNK))


def _suggestions(result: Result, versions: dict[str, int]) -> Iterable[dict[str, Any]]:
    judged = result.judgement
    tables = {
        "decisions": judged.decisions,
        "coverage": judged.coverage.rename(columns={"probability": "coverage_probability"}),
        "explanations": judged.explanations,
        "clusters": result.clusters,
        "dispositions": result.dispositions,
    }
    wanted = set(schema.suggestions.c.keys())
    joined = pd.concat(
        [
            table[[c for c in table.columns if c in wanted and c != "statement_id"]]
            for table in tables.values()
        ],
        axis=1,
    )
    labels = judged.scores.label_ids
    ids = judged.decisions["statement_id"].tolist()
    for i, row in enumerate(_records(joined)):
        probabilities = dict(zip(labels, map(float, judged.scores.probabilities[i]), strict=True))
        yield {
            "run_id": result.info.run_id,
            "statement_id": ids[i],
            "version": versions[ids[i]],
            "position": i,
            "probabilities": json.dumps(probabilities),
            **row,
        }


def _clusters(result: Result) -> Iterable[dict[str, Any]]:
    joined = result.clusters.assign(candidate_id=result.statements["candidate_id"].to_numpy())
    for cluster_id, rows in joined[joined["cluster_id"] != ""].groupby("cluster_id", sort=True):
        first = rows.iloc[0]
        medoid = rows.loc[rows["is_medoid"], "statement_id"]
        yield {
            "run_id": result.info.run_id,
            "cluster_id": str(cluster_id),
            "window": result.info.window,
            "candidate_id": first["candidate_id"],
            "name": first["cluster_name"],
            "parent_id": first["parent_id"],
            "parent_name": first["parent_name"],
            "topic_id": first["topic_id"],
            "topic_name": first["topic_name"],
            "past_id": first["past_id"],
            "medoid_id": medoid.iloc[0] if len(medoid) else "",
            "n_statements": len(rows),
        }


def _save_vectors(connection: Connection, result: Result, versions: dict[str, int]) -> None:
    table, vectors = schema.vectors, result.embeddings
    known: set[tuple[str, int]] = set()
    for chunk in _chunks(list(vectors.ids)):
        rows = connection.execute(
            select(table.c.statement_id, table.c.version).where(
                table.c.encoder_id == vectors.encoder_id, table.c.statement_id.in_(chunk)
            )
        )
        known.update((row[0], row[1]) for row in rows)
    _add(
        connection,
        table,
        (
            {"encoder_id": vectors.encoder_id, "statement_id": i, "version": versions[i], "vector": packed}
            for i, vector in zip(vectors.ids, vectors.vectors, strict=True)
            if (i, versions[i]) not in known
            for packed in [np.ascontiguousarray(vector, dtype="<f4").tobytes()]
        ),
    )
