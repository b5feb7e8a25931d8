from __future__ import annotations

import pytest

from pipeline.edges.tagger import UnidicTagger


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("", []),
        ("バスの運行", ["バス", "の", "運行"]),
        ("佐々木", ["ササキ"]),
        ("ﾃﾞｰﾀ", ["ﾃﾞｰﾀ"]),
    ],
)
def test_lemmas(text: str, lemmas: list[str]) -> None:
    assert [token.lemma for token in UnidicTagger()([text])[0]] == lemmas


def test_offsets_point_into_the_text() -> None:
    text = "費用 の負担、\n①移行の費用。"
    for token in UnidicTagger()([text])[0]:
        assert text[token.start : token.start + len(token.surface)] == token.surface
