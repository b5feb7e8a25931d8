"""The embedded encoder without the libraries around it: BERT as it stands, mean of tokens, length one.

sentence-transformers reads any folder, and takes six seconds of imports to be ready for all of them; a small
inquiry is over by then. For the one folder that lies in the repository PyTorch is enough. The vectors are the
same bits, which ``tests/edges/test_bert.py`` checks; every other folder and backend goes through the library.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class PlainBert:
    """What ``encode`` of sentence-transformers does, for a BERT with absolute positions and mean pooling.

    Args:
        folder: A sentence-transformers folder of that kind, with tokenizer.json and model.safetensors.
    """

    def __init__(self, folder: Path) -> None:
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        special = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        self._weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        pad = special["pad_token"]
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id(pad), pad_token=pad)
        self._layers, self._heads = shape["num_hidden_layers"], shape["num_attention_heads"]
        self._width, self._epsilon = shape["hidden_size"], shape["layer_norm_eps"]
        self.max_seq_length = shape["max_position_embeddings"]

    def encode(self, texts: Sequence[str], **_: object) -> NDArray[np.float32]:
        """Unit vectors of one batch, shape (n, d), in the order of ``texts``."""
        import torch

        self._tokenizer.enable_truncation(self.max_seq_length)
        order = np.argsort([-len(text) for text in texts])
        read = self._tokenizer.encode_batch([texts[i] for i in order])
        with torch.inference_mode():
            mask = torch.tensor([one.attention_mask for one in read])
            states = self._states(torch.tensor([one.ids for one in read]), mask)
            weight = mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
            unit = torch.nn.functional.normalize(torch.nn.functional.normalize(mean, p=2, dim=1), p=2, dim=1)
        vectors: NDArray[np.float32] = unit.numpy()[np.argsort(order)]
        return vectors

    def _states(self, ids: Any, mask: Any) -> Any:
        """The last layer's states, shape (n, tokens, d)."""
        from torch.nn.functional import embedding, gelu

        table = self._weights
        place = table["embeddings.position_embeddings.weight"][: ids.shape[1]]
        states = embedding(ids, table["embeddings.word_embeddings.weight"])
        states = self._normed(
            states + table["embeddings.token_type_embeddings.weight"][0] + place, "embeddings.LayerNorm"
        )
        # Without padding PyTorch takes a faster way, which rounds otherwise: so does the library.
        seen = None if bool(mask.all()) else mask.bool()[:, None, None, :].expand(-1, 1, ids.shape[1], -1)
        for layer in range(self._layers):
            name = f"encoder.layer.{layer}"
            met = self._line(self._attended(states, seen, name), f"{name}.attention.output.dense")
            states = self._normed(met + states, f"{name}.attention.output.LayerNorm")
            thought = gelu(self._line(states, f"{name}.intermediate.dense"))
            states = self._normed(
                self._line(thought, f"{name}.output.dense") + states, f"{name}.output.LayerNorm"
            )
        return states

    def _attended(self, states: Any, seen: Any, name: str) -> Any:
        from torch.nn.functional import scaled_dot_product_attention

        n, tokens, _ = states.shape
        query, key, value = (
            self._line(states, f"{name}.attention.self.{part}")
            .view(n, tokens, self._heads, -1)
            .transpose(1, 2)
            for part in ("query", "key", "value")
        )
        met = scaled_dot_product_attention(query, key, value, attn_mask=seen)
        return met.transpose(1, 2).reshape(n, tokens, self._width)

    def _line(self, states: Any, name: str) -> Any:
        from torch.nn.functional import linear

        return linear(states, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _normed(self, states: Any, name: str) -> Any:
        from torch.nn.functional import layer_norm

        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return layer_norm(states, (self._width,), weight, bias, self._epsilon)
