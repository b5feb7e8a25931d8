"""How well themes agree with the ones people made; parameters always come from other inquiries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from benchmarks.theme_data import Inquiry, part
from pipeline.steps.duplicates import find_duplicates
from pipeline.steps.themes import Known, cluster
from pipeline.steps.themes.cluster import sides
from pipeline.steps.themes.fit import Grouped, agreement, empty_model, fit_theme_model
from pipeline.steps.themes.texts import Vectors
from pipeline.steps.themes.words import content_words
from pipeline.themes import EarlierTheme, ThemeModel

MEASURES = ("ari", "f1", "precision", "recall", "ami", "b_cubed_f1")
Scores = dict[str, float]


def by_candidate(inquiry: Inquiry) -> list[Inquiry]:
    """One inquiry per candidate."""
    ids = inquiry.statements["candidate_id"]
    return [part(inquiry, np.flatnonzero(ids == one)) for one in sorted(set(ids))]


def fit(inquiries: Sequence[Inquiry], generic: Sequence[str] = ()) -> ThemeModel:
    """Fit the pair model on labelled inquiries."""
    words = [
        [*content_words(text), *content_words(reason)]
        for inquiry in inquiries
        for text, reason in zip(inquiry.tokens.text, inquiry.tokens.reason, strict=True)
    ]
    vectors = [
        Vectors(inquiry.embeddings).of("text", inquiry.statements["statement_id"].tolist())
        for inquiry in inquiries
    ]
    centre = np.concatenate(vectors).mean(axis=0)
    base = empty_model(words, centre.tolist(), inquiries[0].embeddings.encoder_id, generic)
    return fit_theme_model([group for inquiry in inquiries for group in grouped(inquiry, base)], base)


def grouped(inquiry: Inquiry, model: ThemeModel) -> list[Grouped]:
    """What pairs are judged by and the gold themes, per candidate."""
    return [
        Grouped(side, tuple(inquiry.themes[i] for i in heads))
        for heads, side in sides(inquiry.statements, inquiry.tokens, inquiry.embeddings, Known(model))
    ]


def themes_of(
    inquiry: Inquiry, model: ThemeModel, so_far: Mapping[str, EarlierTheme] | None = None
) -> list[str]:
    """The product's own themes, as a run would make them that knows the themes ``so_far``."""
    duplicates = find_duplicates(inquiry.statements)
    known = Known(model, so_far=so_far or {})
    clusters = cluster(inquiry.statements, inquiry.tokens, inquiry.embeddings, duplicates, known)
    return list(clusters["cluster_id"])


def score(inquiries: Iterable[Inquiry], group: Callable[[Inquiry], Sequence[object]]) -> Scores:
    """Mean of every measure over candidates."""
    rows = []
    for inquiry in inquiries:
        found = group(inquiry)
        rows.append((*agreement(inquiry.themes, found), _b_cubed(inquiry.themes, found)))
    return dict(zip(MEASURES, np.mean(rows, axis=0).round(3).tolist(), strict=True))


def _b_cubed(gold: Sequence[object], found: Sequence[object]) -> float:
    """F1 of B-cubed precision and recall (Bagga & Baldwin 1998); all singletons score high here."""
    precision, recall = [], []
    for g, f in zip(gold, found, strict=True):
        mine = [other for other, its in zip(gold, found, strict=True) if its == f]
        theirs = sum(1 for other in gold if other == g)
        precision.append(mine.count(g) / len(mine))
        recall.append(mine.count(g) / theirs)
    p, r = float(np.mean(precision)), float(np.mean(recall))
    return 2 * p * r / (p + r)
