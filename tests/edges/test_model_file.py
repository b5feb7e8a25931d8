from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.svm import SVC

from pipeline.edges.integrity import sha256
from pipeline.edges.model_file import read_state, read_state_fast, write_state
from pipeline.errors import ModelError

ROWS = np.eye(6)
FOREST = ExtraTreesClassifier(n_estimators=3, random_state=1).fit(ROWS, list("aabbcc"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_state(tmp_path / "m.skops", {"forest": FOREST, "far": 0.5})
    return tmp_path / "m.skops"


def test_the_packed_copy_is_made_once_and_says_the_same(path: Path, tmp_path: Path) -> None:
    digest, folder = sha256(path), tmp_path / "packed"
    first = read_state_fast(path, digest, folder)
    made = list(folder.iterdir())
    second = read_state_fast(tmp_path / "not read any more", digest, folder)
    assert list(folder.iterdir()) == made
    assert len(made) == 1
    for state in (first, second):
        assert state["far"] == 0.5
        assert state["forest"].predict_proba(ROWS).tobytes() == FOREST.predict_proba(ROWS).tobytes()


def test_a_damaged_packed_copy_is_made_anew(path: Path, tmp_path: Path) -> None:
    digest, folder = sha256(path), tmp_path / "packed"
    read_state_fast(path, digest, folder)
    copy = next(folder.iterdir())
    copy.write_bytes(copy.read_bytes()[:-100])
    assert read_state_fast(path, digest, folder)["far"] == 0.5
    (again,) = folder.iterdir()
    assert again.stem.endswith(sha256(again)[:16])


def test_another_model_never_gets_the_copy(path: Path, tmp_path: Path) -> None:
    read_state_fast(path, sha256(path), tmp_path / "packed")
    other = tmp_path / "other.skops"
    write_state(other, {"far": 0.7})
    assert read_state_fast(other, sha256(other), tmp_path / "packed") == {"far": 0.7}


def test_where_no_copy_can_be_kept_the_model_is_read_all_the_same(path: Path, tmp_path: Path) -> None:
    (tmp_path / "packed").write_text("a file where the folder would be")
    assert read_state_fast(path, sha256(path), tmp_path / "packed")["far"] == 0.5


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
