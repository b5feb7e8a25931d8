from __future__ import annotations

import numpy as np

from pipeline.candidates import LedgerItem
from pipeline.learning.similarity import MEASURES, Asked, Offered, similarities


def _asked(text: str, words: list[str]) -> Asked:
    one = (text,)
    return Asked(one, one, one, ("",), (words,), (words,), np.ones((1, 4)), np.ones((1, 4)))


def _offered(*texts: str) -> Offered:
    items = tuple(LedgerItem(f"scope_in:{i}", "scope_in", text) for i, text in enumerate(texts))
    words = tuple([text[:2]] if text else [] for text in texts)
    return Offered(items, words, np.eye(4)[: len(texts)] + 0.1)


def test_the_item_that_shares_rare_words_and_characters_is_the_closest() -> None:
    close = similarities(
        _asked("許可の受付を早めたい", ["許可"]), _offered("許可の受付", "台帳の作成", "予約")
    )
    lexical = [k for k, name in enumerate(MEASURES) if not name.startswith("dense")]
    assert close.shape == (1, 3, len(MEASURES))
    assert close[0][:, lexical].argmax(axis=0).tolist() == [0] * len(lexical)


def test_a_file_with_one_item_is_compared_without_error() -> None:
    close = similarities(_asked("意見", ["意見"]), _offered("許可の受付"))
    assert close.shape == (1, 1, len(MEASURES))
    assert np.isfinite(close).all()


def test_items_without_words_are_like_nothing() -> None:
    close = similarities(_asked("意見", ["意見"]), _offered("", ""))
    assert close[0][:, 2:].tolist() == [[0.0] * 8] * 2


def test_a_short_form_is_like_its_long_form_by_the_signs_they_share() -> None:
    close = similarities(_asked("産廃の許可も", ["産廃"]), _offered("産業廃棄物", "予約の受付"))
    signs = [k for k, name in enumerate(MEASURES) if name.startswith("signs")]
    longer = [k for k, name in enumerate(MEASURES) if name.startswith(("lexical", "words"))]
    assert (close[0, 0, signs] > close[0, 1, signs]).all()
    assert close[0, 0, longer].tolist() == [0.0] * len(longer)
