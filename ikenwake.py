"""For analysts: ``import ikenwake; run = ikenwake.load_run("data/out")``."""

from pipeline.edges.outputs.reading import Run, load_run

__all__ = ["Run", "load_run"]
