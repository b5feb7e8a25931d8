"""Whether the groups of old statements stay when others arrive or rows are shuffled."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from benchmarks.theme_data import Inquiry, part
from benchmarks.theme_quality import themes_of
from pipeline.arrays import Embeddings, Tokens
from pipeline.edges.tagger import UnidicTagger
from pipeline.themes import EarlierTheme, ThemeModel

N_COPIES = 110
_ORGANIZATIONS = ("本市", "当市", "本町", "当町", "本村", "当県", "本県", "当区")


@dataclass(frozen=True)
class Stability:
    """Adjusted Rand index of the old statements' groups before and after, trial by trial."""

    copies: tuple[float, ...]
    """110 near-copies of one statement arrive."""
    shuffled: tuple[float, ...]
    late: tuple[float, ...]
    """One other opinion arrives after a run, and the inquiry is run again on the same store."""
    afresh: tuple[float, ...]
    """The same, but nothing is known of the run before."""


def stability(inquiry: Inquiry, model: ThemeModel, seed: int = 0) -> Stability:
    """Five trials of the first two kinds, ten of the others (or one per statement)."""
    rng = random.Random(seed)
    before = themes_of(inquiry, model)
    copies = [_agree(before, _with_copies(inquiry, model, rng)) for _ in range(5)]
    shuffles = [_agree(before, _shuffled(inquiry, model, rng)) for _ in range(5)]
    alone = list(_one_more(inquiry, model, before, rng))
    return Stability(
        tuple(copies), tuple(shuffles), tuple(late for late, _ in alone), tuple(afresh for _, afresh in alone)
    )


def _agree(before: Sequence[str], after: Sequence[str]) -> float:
    return float(adjusted_rand_score(before, after))


def edited(text: str, rng: random.Random) -> str:
    """A near-copy: punctuation, an organization's word, a typo or a politer ending."""
    for word in _ORGANIZATIONS:
        if word in text and rng.random() < 0.8:
            text = text.replace(word, rng.choice(_ORGANIZATIONS))
    if rng.random() < 0.5:
        text = text.replace("、", "", 1)
    if rng.random() < 0.5:
        text = text.replace("されたい", "していただきたい")
    if rng.random() < 0.5 and len(text) > 40:
        place = rng.randrange(len(text) - 1)
        text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text


def _with_copies(inquiry: Inquiry, model: ThemeModel, rng: random.Random) -> list[str]:
    row = rng.randrange(len(inquiry.themes))
    texts = [edited(inquiry.statements["norm"].iat[row], rng) for _ in range(N_COPIES)]
    return themes_of(added(inquiry, row, texts), model)[: len(inquiry.themes)]


def added(inquiry: Inquiry, row: int, texts: list[str]) -> Inquiry:
    """The inquiry with copies of one row at its end; a copy has its original's vector."""
    original = inquiry.statements.iloc[row]
    ids = [f"copy-{i}" for i in range(len(texts))]
    copies = pd.DataFrame([original.to_dict()] * len(texts)).assign(
        statement_id=ids, opinion_key=ids, norm=texts
    )
    tokens = inquiry.tokens
    positions = {key: i for i, key in enumerate(inquiry.embeddings.ids)}
    sources = [positions[f"{kind}:{original['statement_id']}"] for kind in ("text", "whole") for _ in ids]
    vectors = inquiry.embeddings
    return Inquiry(
        inquiry.name,
        pd.concat([inquiry.statements, copies], ignore_index=True),
        Tokens(
            (*tokens.statement_ids, *ids),
            (*tokens.text, *UnidicTagger()(texts)),
            (*tokens.reason, *[tokens.reason[row]] * len(texts)),
        ),
        Embeddings(
            (*vectors.ids, *(f"{kind}:{key}" for kind in ("text", "whole") for key in ids)),
            np.concatenate([vectors.vectors, vectors.vectors[sources]]),
            vectors.encoder_id,
        ),
        (*inquiry.themes, *[inquiry.themes[row]] * len(texts)),
    )


def _shuffled(inquiry: Inquiry, model: ThemeModel, rng: random.Random) -> list[str]:
    order = list(range(len(inquiry.themes)))
    rng.shuffle(order)
    found = themes_of(part(inquiry, order), model)
    back = dict(zip(order, found, strict=True))
    return [back[i] for i in range(len(order))]


def _one_more(
    inquiry: Inquiry, model: ThemeModel, after: list[str], rng: random.Random
) -> Iterator[tuple[float, float]]:
    """As if each of some statements had arrived last, alone: on the same store, and without one."""
    ids = inquiry.statements["statement_id"].tolist()
    for row in rng.sample(range(len(after)), min(10, len(after))):
        kept = [i for i in range(len(after)) if i != row]
        before = themes_of(part(inquiry, kept), model)
        known = {ids[i]: EarlierTheme(theme, theme) for i, theme in zip(kept, before, strict=True)}
        late = themes_of(inquiry, model, known)
        yield _agree(before, [late[i] for i in kept]), _agree(before, [after[i] for i in kept])
