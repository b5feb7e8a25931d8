"""Duplicates: the same template pasted by many; every sender is kept, one text stands for the group."""

from pipeline.steps.duplicates.find import difference, find_duplicates

__all__ = ["difference", "find_duplicates"]
