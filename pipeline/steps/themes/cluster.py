"""Cluster: representatives of near-duplicates become themes, themes become larger ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.arrays import Embeddings, Token, Tokens
from pipeline.steps.themes.larger import parents, topics
from pipeline.steps.themes.linkage import average_linkage
from pipeline.steps.themes.names import name_themes
from pipeline.steps.themes.pairs import Side, centred, codes, probable_links, section_codes, word_rows
from pipeline.steps.themes.past import recognize
from pipeline.steps.themes.stance import stances_of
from pipeline.steps.themes.texts import Vectors
from pipeline.steps.themes.theme import Known, Theme
from pipeline.steps.themes.words import content_words, section_of
from pipeline.tables import Clusters, make_table
from pipeline.text import normalize
from pipeline.themes import EarlierTheme, ThemeModel

_NAMED_FROM = 40
"""A name is made from at most this many statements of a theme: more would not change it."""
LATE = 0.25
"""Up to this share of late statements joins the themes a candidate has; more, and it is grouped afresh."""


@dataclass(frozen=True, eq=False)
class _Rows:
    """Columns of the run as lists, one entry per statement in input order."""

    ids: list[str]
    norms: list[str]
    text: tuple[tuple[Token, ...], ...]
    reason: tuple[tuple[Token, ...], ...]
    sections: list[str]
    opinions: list[str]


def cluster(
    statements: pd.DataFrame, tokens: Tokens, embeddings: Embeddings, duplicates: pd.DataFrame, known: Known
) -> pd.DataFrame:
    """Group the statements of each candidate by what they ask for, and name the groups.

    Near-duplicates count once, so a hundred pasted copies change nothing. A statement no other resembles
    is a theme of its own. Nothing is drawn at random and no number of themes is asked for.

    Args:
        statements: A ``Statements`` table, n rows.
        tokens: Of the same statements in the same order.
        embeddings: Of the texts ``theme_texts`` names, in any order.
        duplicates: A ``Duplicates`` table of the same statements in the same order.
        known: The pair model and the themes of earlier inquiries.

    Returns:
        A ``Clusters`` table, n rows in input order; n = 0 gives an empty table.
    """
    rows = _rows(statements, tokens)
    vectors = Vectors(embeddings)
    members = _members(rows.ids, duplicates)
    themes: list[Theme] = []
    for candidate_id, heads in _by_candidate(statements["candidate_id"].tolist(), rows.norms, members):
        side = _side(rows, heads, vectors, candidate_id, known)
        earlier = _earlier([[rows.ids[row] for row in members[head]] for head in heads], known)
        found = _themes(heads, side, members, earlier, known.model)
        found = [replace(theme, candidate_id=candidate_id) for theme in found]
        found = recognize(_named(found, rows, known), side, candidate_id, vectors, known)
        themes += parents(found, rows.text, known)
    themes = topics(themes, rows.text, known)
    return make_table(Clusters, _table(themes, rows, duplicates))


def sides(
    statements: pd.DataFrame, tokens: Tokens, embeddings: Embeddings, known: Known
) -> Iterator[tuple[list[int], Side]]:
    """Per candidate, the rows of its statements (none collapsed) and what pairs of them are judged by."""
    rows, vectors = _rows(statements, tokens), Vectors(embeddings)
    candidates = statements["candidate_id"].tolist()
    for candidate_id, heads in _by_candidate(candidates, rows.norms, range(len(rows.ids))):
        yield heads, _side(rows, heads, vectors, candidate_id, known)


def _rows(statements: pd.DataFrame, tokens: Tokens) -> _Rows:
    return _Rows(
        statements["statement_id"].tolist(),
        statements["norm"].tolist(),
        tokens.text,
        tokens.reason,
        [normalize(section) for section in statements["section"]],
        statements["opinion_key"].tolist(),
    )


def _members(ids: Sequence[str], duplicates: pd.DataFrame) -> dict[int, list[int]]:
    """Rows that one representative stands for, itself first; a partial duplicate stands for itself."""
    position = {statement_id: i for i, statement_id in enumerate(ids)}
    members: dict[int, list[int]] = {}
    copies: list[tuple[int, int]] = []
    columns = zip(duplicates["duplicate_of"], duplicates["is_partial_duplicate"], strict=True)
    for i, (head, is_partial) in enumerate(columns):
        if head and not is_partial:
            copies.append((position[head], i))
        else:
            members[i] = [i]
    for head_row, i in copies:
        members[head_row].append(i)
    return members


def _by_candidate(
    candidates: Sequence[str], norms: Sequence[str], heads: Iterable[int]
) -> list[tuple[str, list[int]]]:
    """Representatives of each candidate in content order, so that row order decides nothing."""
    blocks: dict[str, list[int]] = {}
    for i in heads:
        blocks.setdefault(candidates[i], []).append(i)
    return [
        (candidate_id, sorted(rows, key=lambda i: (digest(norms[i]), norms[i], i)))
        for candidate_id, rows in sorted(blocks.items())
    ]


def digest(text: str) -> str:
    """A short name for a text that only its content decides."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _side(rows: _Rows, heads: Sequence[int], vectors: Vectors, candidate_id: str, known: Known) -> Side:
    ids = [rows.ids[i] for i in heads]
    items = vectors.items(candidate_id)
    texts = [list(content_words(rows.text[i])) for i in heads]
    wholes = [text + list(content_words(rows.reason[i])) for text, i in zip(texts, heads, strict=True)]
    words_whole, _, _ = word_rows(wholes, known.model)
    words_text, present, weight = word_rows(texts, known.model)
    return Side(
        centred(vectors.of("text", ids), items, known.model),
        centred(vectors.of("whole", ids), items, known.model),
        words_text,
        words_whole,
        present,
        weight,
        section_codes([section_of(rows.sections[i]) for i in heads]),
        codes([rows.opinions[i] for i in heads]),
    )


