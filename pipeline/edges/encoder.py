"""The encoder: sentence-transformers, offline, from the embedded 4-bit model or any folder."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.edges.backends import BACKENDS, MADE_BY_US, load, unit_vectors
from pipeline.errors import EncoderError
from pipeline.settings import Settings
from pipeline.text import NORMALIZER_VERSION

EMBEDDED = "e5-small-ja"
CHECKSUMS = {
    "weights-q4.npz": "16cc57f1d86446a9f0a1d5f19cb36f963b72a78433088ccecb898e7efdfe6d85",
    "tokenizer.json": "a6007dbbd5e4515cb98b146b0808d69c30adf533b51f53f3e88a1948f5c6c4c3",
}
MAX_LENGTH = 512
_FINGERPRINT = ".fingerprint"
_BLOCK = 32
_PART = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_SHAPE = {
    "emb.word": (33635, 384),
    "emb.pos": (512, 384),
    "emb.type": (2, 384),
    "q.w": (384, 384),
    "k.w": (384, 384),
    "v.w": (384, 384),
    "ao.w": (384, 384),
    "fi.w": (1536, 384),
    "fo.w": (384, 1536),
}
_EMBEDDING = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


class SentenceEncoder:
    """A sentence-transformers model behind the ``Encoder`` protocol; torch is imported at first use.

    Args:
        folder: A sentence-transformers folder (or a hub id on a site that has one).
        settings: Backend, batch size and threads.
        progress: Called with the number of texts done after each batch.
    """

    def __init__(
        self, folder: str | Path, settings: Settings, progress: Callable[[int], None] | None = None
    ) -> None:
        self._folder = str(folder)
        self._settings = settings
        self._backend = BACKENDS[settings.encoder_backend]
        self._progress = progress

    @cached_property
    def encoder_id(self) -> str:
        """Model hash, backend, precision, prompt, length and normalizer version."""
        folder = Path(self._folder)
        prompt = hashlib.sha256(self._prompt.encode()).hexdigest()[:4]
        model = f"{folder.name}@{_fingerprint(folder)}"
        return f"{model}/{self._backend.name}/p{prompt}/l{MAX_LENGTH}/n{NORMALIZER_VERSION}"

    @cached_property
    def dimension(self) -> int:
        """Length d of each vector, from the folder's config where there is one."""
        config = Path(self._folder) / "config.json"
        if config.is_file():
            return int(json.loads(config.read_text(encoding="utf-8"))["hidden_size"])
        return int(self._model.get_sentence_embedding_dimension())

    @cached_property
    def _prompt(self) -> str:
        config = Path(self._folder) / "config_sentence_transformers.json"
        if not config.is_file():
            return ""
        prompts = json.loads(config.read_text(encoding="utf-8")).get("prompts", {})
        return str(prompts.get("query", ""))

    @cached_property
    def _model(self) -> Any:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        import torch
        from transformers.utils import logging

        logging.disable_progress_bar()
        torch.set_num_threads(self._settings.threads or len(os.sched_getaffinity(0)))
        model = load(self._folder, self._backend)
        model.max_seq_length = MAX_LENGTH
        return model

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, d); texts of like length share a batch, so give them sorted."""
        size = self._settings.batch_size
        done: list[NDArray[np.float32]] = []
        for start in range(0, len(texts), size):
            batch = [self._prompt + text for text in texts[start : start + size]]
            done.append(unit_vectors(self._model, batch, self._backend))
            if self._progress is not None:
                self._progress(min(start + size, len(texts)))
        if not done:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.concatenate(done)


def warm_up() -> None:
    """Import what the encoder needs in the background: seconds that other waiting can cover."""
    Thread(target=import_module, args=("sentence_transformers",), daemon=True).start()


def encoder_folder(settings: Settings) -> str:
    """The folder (or hub id) of the encoder in use; the embedded one is unpacked first, once.

    Raises:
        EncoderError: The embedded files are missing or damaged.
    """
    return settings.encoder or str(unpack_embedded(settings))


def unpack_embedded(settings: Settings) -> Path:
    """Turn the 4-bit file into an ordinary sentence-transformers folder (138 MB), atomically.

    Returns:
        The folder; if it is already there nothing is done.

    Raises:
        EncoderError: A file is missing or its checksum is wrong.
    """
    source = settings.models_dir / "encoders" / EMBEDDED
    target = settings.cache_dir / "encoders" / f"{EMBEDDED}-{CHECKSUMS['weights-q4.npz'][:8]}"
    if target.is_dir():
        return target
    check_embedded(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=".unpack-"))
    try:
        _write_folder(source, staging)
        os.replace(staging, target)
    except OSError:
        # Another process finished first: its folder is as good as ours.
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return target


def check_embedded(settings: Settings) -> None:
    """Compare the embedded files with their checksums.

    Raises:
        EncoderError: A file is missing or damaged.
    """
    source = settings.models_dir / "encoders" / EMBEDDED
    for name, expected in CHECKSUMS.items():
        if not (source / name).is_file() or _sha256(source / name) != expected:
            raise EncoderError(
                f"{source / name}: エンコーダーのファイルが無いか壊れています。"
                "取り直してください（git checkout -- models/encoders、又は配布物から）。"
            )


def _write_folder(source: Path, staging: Path) -> None:
    from safetensors.numpy import save_file

    for item in source.iterdir():
        if item.is_dir():
            shutil.copytree(item, staging / item.name)
        elif item.name not in ("weights-q4.npz", "NOTICE"):
            shutil.copy2(item, staging / item.name)
    save_file(_tensors(source / "weights-q4.npz"), staging / "model.safetensors", metadata={"format": "pt"})
    (staging / _FINGERPRINT).write_text(_fingerprint(staging), encoding="ascii")


def _tensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """All weights as float32 under their BERT names, with an identity pooler (the source has none)."""
    with np.load(path) as packed:
        raw = {name: packed[name] for name in packed.files}
    tensors: dict[str, NDArray[np.float32]] = {}
    for name in {key.split("|")[0] for key in raw}:
        if f"{name}|q" in raw:
            value = _dequantize(raw[f"{name}|d"], raw[f"{name}|q"])
        else:
            value = raw[name].astype(np.float32)
        shape = _SHAPE.get(name) or _SHAPE.get(name.split(".")[1] + ".w" if name.endswith(".w") else "")
        tensors[_bert_name(name)] = np.ascontiguousarray(value.reshape(shape or -1))
    tensors["pooler.dense.weight"] = np.eye(384, dtype=np.float32)
    tensors["pooler.dense.bias"] = np.zeros(384, dtype=np.float32)
    return dict(sorted(tensors.items()))


def _dequantize(scales: NDArray[np.float16], packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blocks of 32: the low nibble of byte j is weight j, the high nibble weight j + 16."""
    nibbles = np.empty((packed.shape[0], _BLOCK), dtype=np.float32)
    nibbles[:, : _BLOCK // 2] = packed & 0x0F
    nibbles[:, _BLOCK // 2 :] = packed >> 4
    return (nibbles - 8) * scales.astype(np.float32).reshape(-1, 1)


def _bert_name(name: str) -> str:
    if name in _EMBEDDING:
        return _EMBEDDING[name]
    layer, part, kind = name.split(".")
    suffix = "weight" if kind == "w" else "bias"
    return f"encoder.layer.{layer[1:]}.{_PART[part]}.{suffix}"


def _fingerprint(folder: Path) -> str:
    """First 8 hex digits over the weights; a hub id, which has no folder here, gives ``hub``."""
    # What a backend made of the weights beside them is not the model: its name stands elsewhere in the id.
    own = [path for path in sorted(folder.rglob("*")) if path.relative_to(folder).parts[0] not in MADE_BY_US]
    files = [path for suffix in (".safetensors", ".bin") for path in own if path.suffix == suffix]
    if not files:
        return "hub"
    marker = folder / _FINGERPRINT
    if marker.is_file():
        return marker.read_text(encoding="ascii")
    digest = hashlib.sha256()
    for file in files:
        digest.update(_sha256(file).encode())
    return digest.hexdigest()[:8]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
