"""The Word documents: candidates.docx for the meeting, drafts.docx with the opinions in the margin."""

from pipeline.edges.outputs.document.candidates import write_candidates
from pipeline.edges.outputs.document.drafts import write_drafts

__all__ = ["write_candidates", "write_drafts"]
