"""Packing: a fitted model's words and trees as a few arrays, because skops spends a file on each of them.

A model of 75,000 words and 1,000 trees is unpacked 5,600 files and 76 MB of JSON, seconds to read.
"""

from __future__ import annotations

import json
from copy import copy
from typing import Any

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import Pipeline

_TREES = "packed trees"


def pack(value: Any) -> Any:
    """A copy of a model's state in which every forest and every vocabulary is packed.

    Args:
        value: Dicts and lists of estimators, arrays and plain values; left as it is.
    """
    return _each(value, _pack_words, _pack_trees)


def unpack(value: Any) -> Any:
    """What ``pack`` was given: estimators that answer every question with the same bits."""
    return _each(value, _unpack_words, _unpack_trees)


def _each(value: Any, words: Any, trees: Any) -> Any:
    """Walk through containers and composed estimators, copying what is changed."""
    if isinstance(value, ExtraTreesClassifier) or (isinstance(value, dict) and _TREES in value):
        return trees(value)
    if isinstance(value, TfidfVectorizer):
        return words(value)
    if isinstance(value, dict):
        return {key: _each(one, words, trees) for key, one in value.items()}
    if isinstance(value, list):
        return [_each(one, words, trees) for one in value]
    if isinstance(value, Pipeline):
        walked = copy(value)
        walked.steps = [(name, _each(one, words, trees)) for name, one in value.steps]
        return walked
    if isinstance(value, ColumnTransformer):
        walked = copy(value)
        walked.transformers_ = [(name, _each(one, words, trees), of) for name, one, of in value.transformers_]
        return walked
    return value


def _pack_words(vectorizer: TfidfVectorizer) -> TfidfVectorizer:
    packed = copy(vectorizer)
    # As JSON: an array of strings would give each the width of the longest, and lose zeros at their ends.
    ordered = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
    packed.vocabulary_ = json.dumps(ordered, ensure_ascii=True)
    return packed


def _unpack_words(packed: TfidfVectorizer) -> TfidfVectorizer:
    vectorizer = copy(packed)
    vectorizer.vocabulary_ = {word: column for column, word in enumerate(json.loads(packed.vocabulary_))}
    return vectorizer


def _pack_trees(forest: ExtraTreesClassifier) -> dict[str, Any]:
    """One tree stays whole: it stands for what all have in common."""
    states = [one.tree_.__getstate__() for one in forest.estimators_]
    bare = copy(forest)
    bare.estimators_ = forest.estimators_[:1]
    return {
        _TREES: bare,
        "nodes": np.concatenate([state["nodes"] for state in states]),
        "values": np.concatenate([state["values"] for state in states]),
        "counts": np.array([state["node_count"] for state in states], dtype=np.int64),
        "depths": np.array([state["max_depth"] for state in states], dtype=np.int64),
        "seeds": np.array([one.random_state for one in forest.estimators_], dtype=np.int64),
    }


def _unpack_trees(packed: dict[str, Any]) -> ExtraTreesClassifier:
    forest = copy(packed[_TREES])
    first = forest.estimators_[0]
    grow, shape, _ = first.tree_.__reduce__()
    ends = np.cumsum(packed["counts"])
    forest.estimators_ = []
    for count, end, depth, seed in zip(
        packed["counts"], ends, packed["depths"], packed["seeds"], strict=True
    ):
        tree = copy(first)
        tree.random_state = int(seed)
        tree.tree_ = grow(*shape)
        own = slice(end - count, end)
        state = {"max_depth": int(depth), "node_count": int(count)}
        tree.tree_.__setstate__(state | {"nodes": packed["nodes"][own], "values": packed["values"][own]})
        forest.estimators_.append(tree)
    return forest
