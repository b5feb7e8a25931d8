"""Themes: what asks for the same thing is one group, named so that a meeting can use it."""

from pipeline.steps.themes.cluster import cluster
from pipeline.steps.themes.past import past_themes, repeated, unchanged
from pipeline.steps.themes.texts import theme_texts
from pipeline.steps.themes.theme import Known

__all__ = ["Known", "cluster", "past_themes", "repeated", "theme_texts", "unchanged"]
