"""Personal data of the writer: found by form and by place, so that every output can mask it."""

from pipeline.steps.personal.find import find_personal

__all__ = ["find_personal"]
