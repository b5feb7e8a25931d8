"""report.html, one page for the working team that asks nothing of any network."""

from pipeline.edges.outputs.page.write import write_page

__all__ = ["write_page"]
