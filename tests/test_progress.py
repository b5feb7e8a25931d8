from __future__ import annotations

from pipeline.progress import Silence, listener, listening


class Heard:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def step(self, name: str, n: int) -> None:
        self.told.append((name, n))

    def advance(self, done: int) -> None:
        self.told.append(("advance", done))


def test_a_listener_hears_what_happens_inside_its_block_only() -> None:
    heard = Heard()
    listener().step("before", 1)
    with listening(heard):
        listener().step("読み取り", 3)
        listener().advance(2)
    listener().step("after", 1)
    assert heard.told == [("読み取り", 3), ("advance", 2)]
    assert isinstance(listener(), Silence)
