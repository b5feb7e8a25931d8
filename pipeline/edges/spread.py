"""Spread: the encoder on several machines, through Dask; one setting names the scheduler.

Encoding is nine tenths of a large run and the only part that falls apart into pieces that need nothing of one
another. So texts go out in shares and vectors come back; all else stays on the machine that was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.edges.encoder import SentenceEncoder, encoder_folder
from pipeline.errors import EncoderError
from pipeline.settings import Settings
from pipeline.steps.embed import Encoder

Share = Callable[[list[str]], tuple[str, NDArray[np.float32]]]
"""Encodes one share; names the encoder that did, for a machine may be set up otherwise than ours."""
_BATCHES = 16
"""Per share. Whole batches, so that every text meets the same neighbours in its batch as on one machine."""


class SpreadEncoder:
    """An encoder whose work is done by the workers of a Dask cluster; the vectors are those of one machine.

    Args:
        own: The same encoder here: its id is what the workers' must be.
        settings: Scheduler and batch size.
        share: What a worker does with its share; ``encode_share`` by default.
        patience: Seconds to wait for the scheduler's first answer.
    """

    def __init__(
        self, own: Encoder, settings: Settings, share: Share | None = None, patience: float = 30
    ) -> None:
        self._own = own
        self._address = settings.dask_scheduler
        self._size = settings.batch_size * _BATCHES
        self._share = share or encode_share
        self._patience = patience

    @property
    def encoder_id(self) -> str:
        """That of one machine: where a text was encoded cannot be seen in its vector."""
        return self._own.encoder_id

    @property
    def dimension(self) -> int:
        """Length d of each vector."""
        return self._own.dimension

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (n, d), in the order of ``texts``.

        Raises:
            EncoderError: The scheduler does not answer, a share failed on three workers, or a worker has
                another encoder.
        """
        shares = [list(texts[start : start + self._size]) for start in range(0, len(texts), self._size)]
        done = self._send(shares) if shares else []
        others = {name for name, _ in done} - {self.encoder_id}
        if others:
            raise EncoderError(
                f"Dask の作業機のエンコーダー（{'、'.join(sorted(others))}）が、この機械のもの"
                f"（{self.encoder_id}）と違います。同じ版の ikenwake と同じ設定にしてください。"
            )
        empty: NDArray[np.float32] = np.zeros((0, self.dimension), dtype=np.float32)
        return np.concatenate([empty, *(vectors for _, vectors in done)])

    def _send(self, shares: list[list[str]]) -> list[tuple[str, NDArray[np.float32]]]:
        from distributed import Client, KilledWorker

        try:
            with Client(self._address, timeout=self._patience, set_as_default=False) as client:
                # Not "pure": a scheduler that knows a share by its content would keep it.
                waiting = client.map(self._share, shares, pure=False, retries=2)
                done: list[tuple[str, NDArray[np.float32]]] = client.gather(waiting)
                return done
        except (OSError, KilledWorker) as error:
            raise EncoderError(
                f"Dask のスケジューラー（{self._address}）で処理できません。動いているか確かめるか、"
                f"IKENWAKE_DASK_SCHEDULER を消して、この機械だけで実行してください。{error}"
            ) from error


def open_encoder(settings: Settings) -> Encoder:
    """The encoder in use: on this machine, or on the cluster where one is set."""
    own = SentenceEncoder(encoder_folder(settings), settings)
    return SpreadEncoder(own, settings) if settings.dask_scheduler else own


def encode_share(texts: list[str]) -> tuple[str, NDArray[np.float32]]:
    """On a worker: encode with its own installation."""
    encoder = _encoder_here()
    return encoder.encoder_id, encoder(texts)


@cache
def _encoder_here() -> Encoder:
    settings = Settings()
    return SentenceEncoder(encoder_folder(settings), settings)
