"""Embed: texts become unit vectors, each distinct text once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.arrays import Embeddings


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def encoder_id(self) -> str:
        """Names model, backend, precision, prompt, length and normalizer: all that can change a vector."""
        ...

    @property
    def dimension(self) -> int:
        """Length d of each vector."""
        ...

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text, in order; shape (n, d)."""
        ...


class Vectors(Protocol):
    """A memory for vectors already computed by one encoder."""

    def find(self, encoder_id: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors known under these text keys."""
        ...

    def keep(self, encoder_id: str, vectors: dict[str, NDArray[np.float32]]) -> None:
        """Remember vectors under their text keys."""
        ...


class Forgetful:
    """A memory that keeps nothing."""

    def find(self, encoder_id: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:  # noqa: ARG002
        """Nothing is known."""
        return {}

    def keep(self, encoder_id: str, vectors: dict[str, NDArray[np.float32]]) -> None:
        """Nothing is kept."""


def text_key(text: str) -> str:
    """Key of a text in the cache: no text is ever written there."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def embed(ids: Sequence[str], texts: Sequence[str], encoder: Encoder, memory: Vectors) -> Embeddings:
    """Embed n texts; equal texts are encoded once, known ones not at all.

    Args:
        ids: n ids, carried into the result.
        texts: n normalized texts; an empty one gives the zero vector.
        encoder: The encoder.
        memory: Where vectors of the same encoder may already be.

    Returns:
        Embeddings of shape (n, d).

    Raises:
        ValueError: ``ids`` and ``texts`` differ in length.
    """
    if len(ids) != len(texts):
        raise ValueError(f"{len(ids)} ids for {len(texts)} texts")
    by_key = {text_key(text): text for text in texts if text}
    known = memory.find(encoder.encoder_id, list(by_key))
    missing = sorted((key for key in by_key if key not in known), key=lambda key: (len(by_key[key]), key))
    if missing:
        fresh = dict(zip(missing, encoder([by_key[key] for key in missing]), strict=True))
        memory.keep(encoder.encoder_id, fresh)
        known |= fresh
    vectors = np.zeros((len(texts), encoder.dimension), dtype=np.float32)
    for i, text in enumerate(texts):
        if text:
            vectors[i] = known[text_key(text)]
    return Embeddings(tuple(ids), vectors, encoder.encoder_id)
