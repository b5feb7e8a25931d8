"""Arrows: the boxes of a drawing that are called arrows become arrows of Excel's own.

XlsxWriter draws boxes only. The drawing is a small part of the file; every other part is copied as it is.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

SHAPES = {"矢印（下）": "downArrow", "矢印（右）": "rightArrow", "矢印（左）": "leftArrow"}
"""What a screen reader says, and the shape that is drawn."""
_DRAWING = re.compile(r"xl/drawings/drawing\d+\.xml")
_BOX = re.compile(
    r'(<xdr:cNvPr [^>]*descr="(?P<name>[^"]+)"[^>]*>)<xdr:cNvSpPr txBox="1"/>'
    r'(?P<middle>.*?)<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>',
    re.DOTALL,
)
# Shaft and head, in 1/100,000 of the arrow's breadth.
_FORM = '<a:avLst><a:gd name="adj1" fmla="val 12000"/><a:gd name="adj2" fmla="val 75000"/></a:avLst>'


def draw_arrows(path: Path) -> None:
    """Rewrite the drawings of a workbook in place.

    Raises:
        OSError: The file cannot be written.
    """
    drawn = path.with_name(f"{path.name}.drawn")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(drawn, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if _DRAWING.fullmatch(entry.filename):
                data = arrows(data.decode("utf-8")).encode("utf-8")
            new.writestr(entry, data)
    drawn.replace(path)


def arrows(drawing: str) -> str:
    """The XML of a drawing with arrows where boxes are called so."""

    def arrow(found: re.Match[str]) -> str:
        shape = SHAPES.get(found["name"])
        if shape is None:
            return found[0]
        return f'{found[1]}<xdr:cNvSpPr/>{found["middle"]}<a:prstGeom prst="{shape}">{_FORM}</a:prstGeom>'

    return _BOX.sub(arrow, drawing)
