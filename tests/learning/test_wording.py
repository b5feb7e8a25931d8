from __future__ import annotations

from pipeline.edges.tagger import UnidicTagger
from pipeline.learning.wording import content, skeleton, within

TEXT = "台帳は3つある。費用を国で負担してほしい。"


def test_the_same_wording_about_other_things_has_the_same_skeleton() -> None:
    one, other = UnidicTagger()(["費用を国で負担してほしい。", "端末を県で用意してほしい。"])
    assert skeleton(one) == skeleton(other) == "^ N を N で N 為る て 欲しい 。 $"


def test_content_is_what_a_statement_is_about() -> None:
    (tokens,) = UnidicTagger()(["3つの占用台帳を作る。"])
    assert content(tokens) == ["占用", "台帳", "作る", "占用台帳", "台帳作る"]


def test_nothing_said_leaves_the_two_ends() -> None:
    assert (skeleton([]), content([])) == ("^ $", [])


def test_the_tokens_of_a_sentence_are_found_in_its_text() -> None:
    (tokens,) = UnidicTagger()([TEXT])
    found = within(tokens, TEXT, "費用を国で負担してほしい")
    assert [token.surface for token in found] == ["費用", "を", "国", "で", "負担", "し", "て", "ほしい"]
