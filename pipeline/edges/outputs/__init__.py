"""Outputs: what a run leaves in ``--out``: workbook, page, tables, summary; and reading them back."""

from pipeline.edges.outputs.reading import Run, load_run
from pipeline.edges.outputs.writing import write_outputs

__all__ = ["Run", "load_run", "write_outputs"]
