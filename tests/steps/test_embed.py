from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.steps.embed import Forgetful, embed


class LengthEncoder:
    """One vector per text: (its length, 1), normalized; remembers what it was asked."""

    encoder_id = "length"
    dimension = 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        raw = np.array([[len(text), 1] for text in texts], dtype=np.float32)
        return raw / np.linalg.norm(raw, axis=1, keepdims=True)


class Memory(Forgetful):
    """Keeps vectors in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, NDArray[np.float32]] = {}

    def find(self, encoder_id: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def keep(self, encoder_id: str, vectors: dict[str, NDArray[np.float32]]) -> None:
        self.kept |= vectors


def test_equal_texts_are_encoded_once_and_known_ones_not_at_all() -> None:
    encoder, memory = LengthEncoder(), Memory()
    first = embed(["a", "b", "c"], ["長い文", "文", "長い文"], encoder, memory)
    assert encoder.asked == ["文", "長い文"]
    again = embed(["a", "b", "c"], ["長い文", "文", "長い文"], encoder, memory)
    assert encoder.asked == ["文", "長い文"]
    assert first.vectors.tolist() == again.vectors.tolist()
    assert first.vectors[0].tolist() == first.vectors[2].tolist()


def test_an_empty_text_is_the_zero_vector() -> None:
    assert embed(["a"], [""], LengthEncoder(), Forgetful()).vectors.tolist() == [[0, 0]]


def test_no_texts_give_no_rows() -> None:
    assert embed([], [], LengthEncoder(), Forgetful()).vectors.shape == (0, 2)


def test_ids_and_texts_must_match() -> None:
    with pytest.raises(ValueError, match="1 ids for 0 texts"):
        embed(["a"], [], LengthEncoder(), Forgetful())
