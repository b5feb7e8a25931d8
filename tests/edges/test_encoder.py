from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.edges.encoder import SentenceEncoder, VectorCache, encoder_folder, unpack_embedded
from pipeline.errors import EncoderError
from pipeline.settings import Settings

A = "利用料の団体負担分を国が負担することを方針案に明記されたい。"
B = "費用は国庫で賄うべきである。"
C = "図書館の開館時間を延ばしてほしい。"


@pytest.mark.encoder
def test_the_embedded_encoder_gives_the_published_cosines(settings: Settings) -> None:
    encoder = SentenceEncoder(encoder_folder(settings), settings)
    vectors = encoder([A, B, C])
    cosines = [float(vectors[i] @ vectors[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert cosines == pytest.approx([0.8791, 0.8397, 0.8529], abs=1e-3)
    assert vectors[0][:6] == pytest.approx([0.0567, -0.0263, 0.0145, -0.0341, 0.0597, 0.0211], abs=1e-3)
    assert encoder([]).shape == (0, encoder.dimension)


@pytest.mark.encoder
def test_the_encoder_id_names_all_that_can_change_a_vector(settings: Settings) -> None:
    folder = encoder_folder(settings)
    one = SentenceEncoder(folder, settings).encoder_id
    other = SentenceEncoder(folder, settings.model_copy(update={"encoder_backend": "onnx"})).encoder_id
    assert one != other
    assert one.startswith("e5-small-ja-16cc57f1@")


def test_a_damaged_encoder_is_refused(tmp_path: Path, settings: Settings) -> None:
    broken = settings.model_copy(update={"root": tmp_path})
    folder = tmp_path / "models" / "encoders" / "e5-small-ja"
    folder.mkdir(parents=True)
    (folder / "weights-q4.npz").write_bytes(b"not the weights")
    with pytest.raises(EncoderError, match="壊れています"):
        unpack_embedded(broken)


def test_the_cache_gives_back_what_it_kept_and_never_mixes_encoders(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path / "v.db")
    vector = np.array([0.6, 0.8], dtype=np.float32)
    cache.keep("one", {"k": vector})
    again = VectorCache(tmp_path / "v.db")
    assert again.find("one", ["k", "other"])["k"].tolist() == vector.tolist()
    assert again.find("two", ["k"]) == {}
