"""Encoder backends against exact torch: speed, how much neighbours change, and what that does to the labels.

``make bench-backends`` measures those that are installed. The head is the one in use, fitted on exact ones:
a head retrained on a backend's own vectors can only have less to lose.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.edges.backends import BACKENDS, prepare
from pipeline.edges.encoder import SentenceEncoder, encoder_folder
from pipeline.edges.gold import read_all
from pipeline.edges.registry import open_reader
from pipeline.edges.terminal import print_table
from pipeline.frozen import load_frozen
from pipeline.judgement import Senses
from pipeline.settings import Settings
from pipeline.steps.classify import ask
from pipeline.steps.embed import Forgetful
from pipeline.training import read_labelled


class Disguised:
    """A backend's vectors under the name of the exact ones, so that a head fitted on those reads them."""

    def __init__(self, encoder: SentenceEncoder, encoder_id: str) -> None:
        self._encoder = encoder
        self.encoder_id = encoder_id
        self.dimension = encoder.dimension
        self.seconds = 0.0
        self.n = 0

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors as the backend gives them, with the time they took."""
        began = time.process_time()
        vectors = self._encoder(texts)
        self.seconds += time.process_time() - began
        self.n += len(texts)
        return vectors


def main(names: list[str]) -> None:
    """Measure these backends, or all that are installed, on the frozen candidates (never trained on)."""
    base = Settings()
    known = read_all(base.gold_dir, base.candidates_dir)
    labelled = known.where(known.frozen_by(load_frozen(base.frozen_path)))
    texts, truth = labelled.statements["norm"].tolist(), np.array([one.label for one in labelled.gold])
    reader = open_reader(base)
    rows: list[list[str]] = []
    exact: tuple[NDArray[np.float32], NDArray[np.str_], float] | None = None
    for name in names or [one for one in BACKENDS if one.startswith("torch") or find_spec("optimum")]:
        settings = base.model_copy(update={"encoder_backend": name})
        prepare(Path(encoder_folder(base)), settings)
        encoder = SentenceEncoder(encoder_folder(settings), settings)
        encoder(["温まるまで。"])
        disguised = Disguised(encoder, reader.model.encoder_id)
        material = read_labelled(labelled, Senses(disguised, Forgetful(), reader.tagger))
        answers = ask(material, reader.model)
        labels = np.array(reader.model.label_ids)[answers.probabilities.argmax(axis=1)]
        vectors = encoder(texts)
        exact = exact or (vectors, labels, disguised.seconds / disguised.n)
        rows.append(
            [
                name,
                f"{disguised.n / disguised.seconds:.0f}",
                f"{exact[2] * disguised.n / disguised.seconds:.2f}",
                f"{(_nearest(vectors) == _nearest(exact[0])).mean():.1%}",
                f"{(labels == exact[1]).mean():.1%}",
                f"{(labels == truth).mean():.3f}",
            ]
        )
    headings = ["backend", "texts per CPU second", "× exact", "same nearest", "same label", "accuracy"]
    print_table(f"make bench-backends, {len(truth)} frozen statements", headings, rows)


def _nearest(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    nearest: NDArray[np.int64] = likeness.argmax(axis=1)
    return nearest


if __name__ == "__main__":
    main(sys.argv[1:])
