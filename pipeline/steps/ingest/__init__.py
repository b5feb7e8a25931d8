"""Ingest: every row of every table becomes an opinion, a rejected row, or furniture of the form."""

from pipeline.steps.ingest.ingest import ingest
from pipeline.steps.ingest.no_opinion import is_no_opinion

__all__ = ["ingest", "is_no_opinion"]
