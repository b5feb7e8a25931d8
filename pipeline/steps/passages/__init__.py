"""A ministry's draft becomes numbered passages under their headings."""

from pipeline.steps.passages.lines import Line, blank_lines, table_lines
from pipeline.steps.passages.number import Draft, number_passages, short_title

__all__ = ["Draft", "Line", "blank_lines", "number_passages", "short_title", "table_lines"]