def _earlier(members: Sequence[Sequence[str]], known: Known) -> list[EarlierTheme | None]:
    """The theme each representative had when the inquiry was run last, or None.

    Nobody has one where more than a few came since: then the candidate is grouped afresh.
    """
    found = [next((known.so_far[one] for one in ids if one in known.so_far), None) for ids in members]
    n_new = found.count(None)
    return found if n_new <= max(1, LATE * (len(found) - n_new)) else [None] * len(found)


def _themes(
    heads: Sequence[int],
    side: Side,
    members: dict[int, list[int]],
    earlier: Sequence[EarlierTheme | None],
    model: ThemeModel,
) -> list[Theme]:
    """Themes of one candidate, in content order of their first statement."""
    settled: dict[str, list[int]] = {}
    for node, theme in enumerate(earlier):
        if theme:
            settled.setdefault(theme.theme_id, []).append(node)
    links = probable_links(side, model)
    groups = average_linkage(len(heads), links, model.threshold, list(settled.values()))
    support = np.zeros(len(heads))
    inside = groups[links.first] == groups[links.second]
    for ends in (links.first, links.second):
        np.add.at(support, ends[inside], links.strength[inside])
    nodes: dict[int, list[int]] = {}
    for node, group in enumerate(groups.tolist()):
        nodes.setdefault(group, []).append(node)
    themes = []
    for group in nodes.values():
        medoid = max(group, key=lambda node: (support[node], -node))
        mean = side.text[group].mean(axis=0)
        kept = next((theme for node in group if (theme := earlier[node])), EarlierTheme("", ""))
        themes.append(
            Theme(
                medoid=heads[medoid],
                heads=(heads[medoid], *(heads[node] for node in group if node != medoid)),
                rows=tuple(sorted(row for node in group for row in members[heads[node]])),
                vector=mean / max(float(np.linalg.norm(mean)), 1e-9),
                nodes=tuple(group),
                theme_id=kept.theme_id,
                name=kept.name,
            )
        )
    return themes


def _named(themes: list[Theme], rows: _Rows, known: Known) -> list[Theme]:
    texts = [[rows.text[i] for i in theme.heads[:_NAMED_FROM]] for theme in themes]
    names = name_themes(texts, known.model, [theme.name for theme in themes])
    taken = {theme.theme_id: 1 for theme in themes}
    named = []
    for theme, name in zip(themes, names, strict=True):
        if theme.theme_id:
            named.append(theme)
            continue
        key = f"{theme.candidate_id or '-'}-{digest(rows.norms[theme.medoid])}"
        taken[key] = taken.get(key, 0) + 1
        # Two themes may share a text where only the reasons differ.
        theme_id = key if taken[key] == 1 else f"{key}-{taken[key]}"
        named.append(replace(theme, theme_id=theme_id, name=name))
    return named


def _table(themes: Sequence[Theme], rows: _Rows, duplicates: pd.DataFrame) -> list[dict[str, object]]:
    found: dict[int, dict[str, object]] = {}
    for theme in themes:
        for i, stance in zip(theme.rows, stances_of([rows.norms[i] for i in theme.rows]), strict=True):
            found[i] = {
                "statement_id": rows.ids[i],
                "cluster_id": theme.theme_id,
                "cluster_name": theme.name,
                "parent_id": theme.parent_id,
                "parent_name": theme.parent_name,
                "topic_id": theme.topic_id,
                "topic_name": theme.topic_name,
                "past_id": theme.past_id,
                "is_medoid": i == theme.medoid,
                "stance": stance,
            }
    copies = zip(duplicates["duplicate_of"], duplicates["is_partial_duplicate"], strict=True)
    return [
        found[i] | {"duplicate_of": head, "is_partial_duplicate": is_partial}
        for i, (head, is_partial) in enumerate(copies)
    ]
