"""Coverage-guided fuzzing of the readers: ``make fuzz`` (ten minutes; SECONDS=3600 for longer).

A file of any bytes must give sheets or an ``InputError``; anything else stops the fuzzer, which keeps them.
Starts from real workbooks and CSV files: a fuzzer alone would not find its way into a zip.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["pipeline"]):
    from pipeline.edges.workbook import read_sheets
    from pipeline.errors import InputError
    from pipeline.settings import Settings

_FOLDER = Path(tempfile.mkdtemp(prefix="ikenwake-fuzz-"))


def read(data: bytes) -> None:
    """Read the bytes under either name."""
    for name in ("a.xlsx", "a.csv"):
        path = _FOLDER / name
        path.write_bytes(data)
        with suppress(InputError):
            read_sheets(path)


def seeds(folder: Path) -> Path:
    """Small real files to start from."""
    folder.mkdir()
    sample = Settings().root / "data" / "sample" / "inquiry.xlsx"
    (folder / "book").write_bytes(sample.read_bytes())
    for encoding in ("utf-8-sig", "cp932", "utf-16", "iso2022_jp"):
        (folder / encoding).write_bytes('番号,団体名,意見\n1,霧積台市,"一行目\n二行目"\n'.encode(encoding))
    return folder


if __name__ == "__main__":
    seconds = sys.argv[1] if len(sys.argv) > 1 else "600"
    atheris.Setup(
        ["fuzz", f"-max_total_time={seconds}", "-max_len=65536", str(seeds(_FOLDER / "seeds"))], read
    )
    atheris.Fuzz()
