from __future__ import annotations

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from pipeline.edges.packing import pack, unpack
from pipeline.learning.estimators import word_line, wording_line

TEXTS = ["費用は国", "国の費用", "窓口の時間", "時間の窓口", "末尾の\0", "末尾の\0"]
LABELS = ["a", "a", "b", "b", "c", "c"]
RNG = np.random.default_rng(0)


def test_words_come_back_in_their_columns() -> None:
    line = word_line(1.0).fit(TEXTS, LABELS)
    packed = pack({"words": line, "width": 3})
    assert isinstance(packed["words"].steps[0][1].vocabulary_, str)
    again = unpack(packed)
    assert again["words"].steps[0][1].vocabulary_ == line.steps[0][1].vocabulary_
    assert again["words"].predict_proba(TEXTS).tobytes() == line.predict_proba(TEXTS).tobytes()
    assert again["width"] == 3


def test_words_inside_columns_come_back_too() -> None:
    values = np.array([[text, text, "国 の"] for text in ("費用 は 国", "費用 は 国", "窓口 の", "窓口 の")])
    line = wording_line(1.0).fit(values, LABELS[:4])
    again = unpack(pack([line]))[0]
    assert again.predict_proba(values).tobytes() == line.predict_proba(values).tobytes()


def test_a_forest_comes_back_tree_by_tree() -> None:
    values, target = RNG.normal(size=(60, 4)), RNG.integers(0, 3, size=60)
    forest = ExtraTreesClassifier(n_estimators=7, random_state=1).fit(values, target)
    packed = pack({"pair": [forest, 1.5]})
    again, half = unpack(packed)["pair"]
    asked = RNG.normal(size=(200, 4))
    assert half == 1.5
    assert again.predict_proba(asked).tobytes() == forest.predict_proba(asked).tobytes()
    assert [one.random_state for one in again.estimators_] == [one.random_state for one in forest.estimators_]
    assert again.feature_importances_.tobytes() == forest.feature_importances_.tobytes()


def test_what_was_given_is_left_as_it_was() -> None:
    line = word_line(1.0).fit(TEXTS, LABELS)
    forest = ExtraTreesClassifier(n_estimators=3, random_state=1).fit(np.eye(6), LABELS)
    packed = pack({"line": line, "forest": forest})
    unpack(packed)
    assert len(forest.estimators_) == 3
    assert isinstance(line.steps[0][1].vocabulary_, dict)
    assert isinstance(packed["line"].steps[0][1].vocabulary_, str)
