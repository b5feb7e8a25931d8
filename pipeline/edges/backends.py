"""Backends: what carries the encoder out, and how precisely. One setting chooses; every vector names it.

``torch`` is what the model was trained and certified with. The others are faster and give slightly other
vectors: none of them may read vectors, a model or a certificate of another (``ikenwake retrain`` first).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import EncoderError
from pipeline.settings import Settings

MADE_BY_US = ("openvino", "onnx")
"""Folders inside an encoder's that hold what was made from its weights."""


@dataclass(frozen=True)
class Backend:
    """How sentence-transformers is to load a folder."""

    library: Literal["torch", "onnx", "openvino"]
    precision: str
    options: dict[str, Any] = field(default_factory=dict)
    """Handed on as ``model_kwargs``."""

    @property
    def name(self) -> str:
        """As it stands in an encoder's id."""
        return f"{self.library}-{self.precision}"

    @property
    def file(self) -> str:
        """The file below the encoder's folder that must have been made before; "" where none must."""
        return str(self.options.get("file_name", ""))


# OpenVINO would choose its precision by the processor, and two machines would give two kinds of vectors.
_EXACT = {"INFERENCE_PRECISION_HINT": "f32"}
BACKENDS = {
    "torch": Backend("torch", "fp32"),
    "torch-bf16": Backend("torch", "bf16", {"dtype": "bfloat16"}),
    "openvino": Backend(
        "openvino", "fp32", {"ov_config": _EXACT, "file_name": "openvino/openvino_model.xml"}
    ),
}


def load(folder: str, backend: Backend) -> Any:
    """The sentence-transformers model of a folder.

    Raises:
        EncoderError: The folder cannot be read, or the backend is not installed or not prepared.
    """
    if backend.library != "torch" and find_spec("optimum") is None:
        raise EncoderError(
            f"{backend.name}: 必要なパッケージが入っていません。docs/operations.md の「速くする」のとおりに"
            "入れるか、IKENWAKE_ENCODER_BACKEND=torch に戻してください。"
        )
    if backend.file and not (Path(folder) / backend.file).is_file():
        raise EncoderError(
            f"{Path(folder) / backend.file}: まだ作られていません。ikenwake prepare を実行してください。"
        )
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            folder, backend=backend.library, device="cpu", model_kwargs=dict(backend.options)
        )
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"{folder}: エンコーダーを読めません。IKENWAKE_ENCODER を確認してください。{error}"
        ) from error


def unit_vectors(model: Any, texts: list[str], backend: Backend) -> NDArray[np.float32]:
    """Vectors of one batch, shape (n, d), of length one in float32 whatever the backend counts in.

    Raises:
        EncoderError: Some are no numbers (a static int8 of nncf 3.4 gave such, silently).
    """
    raw = model.encode(texts, batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False)
    vectors: NDArray[np.float32] = np.asarray(raw, dtype=np.float32)
    if backend.precision == "bf16":
        # Its three digits are too few for a length of one.
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(vectors).all():
        raise EncoderError(f"{backend.name}: エンコーダーの計算が壊れています。torch に戻してください。")
    return vectors


def prepare(folder: Path, settings: Settings) -> None:
    """Make the file a backend needs from the weights, once.

    Raises:
        EncoderError: The backend is not installed.
    """
    backend = BACKENDS[settings.encoder_backend]
    if backend.file and not (folder / backend.file).is_file():
        exporting = Backend(backend.library, backend.precision, {"ov_config": _EXACT, "export": True})
        load(str(folder), exporting)[0].auto_model.save_pretrained(str(folder))
