"""Outputs: what a run leaves in ``--out``: workbook, page, tables, summary."""

from pipeline.edges.outputs.writing import write_outputs

__all__ = ["write_outputs"]
