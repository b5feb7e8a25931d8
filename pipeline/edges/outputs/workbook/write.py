"""Workbook: results.xlsx, the document staff take to the working team."""

from __future__ import annotations

from pathlib import Path

from pipeline.edges.outputs.material import Material
from pipeline.edges.outputs.workbook import registers, sheets
from pipeline.edges.outputs.workbook.book import Book
from pipeline.edges.outputs.workbook.overview import overview


def write_workbook(material: Material, path: Path) -> None:
    """Write results.xlsx; 判断履歴 only where there is a history."""
    info = material.result.info
    footer = f"{info.window}　{info.run_id}".strip()[:100].replace("&", "&&")
    book = Book(path, "意見照会の整理結果", footer)
    book.write_grid(overview(material))
    for page in (
        sheets.opinions(material),
        sheets.to_review(material),
        sheets.requests(material),
        sheets.exclusions(material),
        registers.themes(material),
        registers.intake(material),
    ):
        book.write_page(page)
    if material.history is not None:
        book.write_page(registers.history(material, material.history))
    book.write_page(registers.legend(material))
    book.close()
