"""Find near-duplicates: likely pairs by MinHash, an exact check of each, one representative per group."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, LCSseq, Levenshtein
from rapidfuzz.process import cpdist
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.steps.duplicates.minhash import Pairs, distinct_pairs, likely_pairs
from pipeline.tables import Duplicates, make_table

ALIKE = 0.85
"""Two texts are one where this share of their characters is common, in order."""
SHARED = 0.6
"""A partial duplicate repeats this share of the shorter text in runs of ``_RUN`` characters or more."""
_SHORTEST = 12
"""Below this many characters one changed word changes the point: only equal texts are one."""
_RUN = 8
_LIKE_LENGTH = 0.7
_SENTENCE = 20
_NOISE = re.compile(r"[\W_]")
_SENTENCES = re.compile(r"[。.\n!?]")
_DIRECTION = re.compile(
    r"ない|なく|なけれ|ません|賛成|反対|異論|不要|廃止|撤回|上げ|下げ|増|減|以上|以下|以内|以外"
)


@dataclass(frozen=True, eq=False)
class _Texts:
    """The m distinct texts, in an order that only their content decides."""

    folded: tuple[str, ...]
    norms: tuple[str, ...]
    blocks: NDArray[np.uint64]
    """A number per text for its candidate: texts of two candidates are never one."""
    counts: NDArray[np.int64]
    of: NDArray[np.int64]
    """Shape (n,): the text of each statement."""


def find_duplicates(statements: pd.DataFrame) -> pd.DataFrame:
    """Find the texts that are one text with a word changed, and the text that stands for each group.

    Width, punctuation, spaces and case never count. A text with the opposite direction (反対 for 賛成) is
    no duplicate, however alike. What repeats a template but adds a point or a reason of its own is a
    *partial* duplicate: it is shown beside the template and judged for itself.

    Args:
        statements: A ``Statements`` table, n rows.

    Returns:
        A ``Duplicates`` table, n rows in input order. The representative is the first statement with the
        text that was sent most often.

    Example:
        >>> rows = pd.DataFrame({"statement_id": ["a", "b", "c"], "candidate_id": ["T1"] * 3,
        ...     "norm": ["利用料の目安を示していただきたい。", "利用料の目安を示していただきたい", "別"],
        ...     "norm_reason": [""] * 3})
        >>> find_duplicates(rows)["duplicate_of"].tolist()
        ['', 'a', '']
    """
    ids = statements["statement_id"].tolist()
    texts = _distinct(statements["candidate_id"].tolist(), statements["norm"].tolist())
    groups, failed = _groups(texts)
    heads = _heads(groups, texts.counts)
    templates = _templates(texts, groups, failed)
    first: dict[int, int] = {}
    for i, text in enumerate(texts.of.tolist()):
        first.setdefault(text, i)
    reasons = [fold(reason) for reason in statements["norm_reason"]]
    duplicate_of, is_partial = [], []
    for i, text in enumerate(texts.of.tolist()):
        group = int(groups[text])
        head = first[heads[templates.get(group, group)]]
        own_point = group in templates or _has_own_reason(reasons[i], reasons[head])
        duplicate_of.append("" if i == head else ids[head])
        is_partial.append(i != head and own_point)
    columns = {"statement_id": ids, "duplicate_of": duplicate_of, "is_partial_duplicate": is_partial}
    return make_table(Duplicates, pd.DataFrame(columns).astype({"is_partial_duplicate": bool}))


def difference(representative: str, text: str) -> tuple[tuple[str, str], ...]:
    """What a member changed: runs of text marked ``=`` (kept), ``-`` (left out) and ``+`` (added).

    Example:
        >>> difference("過去６年分を移行する", "過去５年分を移行する")
        (('=', '過去'), ('-', '６'), ('+', '５'), ('=', '年分を移行する'))
    """
    runs: list[tuple[str, str]] = []
    for step in Levenshtein.opcodes(representative, text):
        if step.tag == "equal":
            runs.append(("=", representative[step.src_start : step.src_end]))
            continue
        left_out, added = representative[step.src_start : step.src_end], text[step.dest_start : step.dest_end]
        runs.extend(run for run in (("-", left_out), ("+", added)) if run[1])
    return tuple(runs)


def fold(norm: str) -> str:
    """What is left of a normalized text when punctuation, spaces and case do not count.

    >>> fold("IDを、止める 時期。")
    'idを止める時期'
    """
    return _NOISE.sub("", norm).casefold()


def _distinct(candidates: Sequence[str], norms: Sequence[str]) -> _Texts:
    keys = [(candidate, fold(norm) or norm) for candidate, norm in zip(candidates, norms, strict=True)]
    shown = dict(zip(keys, norms, strict=True))
    digests = {key: _digest("\0".join(key)) for key in shown}
    ordered = sorted(digests, key=lambda key: (digests[key], key))
    index = {key: i for i, key in enumerate(ordered)}
    of = np.array([index[key] for key in keys], dtype=np.int64)
    return _Texts(
        tuple(key[1] for key in ordered),
        tuple(shown[key] for key in ordered),
        np.array([int.from_bytes(_digest(key[0])[:8], "little") for key in ordered], dtype=np.uint64),
        np.bincount(of, minlength=len(ordered)),
        of,
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _groups(texts: _Texts) -> tuple[NDArray[np.int64], Pairs]:
    """Group number per distinct text, and the pairs that looked alike but are not one text."""
    n = len(texts.folded)
    groups = np.arange(n, dtype=np.int64)
    links = np.zeros((0, 2), dtype=np.int64)
    failed = [_sentence_pairs(texts)]
    for likely in likely_pairs(texts.folded, texts.blocks):
        pairs = likely[groups[likely[:, 0]] != groups[likely[:, 1]]]
        one = _are_one(texts.folded, pairs)
        failed.append(pairs[~one])
        if one.any():
            links = np.concatenate([links, pairs[one]])
            graph = coo_array((np.ones(len(links)), (links[:, 0], links[:, 1])), shape=(n, n))
            groups = connected_components(graph, directed=False)[1].astype(np.int64)
    left = distinct_pairs(np.concatenate(failed))
    return groups, left[groups[left[:, 0]] != groups[left[:, 1]]]


def _are_one(folded: Sequence[str], pairs: Pairs) -> NDArray[np.bool_]:
    """Whether each pair is one text with a word changed; shape (m,)."""
    if not len(pairs):
        return np.zeros(0, dtype=bool)
    left = [folded[i] for i in pairs[:, 0]]
    right = [folded[i] for i in pairs[:, 1]]
    alike = cpdist(left, right, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, workers=1) >= ALIKE
    for k in np.flatnonzero(alike):
        short = min(len(left[k]), len(right[k])) < _SHORTEST
        alike[k] = not short and _direction(left[k]) == _direction(right[k])
    return np.asarray(alike, dtype=bool)


def _direction(text: str) -> list[str]:
    return sorted(_DIRECTION.findall(text))


def _sentence_pairs(texts: _Texts) -> Pairs:
    """Texts that share a long sentence word for word, each with the first that has it."""
    seen: dict[tuple[int, str], int] = {}
    pairs = []
    for i, norm in enumerate(texts.norms):
        for sentence in _SENTENCES.split(norm):
            if len(sentence) >= _SENTENCE:
                first = seen.setdefault((int(texts.blocks[i]), fold(sentence)), i)
                if first != i:
                    pairs.append((first, i))
    return distinct_pairs(np.array(pairs, dtype=np.int64).reshape(-1, 2))


def _heads(groups: NDArray[np.int64], counts: NDArray[np.int64]) -> dict[int, int]:
    """The text that stands for each group: the one sent most often, then the first in content order."""
    heads: dict[int, int] = {}
    for text, group in enumerate(groups.tolist()):
        if group not in heads or counts[text] > counts[heads[group]]:
            heads[group] = text
    return heads


def _templates(texts: _Texts, groups: NDArray[np.int64], pairs: Pairs) -> dict[int, int]:
    """For each group that repeats most of another: that other group, the template."""
    sizes = np.bincount(groups, weights=texts.counts) if len(groups) else np.zeros(0)
    found: dict[int, tuple[float, int]] = {}
    for a, b in pairs.tolist():
        share = _shared(texts.folded[a], texts.folded[b])
        if share < SHARED or _are_opposite(texts.folded[a], texts.folded[b]):
            continue
        # The template is what more people sent; of two sent once, the shorter.
        ranks = [(-sizes[groups[text]], len(texts.folded[text]), text) for text in (a, b)]
        template, member = (groups[a], groups[b]) if ranks[0] < ranks[1] else (groups[b], groups[a])
        found[int(member)] = max(found.get(int(member), (0.0, 0)), (share, int(template)))
    templates = {member: template for member, (_, template) in found.items()}
    # A template that is itself a partial duplicate would make a chain: its members stay on their own.
    return {member: template for member, template in templates.items() if template not in templates}


def _are_opposite(a: str, b: str) -> bool:
    """Whether two texts of like length differ in direction: then neither is the other's template."""
    return min(len(a), len(b)) >= _LIKE_LENGTH * max(len(a), len(b)) and _direction(a) != _direction(b)


def _shared(a: str, b: str) -> float:
    """Share of the shorter text that stands in the longer one in long runs.

    >>> _shared("占用台帳の電子化に財政支援を", "占用台帳の電子化に財政支援をまた様式を一つにされたい")
    1.0
    """
    runs = LCSseq.opcodes(a, b)
    kept = sum(r.src_end - r.src_start for r in runs if r.tag == "equal" and r.src_end - r.src_start >= _RUN)
    shorter = min(len(a), len(b))
    return kept / shorter if shorter >= _SENTENCE or kept == shorter > _SHORTEST else 0.0


def _has_own_reason(reason: str, template: str) -> bool:
    """Whether a sender gave a reason the template does not give; giving none is nothing of one's own."""
    return bool(reason) and Indel.normalized_similarity(reason, template) < SHARED
