"""What every test may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from pipeline.candidates import Candidates, load_candidates
from pipeline.settings import ROOT, Settings
from pipeline.taxonomy import Taxonomy, load_taxonomy

# Not a test: Python itself imports it, in the processes that test_flows starts.
collect_ignore = ["closed"]

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=flags)
        yield started
        started.close()
