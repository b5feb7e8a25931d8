from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.edges.backends import BACKENDS, load, unit_vectors
from pipeline.edges.bert import PlainBert
from pipeline.edges.encoder import encoder_folder
from pipeline.settings import Settings

SHORT = "費用は国庫で賄うべきである。"
TEXTS = [
    SHORT,
    "利用料の団体負担分を国が負担することを方針案に明記されたい。",
    "",
    "  ｶﾀｶﾅと①、全角　空白。\n改行も。 ",
    "申請書の様式を統一してほしい。" * 60,
]
BATCHES = [TEXTS, [SHORT], [SHORT] * 3, TEXTS[:2]]
"""With and without padding; one longer than the model reads."""


@pytest.fixture(scope="module")
def library(settings: Settings) -> Any:
    return load(encoder_folder(settings), BACKENDS["torch"])


@pytest.mark.encoder
def test_the_vectors_are_those_of_the_library_to_the_last_bit(settings: Settings, library: Any) -> None:
    plain, backend = PlainBert(Path(encoder_folder(settings))), BACKENDS["torch"]
    for texts in BATCHES:
        asked = ["query: " + text for text in texts]
        found = unit_vectors(plain, asked, backend)
        assert found.dtype == np.float32
        assert found.tolist() == unit_vectors(library, asked, backend).tolist()
