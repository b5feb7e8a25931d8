from __future__ import annotations

from pipeline.edges.drifting import drift_of, reviewed
from pipeline.edges.store import Store
from tests.edges.test_confirmed import said
from tests.factory import gold_rows, make_result
from tests.stub_reader import reader


def test_words_never_seen_in_training_are_told(store: Store) -> None:
    result = make_result(gold_rows(40))
    statements = result.statements.assign(norm="※◆" * 20, norm_reason="")
    told = drift_of(statements, result.judgement, reader(), store, result.taxonomy)
    assert "学習時に無かった言い回しが94%あります" in told


def test_changed_suggestions_are_counted_by_the_label_suggested(store: Store) -> None:
    result = make_result(gold_rows(40))
    store.save_run(result)
    decisions = result.judgement.decisions.head(3)
    ids, labels = decisions["statement_id"].tolist(), decisions["label"].tolist()
    other = "abstract" if labels[0] != "abstract" else "share"
    store.append([said(store, ids[0], other), *(said(store, ids[k], labels[k]) for k in (1, 2))])
    latest, before = reviewed(store)
    assert before == {}
    assert sum(found.n for found in latest.values()) == 3
    assert {label: found.n_changed for label, found in latest.items() if found.n_changed} == {labels[0]: 1}


def test_words_of_training_are_not_told(store: Store) -> None:
    result = make_result([row for row in gold_rows() if row["cid"] in ("T4", "T5")])
    assert "言い回し" not in drift_of(result.statements, result.judgement, reader(), store, result.taxonomy)
