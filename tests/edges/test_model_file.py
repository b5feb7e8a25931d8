from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.svm import SVC

from pipeline.edges.model_file import read_state, write_state
from pipeline.errors import ModelError

ROWS = np.eye(6)
FOREST = ExtraTreesClassifier(n_estimators=3, random_state=1).fit(ROWS, list("aabbcc"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_state(tmp_path / "m.skops", {"forest": FOREST, "far": 0.5})
    return tmp_path / "m.skops"


def test_what_is_read_answers_as_what_was_written(path: Path) -> None:
    state = read_state(path)
    assert state["far"] == 0.5
    assert state["forest"].predict_proba(ROWS).tobytes() == FOREST.predict_proba(ROWS).tobytes()


def test_an_estimator_that_is_not_on_the_list_is_refused(tmp_path: Path) -> None:
    write_state(tmp_path / "svm.skops", {"svm": SVC().fit(ROWS, list("aabbcc"))})
    with pytest.raises(ModelError, match="信頼できない型"):
        read_state(tmp_path / "svm.skops")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.skops").write_bytes(b"PK and no more")
    with pytest.raises(ModelError, match="読み込みません"):
        read_state(tmp_path / "m.skops")


def test_reading_a_model_needs_neither_torch_nor_dask(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.edges.model_file import read_state;"
        "read_state(Path(sys.argv[1])); print({'torch', 'dask'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
