"""The workbook in another office program: LibreOffice opens it, saves it, and not a cell has changed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook import write_workbook
from tests.factory import make_result

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed"),
]


def cells(path: Path) -> dict[tuple[str, str], Any]:
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.coordinate): unescape(cell.value) if isinstance(cell.value, str) else cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_libreoffice_opens_the_workbook_and_every_cell_is_equal(tmp_path: Path) -> None:
    write_workbook(Material(make_result()), tmp_path / "results.xlsx")
    command = [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to"]
    subprocess.run(
        [*command, "xlsx", "--outdir", str(tmp_path / "again"), str(tmp_path / "results.xlsx")],
        check=True,
        timeout=180,
        capture_output=True,
    )
    before, after = cells(tmp_path / "results.xlsx"), cells(tmp_path / "again" / "results.xlsx")
    assert len(before) > 5_000
    assert {key: (before.get(key), after.get(key)) for key in before if before[key] != after.get(key)} == {}
    assert set(after) == set(before)
