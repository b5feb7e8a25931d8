"""Errors. A message for users says where, what and what to do, in Japanese."""

from __future__ import annotations

from dataclasses import dataclass


class PipelineError(Exception):
    """Base of every error this program raises on purpose; its text is shown to staff as it is."""


class InputError(PipelineError):
    """A file given by the user cannot be read; the other files of the same call still can."""


class CandidateError(PipelineError):
    """A candidate file is missing, unreadable or against the schema."""


class TaxonomyError(PipelineError):
    """labels/taxonomy.toml contradicts itself."""


class EncoderError(PipelineError):
    """The encoder is missing, damaged or not the one that was asked for."""


class ModelError(PipelineError):
    """A model folder is missing, damaged, tampered with or made for something else."""


class CountError(PipelineError):
    """Counts do not close, or tables of one result do not fit each other: a fault of the program."""


class StoreError(PipelineError):
    """The database cannot be opened or is not of the expected version."""


class ConflictError(StoreError):
    """Somebody else changed the same statement in the meantime; nothing of the call was stored."""


class ReviewError(PipelineError):
    """A review is not allowed, or cannot be applied as it is."""


class WindowError(PipelineError):
    """data/windows.toml is missing, contradicts itself, or does not know an inquiry."""


class OperationError(PipelineError):
    """Something around a run is missing: a server, a backup file, a folder."""


def disk_error(error: OSError) -> OperationError:
    """Say in words that a file cannot be read or written.

    >>> str(disk_error(OSError(28, "No space left on device", "out/a.csv"))).split("。")[0]
    'out/a.csv: 読み書きできません（No space left on device）'
    """
    where = f"{error.filename}: " if error.filename else ""
    return OperationError(
        f"{where}読み書きできません（{error.strerror or error}）。"
        "空き容量と権限を確かめ、もう一度実行してください。"
    )


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input, as it is told to staff.

    ``row`` is the row number as Excel shows it, 0 where the whole sheet or file is meant.
    """

    file: str
    sheet: str
    row: int
    code: str
    message: str

    def __str__(self) -> str:
        """Say where, then what and what to do.

        >>> str(Problem("意見.xlsx", "様式1", 17, "no_name", "団体名が空です。入れてください。"))
        '意見.xlsx、シート「様式1」、17行目: 団体名が空です。入れてください。'
        >>> str(Problem("意見.csv", "", 0, "empty", "ファイルが空です。"))
        '意見.csv: ファイルが空です。'
        """
        where = self.file
        if self.sheet:
            where += f"、シート「{self.sheet}」"
        if self.row:
            where += f"、{self.row}行目"
        return f"{where}: {self.message}"
