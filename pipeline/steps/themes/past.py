"""Past: which themes were there in an earlier inquiry (前回照会にも同旨)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.arrays import Tokens
from pipeline.reviews import text_hash
from pipeline.steps.themes.pairs import Floats, Side, centred, codes, probabilities, section_codes, word_rows
from pipeline.steps.themes.texts import Vectors
from pipeline.steps.themes.theme import Known, Theme
from pipeline.steps.themes.words import Section, content_words
from pipeline.themes import EarlierTheme, PastTheme

ELSEWHERE = 0.5
"""A theme of another candidate is the same point only where that is more probable than not."""


def recognize(
    themes: list[Theme], side: Side, candidate_id: str, vectors: Vectors, known: Known
) -> list[Theme]:
    """Give a theme the id and name it had before, and point to the past theme it repeats.

    A past theme of the same candidate that would join a theme passes its id and name on, each once. One of
    another candidate is pointed to as evidence, and nothing is taken over.

    Args:
        themes: The named themes of one candidate.
        side: What its representatives are compared by.
        candidate_id: That candidate.
        vectors: Vectors of the past themes' texts.
        known: Past themes, and the pair model.

    Returns:
        The same themes in the same order.
    """
    own = [theme for theme in known.past if theme.candidate_id == candidate_id]
    others = [theme for theme in known.past if theme.candidate_id != candidate_id]
    found = _take_over(themes, own, _chances(themes, side, own, vectors, known), known.model.threshold)
    chances = _chances(found, side, others, vectors, known)
    for i, theme in enumerate(found):
        if not theme.past_id and others and chances[i].max() >= ELSEWHERE:
            found[i] = replace(theme, past_id=others[int(chances[i].argmax())].theme_id)
    return found


def past_themes(statements: pd.DataFrame, tokens: Tokens, clusters: pd.DataFrame) -> Iterator[PastTheme]:
    """What a run leaves behind for the next: its themes, without label and disposition (reviews give those).

    Args:
        statements: A ``Statements`` table, n rows; its window is the caller's to add.
        tokens: Of the same statements in the same order.
        clusters: A ``Clusters`` table of the same statements in the same order.

    Yields:
        One theme per cluster, in the order of their medoids.
    """
    columns = (
        clusters["is_medoid"].tolist(),
        clusters["cluster_id"].tolist(),
        clusters["cluster_name"].tolist(),
        statements["candidate_id"].tolist(),
        statements["norm"].tolist(),
        tokens.text,
    )
    for is_medoid, theme_id, name, candidate_id, text, words in zip(*columns, strict=True):
        if is_medoid:
            yield PastTheme(
                theme_id=theme_id,
                window="",
                candidate_id=candidate_id,
                name=name,
                text=text,
                words=tuple(content_words(words)),
            )


def unchanged(earlier: Mapping[str, EarlierTheme], statements: pd.DataFrame) -> dict[str, EarlierTheme]:
    """What is known of the statements that still say what they said, of the same candidate.

    Args:
        earlier: The theme each statement had when the inquiry was run last, by statement_id.
        statements: A ``Statements`` table, n rows.
    """
    columns = (statements[name].tolist() for name in ("statement_id", "candidate_id", "text", "reason"))
    now = {
        one: (candidate_id, text_hash(text, reason))
        for one, candidate_id, text, reason in zip(*columns, strict=True)
    }
    return {
        one: theme for one, theme in earlier.items() if now.get(one) == (theme.candidate_id, theme.text_hash)
    }


def repeated(past: Iterable[PastTheme], clusters: pd.DataFrame) -> tuple[PastTheme, ...]:
    """The past themes a run points to, the last given of each id.

    Example:
        >>> old = PastTheme(theme_id="a", window="w1", candidate_id="T1", name="", text="", words=())
        >>> table = pd.DataFrame({"past_id": ["", "a", "b"]})
        >>> [theme.window for theme in repeated([old, old.model_copy(update={"window": "w2"})], table)]
        ['w2']
    """
    wanted = set(clusters["past_id"])
    return tuple({theme.theme_id: theme for theme in past if theme.theme_id in wanted}.values())


def _chances(
    themes: Sequence[Theme], side: Side, past: Sequence[PastTheme], vectors: Vectors, known: Known
) -> Floats:
    """Mean probability of each past theme with the statements of each theme; (n_themes, n_past)."""
    chances = np.zeros((len(themes), len(past)))
    if not past:
        return chances
    before = _side(past, vectors, known)
    for i, theme in enumerate(themes):
        own = side.rows(np.array(theme.nodes))
        chances[i] = probabilities(own, before, known.model).mean(axis=0)
    return chances


def _side(past: Sequence[PastTheme], vectors: Vectors, known: Known) -> Side:
    """What past themes are compared by: each centred among those of its own candidate."""
    found = vectors.of("past", [theme.theme_id for theme in past])
    for candidate_id in sorted({theme.candidate_id for theme in past}):
        index = [i for i, theme in enumerate(past) if theme.candidate_id == candidate_id]
        found[index] = centred(found[index], vectors.items(candidate_id), known.model)
    tfidf, present, weight = word_rows([theme.words for theme in past], known.model)
    nowhere = section_codes([Section("", "", "")] * len(past))
    return Side(found, found, tfidf, tfidf, present, weight, nowhere, codes([""] * len(past)))


def _take_over(
    themes: Sequence[Theme], past: Sequence[PastTheme], chances: Floats, threshold: float
) -> list[Theme]:
    """Ids and names pass on, the surest pair first, each past theme to one theme only."""
    found = list(themes)
    pairs = np.argwhere(chances >= threshold).tolist()
    pairs.sort(
        key=lambda pair: (-chances[pair[0], pair[1]], past[pair[1]].theme_id, themes[pair[0]].theme_id)
    )
    used: set[int] = set()
    for i, j in pairs:
        if found[i].past_id:
            continue
        if j in used:
            found[i] = replace(found[i], past_id=past[j].theme_id)
            continue
        used.add(j)
        found[i] = replace(found[i], theme_id=past[j].theme_id, name=past[j].name, past_id=past[j].theme_id)
    return found
