from __future__ import annotations

from pipeline.edges.pdf_draft import Print, page_lines
from pipeline.steps.passages import Line


def at(x: float, y: float, text: str, size: float = 10) -> Print:
    return Print(x, x + len(text) * size, y, y + size, text)


LONG = "農地の台帳を共通の仕組みで管理し、職員の負"


def test_columns_are_read_one_after_the_other_and_the_title_above_both_first() -> None:
    left = [at(0, 90 - 10 * i, f"左{i}{LONG}") for i in range(4)]
    right = [at(260, 90 - 10 * i, f"右{i}{LONG}") for i in range(4)]
    title = at(100, 200, "台帳システムに係る共通化推進方針（案）の全体について示したもの")
    said = [line.text for line in page_lines([*right, title, *left])]
    assert said == [title.text, *(one.text for one in left), *(one.text for one in right)]


def test_the_cells_of_a_table_are_read_row_by_row() -> None:
    cells = [
        at(x, y, text)
        for y, row in ((50, ["区分", "国"]), (40, ["改修", "補助"]))
        for x, text in zip((0, 200), row, strict=True)
    ]
    assert page_lines([at(0, 60, "次のとおり"), *reversed(cells), at(0, 30, "以上である。")]) == [
        Line("次のとおり", is_whole=False, size=10),
        Line("区分　国\n改修　補助", is_table=True),
        Line("以上である。", is_whole=False, size=10),
    ]


def test_a_number_set_apart_belongs_to_its_text() -> None:
    found = [at(0, 50, "１"), at(40, 50, "目的"), at(0, 40, "（２）"), at(60, 40, "費用")]
    assert [line.text for line in page_lines(found)] == ["１　目的", "（２）　費用"]
