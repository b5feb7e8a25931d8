"""The file of a fitted model: skops under a list of trusted types, and a packed copy that opens fast."""

from __future__ import annotations

import os
import tempfile
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import sklearn
import sklearn.utils

from pipeline.edges.integrity import sha256
from pipeline.edges.packing import pack, unpack
from pipeline.edges.process import nothing_to_collect
from pipeline.errors import ModelError

TRUSTED = [
    "sklearn.compose._column_transformer.ColumnTransformer",
    "sklearn.ensemble._forest.ExtraTreesClassifier",
    "sklearn.feature_extraction.text.TfidfTransformer",
    "sklearn.feature_extraction.text.TfidfVectorizer",
    "sklearn.linear_model._logistic.LogisticRegression",
    "sklearn.pipeline.Pipeline",
    "sklearn.preprocessing._data.StandardScaler",
    "sklearn.tree._classes.ExtraTreeClassifier",
    "sklearn.tree._tree.Tree",
]
"""Types a model file may hold beside plain values and arrays. In code, never in the file."""
_DIGITS = 16


@cache
def _skops() -> Any:
    """skops.io, trusting no estimator of its own accord.

    It would trust every estimator of scikit-learn, and import all of it to learn their names, PyTorch and
    Dask included: four seconds for what ``TRUSTED`` says in nine lines.
    """
    every = sklearn.utils.all_estimators
    sklearn.utils.all_estimators = lambda *_, **__: []
    try:
        import skops.io
    finally:
        sklearn.utils.all_estimators = every
    return skops.io


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Write what a model is made of."""
    _skops().dump(state, path, compression=zipfile.ZIP_DEFLATED, compresslevel=9)


def read_state(path: Path) -> dict[str, Any]:
    """What a model is made of.

    Raises:
        ModelError: The file is damaged, or holds a type not trusted.
    """
    try:
        with nothing_to_collect():
            state: dict[str, Any] = _skops().load(path, trusted=TRUSTED)
    except zipfile.BadZipFile as error:
        raise ModelError(f"{path}: モデルのファイルが壊れているため読み込みません。{error}") from error
    except (TypeError, ValueError) as error:
        raise ModelError(f"{path}: 信頼できない型を含むため読み込みません。{error}") from error
    return state


def read_state_fast(path: Path, digest: str, folder: Path) -> dict[str, Any]:
    """The same by way of a packed copy, made at the first time; it is another's file if its digest differs.

    Args:
        path: The model file, already verified.
        digest: Its SHA-256.
        folder: Where packed copies are kept; what lies there can be deleted at any time.

    Raises:
        ModelError: As ``read_state``.
    """
    stem = f"{digest[:_DIGITS]}-{sklearn.__version__}"
    for copy in sorted(folder.glob(f"{stem}-*.skops")):
        if copy.stem == f"{stem}-{sha256(copy)[:_DIGITS]}":
            return dict(unpack(read_state(copy)))
        copy.unlink(missing_ok=True)
    state = read_state(path)
    # Where nothing can be kept, the next time is slow again.
    with suppress(OSError):
        _keep(pack(state), folder, stem)
    return state


def _keep(packed: dict[str, Any], folder: Path, stem: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".packing-") as staging:
        fresh = Path(staging) / "packed"
        _skops().dump(packed, fresh, compression=zipfile.ZIP_DEFLATED, compresslevel=1)
        os.replace(fresh, folder / f"{stem}-{sha256(fresh)[:_DIGITS]}.skops")
