from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.edges.encoder import SentenceEncoder
from pipeline.edges.spread import SpreadEncoder, open_encoder
from pipeline.errors import EncoderError
from pipeline.settings import Settings

TEXTS = [f"{n}番目の意見です。利用料は{n * 7}円にしてほしい。" for n in range(200)]


class StubEncoder:
    """Small on purpose: every worker imports what it needs anew."""

    encoder_id = "stub"
    dimension = 4

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = [[len(text), *text.encode()[-6:-3]] for text in texts]
        raw = np.array(rows, dtype=np.float32).reshape(-1, self.dimension)
        return raw / np.linalg.norm(raw, axis=1, keepdims=True)


def stub_share(texts: list[str]) -> tuple[str, NDArray[np.float32]]:
    return StubEncoder.encoder_id, StubEncoder()(texts)


def other_share(texts: list[str]) -> tuple[str, NDArray[np.float32]]:
    return "another encoder", StubEncoder()(texts)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Settings]:
    """Two worker processes on this machine."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "host": "127.0.0.1"}
    with distributed.LocalCluster(processes=True, **options) as started:
        yield Settings(dask_scheduler=started.scheduler_address, batch_size=2)


def test_vectors_of_two_workers_are_those_of_one_machine_in_the_same_order(cluster: Settings) -> None:
    spread = SpreadEncoder(StubEncoder(), cluster, stub_share)
    assert np.array_equal(spread(TEXTS), StubEncoder()(TEXTS))
    assert spread.encoder_id == StubEncoder.encoder_id
    assert spread([]).shape == (0, StubEncoder.dimension)


def test_a_worker_with_another_encoder_is_found_out(cluster: Settings) -> None:
    with pytest.raises(EncoderError, match="another encoder"):
        SpreadEncoder(StubEncoder(), cluster, other_share)(TEXTS)


def test_a_scheduler_that_does_not_answer_is_told_in_words(settings: Settings) -> None:
    pytest.importorskip("distributed", reason="Dask is not installed")
    away = settings.model_copy(update={"dask_scheduler": "tcp://127.0.0.1:9"})
    with pytest.raises(EncoderError, match="IKENWAKE_DASK_SCHEDULER"):
        SpreadEncoder(StubEncoder(), away, stub_share, patience=0.2)(TEXTS)


def test_without_a_scheduler_everything_stays_on_this_machine(settings: Settings) -> None:
    assert isinstance(open_encoder(settings), SentenceEncoder)
