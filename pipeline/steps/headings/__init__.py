"""Headings: find the table of opinions in every sheet, and say which column is what."""

from pipeline.steps.headings.find import find_headings

__all__ = ["find_headings"]
