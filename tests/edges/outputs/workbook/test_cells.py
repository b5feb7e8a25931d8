from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.outputs.workbook.cells import cell_texts, row_height
from pipeline.edges.outputs.workbook.layout import Column


@given(st.text(alphabet=st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Cn"])))
def test_text_excel_can_hold_stays_what_it_is(text: str) -> None:
    assert cell_texts(text) == [text]


@given(st.integers(0, 90_000), st.sampled_from("aあ𠮟"))
def test_no_character_is_lost_and_no_piece_is_too_long(n: int, letter: str) -> None:
    pieces = cell_texts(letter * n)
    assert "".join(pieces) == letter * n
    assert all(len(piece.encode("utf-16-le")) <= 2 * 32_767 for piece in pieces)


def test_a_row_is_as_high_as_its_longest_text_and_no_higher_than_excel_allows() -> None:
    columns = [Column("番号", 6), Column("意見", 21, "wrap")]
    assert row_height(columns, ("あ" * 99, "一\n" + "二" * 40)) == 5 + 5 * 13.5
    assert row_height(columns, ("", "あ" * 9999)) == 409
