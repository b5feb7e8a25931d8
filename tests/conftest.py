"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import hypothesis
import pytest

from pipeline.candidates import Candidates, load_candidates
from pipeline.settings import ROOT, Settings
from pipeline.taxonomy import Taxonomy, load_taxonomy

# The same examples on every machine, and none refused because a shared machine was slow.
hypothesis.settings.register_profile("ikenwake", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ikenwake")


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings()


@pytest.fixture(scope="session")
def taxonomy(settings: Settings) -> Taxonomy:
    return load_taxonomy(settings.taxonomy_path)


@pytest.fixture(scope="session")
def sample_candidates(settings: Settings) -> Candidates:
    return load_candidates(settings.root / "data" / "sample" / "candidates")
