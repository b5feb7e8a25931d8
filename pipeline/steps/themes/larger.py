"""Larger themes: a second level within a candidate that has many, and topics common to several candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Token
from pipeline.steps.themes.linkage import average_linkage
from pipeline.steps.themes.names import name_themes
from pipeline.steps.themes.neighbours import ALL_PAIRS, MOST, Links, strongest_links
from pipeline.steps.themes.theme import Known, Theme

MANY = 60
"""A candidate with more statements than this gets a second level."""
PARENT = 0.16
"""Themes of a candidate lie together while the mean cosine of their centred vectors is at least this."""
TOPIC = 0.30
"""The same for themes of different candidates, which share no vocabulary of their own."""
FAR = 0.05
"""Cosines below this count as zero."""
_OF_MANY = 20
"""Links each theme keeps where there are too many themes for all pairs: it bounds the memory."""

TextTokens = Sequence[Sequence[Token]]


def parents(themes: list[Theme], text: TextTokens, known: Known) -> list[Theme]:
    """Put the themes of one candidate under larger ones, where it has more than 60 statements.

    Args:
        themes: Themes of one candidate.
        text: Tokens of every statement of the run.
        known: Gives generic words for the names.

    Returns:
        The same themes; a theme alone at the second level is its own parent by name.
    """
    if sum(len(theme.rows) for theme in themes) <= MANY:
        return themes
    groups = _groups(themes, PARENT)
    names = name_themes([_texts(group, text) for group in groups], known.model)
    placed = []
    for group, name in zip(groups, names, strict=True):
        first = group[0]
        shown = first.name if len(group) == 1 else name
        placed += [replace(theme, parent_id=f"{first.theme_id}+", parent_name=shown) for theme in group]
    return _in_order(placed, themes)


def topics(themes: list[Theme], text: TextTokens, known: Known) -> list[Theme]:
    """Mark the themes that come back in more than one candidate (費用負担 in five of them).

    Args:
        themes: Themes of all candidates.
        text: Tokens of every statement of the run.
        known: Gives generic words for the names.

    Returns:
        The same themes; those found in one candidate only have no topic.
    """
    if len({theme.candidate_id for theme in themes}) < 2:
        return themes
    groups = _groups(themes, TOPIC)
    wide = [group for group in groups if len({theme.candidate_id for theme in group}) > 1]
    names = name_themes([_texts(group, text) for group in wide], known.model)
    topic = {
        theme.theme_id: (f"topic-{group[0].theme_id}", name)
        for group, name in zip(wide, names, strict=True)
        for theme in group
    }
    return [
        replace(theme, topic_id=topic[theme.theme_id][0], topic_name=topic[theme.theme_id][1])
        if theme.theme_id in topic
        else theme
        for theme in themes
    ]


def _groups(themes: Sequence[Theme], threshold: float) -> list[list[Theme]]:
    """Groups, each with its themes in order; the largest theme first of all gives a group its id."""
    ordered = sorted(themes, key=lambda theme: theme.theme_id)
    vectors = np.stack([theme.vector for theme in ordered])
    group = average_linkage(len(ordered), _links(vectors), threshold)
    found: dict[int, list[Theme]] = {}
    for theme, number in zip(ordered, group.tolist(), strict=True):
        found.setdefault(number, []).append(theme)
    return [
        sorted(members, key=lambda theme: (-len(theme.heads), theme.theme_id)) for members in found.values()
    ]


def _links(vectors: NDArray[np.float32]) -> Links:
    def cosine(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = vectors[rows] @ vectors[columns].T
        return found

    most = MOST if len(vectors) <= ALL_PAIRS else _OF_MANY
    return strongest_links(vectors, cosine, FAR, most)


def _texts(group: Sequence[Theme], text: TextTokens) -> list[Sequence[Token]]:
    return [text[theme.medoid] for theme in group[:40]]


def _in_order(placed: list[Theme], themes: list[Theme]) -> list[Theme]:
    by_id = {theme.theme_id: theme for theme in placed}
    return [by_id[theme.theme_id] for theme in themes]
