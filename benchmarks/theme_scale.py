"""Time and memory for many statements: only their number is invented, the words are from real statements."""

from __future__ import annotations

import multiprocessing
import random
import resource
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.theme_data import Inquiry
from benchmarks.theme_stability import edited
from pipeline.arrays import Embeddings, Token, Tokens
from pipeline.edges.tagger import UnidicTagger
from pipeline.steps.duplicates import find_duplicates
from pipeline.steps.themes import Known, cluster
from pipeline.themes import ThemeModel

Sentence = tuple[str, tuple[Token, ...]]


def curve(
    inquiry: Inquiry, model: ThemeModel, sizes: list[int], per_candidate: int
) -> Iterator[dict[str, float]]:
    """Seconds and peak memory for each size, each in a process of its own."""
    for n in sizes:
        yield _alone(_group_many, inquiry, model, n, per_candidate)


def duplicates_curve(inquiry: Inquiry, sizes: list[int]) -> Iterator[dict[str, float]]:
    """The same for near-duplicates only."""
    for n in sizes:
        yield _alone(_find_many, inquiry, n)


def _alone(function: object, *arguments: object) -> dict[str, float]:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_report, args=(sender, function, arguments))
    process.start()
    sender.close()
    found: dict[str, float] = receiver.recv()
    process.join()
    return found


def _report(sender: object, function: object, arguments: tuple[object, ...]) -> None:
    sender.send(function(*arguments))  # type: ignore[operator, attr-defined]


def _group_many(inquiry: Inquiry, model: ThemeModel, n: int, per_candidate: int) -> dict[str, float]:
    statements, tokens, embeddings = synthetic(inquiry, n, per_candidate)
    start, busy = time.perf_counter(), time.process_time()
    duplicates = find_duplicates(statements)
    middle = time.perf_counter()
    clusters = cluster(statements, tokens, embeddings, duplicates, Known(model))
    end = time.perf_counter()
    return {
        "n": n,
        "per_candidate": per_candidate,
        "duplicates_s": round(middle - start, 1),
        "themes_s": round(end - middle, 1),
        "total_s": round(end - start, 1),
        "cpu_s": round(time.process_time() - busy, 1),
        "peak_gb": _peak(),
        "n_copies": int((duplicates["duplicate_of"] != "").sum()),
        "n_themes": int(clusters["cluster_id"].nunique()),
    }


def _find_many(inquiry: Inquiry, n: int) -> dict[str, float]:
    rng = random.Random(n)
    sentences = _sentences(inquiry)
    norms = [edited(_compose(sentences, rng)[0], rng) for _ in range(n)]
    statements = pd.DataFrame(
        {
            "statement_id": [f"s{i}" for i in range(n)],
            "candidate_id": [f"C{rng.randrange(20)}" for _ in range(n)],
            "norm": norms,
            "norm_reason": "",
        }
    )
    start, busy = time.perf_counter(), time.process_time()
    duplicates = find_duplicates(statements)
    return {
        "n": n,
        "duplicates_s": round(time.perf_counter() - start, 1),
        "cpu_s": round(time.process_time() - busy, 1),
        "peak_gb": _peak(),
        "n_copies": int((duplicates["duplicate_of"] != "").sum()),
    }


def _peak() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def synthetic(
    inquiry: Inquiry, n: int, per_candidate: int, seed: int = 0
) -> tuple[pd.DataFrame, Tokens, Embeddings]:
    """n statements made of sentences of real ones, with edits; vectors lie near those of real ones."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    sentences = _sentences(inquiry)
    rows = [_compose(sentences, rng) for _ in range(n)]
    ids = [f"s{i}" for i in range(n)]
    norms = [edited(text, rng) for text, _, _ in rows]
    statements = pd.DataFrame(
        {
            "statement_id": ids,
            "opinion_key": ids,
            "candidate_id": [f"C{i // per_candidate}" for i in range(n)],
            "section": rng.choices(inquiry.statements["section"].tolist(), k=n),
            "norm": norms,
            "norm_reason": "",
        }
    )
    known = inquiry.embeddings.vectors
    d = known.shape[1]
    vectors = known[[source % len(known) for _, _, source in rows]]
    vectors = vectors + noise.standard_normal((n, d), dtype=np.float32) * np.float32(0.3 / np.sqrt(d))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = tuple(f"{kind}:{key}" for kind in ("text", "whole") for key in ids)
    tokens = Tokens(tuple(ids), tuple(found for _, found, _ in rows), ((),) * n)
    return statements, tokens, Embeddings(keys, np.concatenate([vectors, vectors]), "synthetic")


def _sentences(inquiry: Inquiry) -> list[Sentence]:
    texts = [
        sentence + "。"
        for norm in inquiry.statements["norm"]
        for sentence in norm.replace("\n", "。").split("。")
        if len(sentence) > 10
    ]
    return list(zip(texts, UnidicTagger()(texts), strict=True))


def _compose(sentences: list[Sentence], rng: random.Random) -> tuple[str, tuple[Token, ...], int]:
    chosen = [rng.randrange(len(sentences)) for _ in range(rng.choice((1, 2, 2, 3)))]
    text = "".join(sentences[i][0] for i in chosen)
    return text, tuple(token for i in chosen for token in sentences[i][1]), chosen[0]
