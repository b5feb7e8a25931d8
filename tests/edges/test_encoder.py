from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.edges.backends import BACKENDS, unit_vectors
from pipeline.edges.encoder import SentenceEncoder, encoder_folder, unpack_embedded
from pipeline.edges.vector_cache import VectorCache
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
    names = get_args(Settings.model_fields["encoder_backend"].annotation)
    ids = [
        SentenceEncoder(folder, settings.model_copy(update={"encoder_backend": name})).encoder_id
        for name in names
    ]
    assert list(names) == list(BACKENDS)
    assert [one.split("/")[1][:13] for one in ids] == ["torch-fp32", "torch-bf16", "openvino-fp32"]
    assert ids[0].startswith("e5-small-ja-16cc57f1@")


def test_what_a_backend_makes_beside_the_weights_leaves_the_model_what_it_was(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    before = SentenceEncoder(tmp_path, settings).encoder_id
    (tmp_path / "openvino").mkdir()
    (tmp_path / "openvino" / "openvino_model.bin").write_bytes(b"the same weights, otherwise")
    assert SentenceEncoder(tmp_path, settings).encoder_id == before
    (tmp_path / "model.safetensors").write_bytes(b"others")
    assert SentenceEncoder(tmp_path, settings).encoder_id != before


@pytest.mark.encoder
def test_bf16_points_the_same_way_and_comes_out_as_float32(settings: Settings) -> None:
    folder = encoder_folder(settings)
    exact = SentenceEncoder(folder, settings)([A, B, C])
    rough = SentenceEncoder(folder, settings.model_copy(update={"encoder_backend": "torch-bf16"}))([A, B, C])
    assert rough.dtype == np.float32
    assert np.sum(exact * rough, axis=1) == pytest.approx([1, 1, 1], abs=2e-3)
    assert np.linalg.norm(rough, axis=1) == pytest.approx([1, 1, 1], abs=1e-6)


def test_vectors_that_are_no_numbers_stop_the_run() -> None:
    class Broken:
        def encode(self, texts: list[str], **_: object) -> NDArray[np.float32]:
            return np.full((len(texts), 2), np.nan, dtype=np.float32)

    with pytest.raises(EncoderError, match="壊れて"):
        unit_vectors(Broken(), [A], BACKENDS["torch"])


@pytest.mark.skipif(find_spec("optimum") is not None, reason="OpenVINO is installed here")
def test_a_backend_that_is_not_installed_is_told_in_words(settings: Settings, tmp_path: Path) -> None:
    wanted = settings.model_copy(update={"encoder_backend": "openvino"})
    with pytest.raises(EncoderError, match="IKENWAKE_ENCODER_BACKEND=torch"):
        SentenceEncoder(tmp_path, wanted)([A])


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
