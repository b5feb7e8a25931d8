"""Labelled inquiries as the theme steps take them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.arrays import Embeddings, Tokens
from pipeline.candidates import Candidates, load_candidates
from pipeline.edges.encoder import SentenceEncoder, encoder_folder
from pipeline.edges.tagger import UnidicTagger
from pipeline.edges.vector_cache import VectorCache
from pipeline.settings import Settings
from pipeline.steps.embed import embed
from pipeline.steps.themes import theme_texts
from pipeline.steps.tokens import tokenize
from pipeline.tables import Statements, make_table
from pipeline.text import normalize


@dataclass(frozen=True, eq=False)
class Inquiry:
    """One labelled inquiry, ready to be grouped; ``themes[i]`` is the gold theme of row i."""

    name: str
    statements: pd.DataFrame
    tokens: Tokens
    embeddings: Embeddings
    themes: tuple[str, ...]


def read_inquiry(name: str, gold: Path, folder: Path, settings: Settings) -> Inquiry:
    """Read gold labels and candidate files; a cell with two statements gives two rows."""
    points = list(_points(gold))
    statements = make_table(Statements, [point for point, _ in points])
    return prepare(name, statements, tuple(theme for _, theme in points), load_candidates(folder), settings)


def prepare(
    name: str, statements: pd.DataFrame, themes: tuple[str, ...], candidates: Candidates, settings: Settings
) -> Inquiry:
    """Tokenize and embed; vectors are remembered in the cache folder."""
    settings.cache_dir.mkdir(parents=True, exist_ok=True)
    encoder = SentenceEncoder(encoder_folder(settings), settings)
    ids, texts = theme_texts(statements, candidates)
    embeddings = embed(ids, texts, encoder, VectorCache(settings.cache_dir / "benchmarks.db"))
    return Inquiry(name, statements, tokenize(statements, UnidicTagger()), embeddings, themes)


def part(inquiry: Inquiry, rows: Sequence[int] | np.ndarray) -> Inquiry:
    """Some rows of an inquiry, in the order given; vectors are found by id and stay as they are."""
    index = [int(i) for i in rows]
    tokens = inquiry.tokens
    return Inquiry(
        inquiry.name,
        inquiry.statements.iloc[index].reset_index(drop=True),
        Tokens(
            tuple(tokens.statement_ids[i] for i in index),
            tuple(tokens.text[i] for i in index),
            tuple(tokens.reason[i] for i in index),
        ),
        inquiry.embeddings,
        tuple(inquiry.themes[i] for i in index),
    )


def has_themes(gold: Path) -> bool:
    """Did people group what this file holds?"""
    return any(True for _ in _points(gold))


def _points(gold: Path) -> Iterator[tuple[dict[str, object], str]]:
    for line in gold.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["label"] == "none":
            continue
        for k, point in enumerate(row.get("parts") or [{**row, "text": row["opinion"]}]):
            # What `labels export` writes has no themes: people answer for labels only.
            if point.get("theme"):
                statement = _statement(f"{row['id']}.{k}", row, point["text"])
                yield statement, f"{row['cid']}/{point['theme']}"


def _statement(statement_id: str, row: dict[str, str], text: str) -> dict[str, object]:
    return {
        "statement_id": statement_id,
        "opinion_key": row["id"],
        "candidate_id": row["cid"],
        "section": row["section"],
        "start": 0,
        "end": len(text),
        "text": text,
        "reason": row["reason"],
        "shown": text,
        "shown_reason": row["reason"],
        "norm": normalize(text),
        "norm_reason": normalize(row["reason"]),
    }
