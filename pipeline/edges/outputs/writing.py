"""Writing: every output of a run, whole or not at all."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd

from pipeline.edges.outputs.document import write_candidates, write_drafts
from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.page import write_page
from pipeline.edges.outputs.workbook import write_workbook
from pipeline.results import Result
from pipeline.reviews import Event

NAMES = (
    "results.xlsx",
    "report.html",
    "candidates.docx",
    "drafts.docx",
    "statements.csv",
    "rejected.csv",
    "statements.parquet",
    "rejected.parquet",
    "summary.json",
)


def write_outputs(result: Result, out: Path, history: Sequence[Event] | None = None) -> list[Path]:
    """Write the outputs of one run into ``out``; a failure on the way leaves what was there before.

    Everything is written into a folder beside ``out`` first and then moved in, file by file, so that no
    half-written file is ever seen under its name.

    Args:
        result: One run.
        out: Folder to write to; made where it is missing.
        history: The log of reviews in the order stored, for 判断履歴; only after finalizing.

    Returns:
        The files written, in the order of ``NAMES``.

    Raises:
        CountError: The counts do not close; nothing is written.
        OSError: The folder cannot be written to.
    """
    material = Material(result, history)
    out.mkdir(parents=True, exist_ok=True)
    with _beside(out) as folder:
        write_workbook(material, folder / "results.xlsx")
        write_page(material, folder / "report.html")
        write_candidates(material, folder / "candidates.docx")
        write_drafts(material, folder / "drafts.docx")
        for name, table in (
            ("statements", material.rows),
            ("rejected", _rejected(result.intake.rejected)),
        ):
            _write_csv(table, folder / f"{name}.csv")
            _write_parquet(table, folder / f"{name}.parquet")
        text = json.dumps(material.summary, ensure_ascii=False, indent=1)
        (folder / "summary.json").write_text(text + "\n", encoding="utf-8", errors="replace")
        for name in NAMES:
            _flush(folder / name)
        for name in NAMES:
            os.replace(folder / name, out / name)
    _flush(out)
    return [out / name for name in NAMES]


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """A folder on the same disk as ``out``: only there is a move atomic.

    What runs that were killed left there is cleared away first, for it holds the text of opinions.
    """
    out = out.resolve()
    prefix = f".{out.name}.ikenwake-"
    with _alone(out):
        for left in out.parent.iterdir():
            if left.name.startswith(prefix):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=out.parent))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Wait until no other run writes here, so that outputs of two runs never mix.

    The lock is the system's own and ends with the process that holds it, however that ends. A network share
    without locks is written to all the same.
    """
    handle = os.open(out, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    """UTF-8 with BOM, for Excel; text stays what it is, but for half of a surrogate pair (no UTF-8)."""
    table.to_csv(path, index=False, encoding="utf-8-sig", errors="replace", lineterminator="\r\n")


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    """The same table with its types; half of a surrogate pair becomes a question mark, as in the CSV."""
    # Importing it takes half a second, which no command but run and finalize should wait for.
    from fastparquet import write

    texts = [str(name) for name, kind in table.dtypes.items() if isinstance(kind, pd.StringDtype)]
    whole = {name: [text.encode("utf-8", "replace").decode() for text in table[name]] for name in texts}
    plain = table.assign(**{name: pd.Series(values, dtype=object) for name, values in whole.items()})
    write(str(path), plain, compression="ZSTD", object_encoding="utf8", has_nulls=False, write_index=False)


def _rejected(rejected: pd.DataFrame) -> pd.DataFrame:
    """Rejected rows for eyes outside: their text is not masked, so only 「特になし」 and its kin stay."""
    return rejected.assign(text=rejected["text"].where(rejected["reason"] == "no_opinion", ""))
