from __future__ import annotations

import pandas as pd

from pipeline.readings import Readings
from pipeline.settings import Settings
from pipeline.steps.doubts import Given, changed_labels, find_doubts
from pipeline.tables import make_table
from pipeline.taxonomy import Border, load_taxonomy


def _readings(*rows: tuple[str, str, float]) -> pd.DataFrame:
    made: list[dict[str, object]] = [
        {"statement_id": one, "label": label, "coverage": "", "p_gold": p, "margin": 0.1, "accepted": False}
        for one, label, p in rows
    ]
    return make_table(Readings, made)


def test_every_reason_is_named_and_people_against_people_comes_first() -> None:
    given = [
        Given("sound", "share", "g1", 2),
        Given("hard", "share", "g2", 2),
        Given("copy", "share", "g3", 2),
        Given("its copy", "abstract", "g3", 2),
        Given("split", "abstract", "g4", 2, other="share"),
        Given("old", "resolved", "g5", 1),
    ]
    said = _readings(("sound", "share", 0.9), ("hard", "abstract", 0.1), ("split", "abstract", 0.8))
    doubts = find_doubts(given, said, {"resolved": 2})
    assert [(one.statement_id, one.kinds, one.suggested) for one in doubts] == [
        ("copy", ("copies",), ""),
        ("its copy", ("copies",), ""),
        ("hard", ("model",), "abstract"),
        ("split", ("readers",), ""),
        ("old", ("codebook",), ""),
    ]


def test_a_category_that_is_hard_for_the_model_is_not_suspicious_for_that() -> None:
    given = [Given(str(k), "unclear_basis", str(k), 1) for k in range(4)]
    said = _readings(*((str(k), "share", 0.2) for k in range(4)))
    assert find_doubts(given, said, {}) == []


def test_a_moved_border_touches_both_its_sides() -> None:
    new = load_taxonomy(Settings().taxonomy_path)
    first = new.labels[0]
    border = Border(text="新しい境界", label="abstract")
    moved = first.model_copy(update={"excludes": (*first.excludes, border)})
    later = new.model_copy(update={"version": 9, "labels": (moved, *new.labels[1:])})
    assert changed_labels(new, new) == {}
    assert changed_labels(new, later) == {"abstract": 9, first.code: 9}
