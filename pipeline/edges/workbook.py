"""Workbooks: any file with opinions becomes sheets of cells, or one clear message."""

from __future__ import annotations

from pathlib import Path

from pipeline.edges.delimited import read_csv
from pipeline.edges.guard import check_outside
from pipeline.edges.xlsx import read_xlsx
from pipeline.errors import InputError
from pipeline.sheets import Sheet


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of an Excel workbook or the one of a CSV file, cells as a person sees them.

    What a file is decides its content, not its name. Macros are never run, links never followed.

    Args:
        path: ``.xlsx``, ``.xlsm`` or ``.csv`` (UTF-8 with or without BOM, UTF-16 with BOM, CP932).

    Returns:
        At least one sheet, in the order of the tabs; a sheet may have no rows.

    Raises:
        InputError: The file cannot or must not be read; one Japanese message with the file's name.
    """
    kind = check_outside(path)
    sheets = read_xlsx(path) if kind == "workbook" else read_csv(path)
    if not any(sheet.rows for sheet in sheets):
        raise InputError(f"{path.name}: 中身が空です。意見を記入したファイルを指定してください。")
    return sheets
