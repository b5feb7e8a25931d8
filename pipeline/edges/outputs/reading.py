"""Reading: the tables of a finished run, back in memory, for analysts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pandera.errors import SchemaError

from pipeline.errors import InputError
from pipeline.tables import Rejected, ResultRows, Table, make_table


@dataclass(frozen=True, eq=False)
class Run:
    """What ``ikenwake run`` left in its folder."""

    statements: pd.DataFrame
    """A ``ResultRows`` table: statements.parquet: statements.csv with its types."""
    rejected: pd.DataFrame
    """A ``Rejected`` table; texts are empty except for 「特になし」 and its kin."""
    summary: dict[str, Any]
    """summary.json."""


def load_run(out: Path | str) -> Run:
    """Read the outputs of a run as typed tables: 「00012」 and 「NA」 stay text, numbers are numbers.

    Args:
        out: The folder given to ``ikenwake run`` as ``--out``.

    Returns:
        The tables, from the Parquet files beside the CSV files, and the summary.

    Raises:
        InputError: A file is missing or is not what a run writes.

    Example:
        A count of dispositions by prefecture:

        ``load_run("data/out").statements.pivot_table("row", "prefecture", "disposition", "count")``
    """
    folder = Path(out)
    try:
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        statements = _table(ResultRows, folder / "statements.parquet")
        return Run(statements, _table(Rejected, folder / "rejected.parquet"), summary)
    # A damaged Parquet file fails anywhere in its reader.
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        EOFError,
        SchemaError,
    ) as error:
        raise InputError(
            f"{folder}: 実行結果を読めません。ikenwake run の --out のフォルダーを指定してください。{error}"
        ) from error


def _table(model: type[Table], path: Path) -> pd.DataFrame:
    from fastparquet import ParquetFile

    if not path.is_file():
        raise FileNotFoundError(path.name)
    return make_table(model, ParquetFile(str(path)).to_pandas())
