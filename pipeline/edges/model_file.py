"""The file of a fitted model: skops under a list of trusted types, and a packed copy that opens fast."""

from __future__ import annotations

import lzma
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import sklearn
import sklearn.utils

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
    _skops().dump(pack(state), path, compression=zipfile.ZIP_LZMA)


def read_state(path: Path) -> dict[str, Any]:
    """What a model is made of.

    Raises:
        ModelError: The file is damaged, or holds a type not trusted.
    """
    try:
        with nothing_to_collect():
            return dict(unpack(_skops().load(path, trusted=TRUSTED)))
    except (zipfile.BadZipFile, lzma.LZMAError, EOFError) as error:
        raise ModelError(f"{path}: モデルのファイルが壊れているため読み込みません。{error}") from error
    except (TypeError, ValueError) as error:
        raise ModelError(f"{path}: 信頼できない型を含むため読み込みません。{error}") from error
