"""results.xlsx, the document staff take to the working team."""

from pipeline.edges.outputs.workbook.write import write_workbook

__all__ = ["write_workbook"]
