from __future__ import annotations

from pipeline.edges.outputs.workbook.arrows import arrows


def box(name: str) -> str:
    return (
        f'<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="TextBox 1"{name}/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
        '<xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp>'
    )


def test_only_boxes_that_are_called_arrows_become_one() -> None:
    plain, other, arrow = box(""), box(' descr="図"'), box(' descr="矢印（左）"')
    drawn = arrows(plain + arrow + other + plain)
    assert drawn.startswith(plain)
    assert drawn.endswith(other + plain)
    middle = drawn.removeprefix(plain).removesuffix(other + plain)
    assert 'prst="leftArrow"' in middle
    assert "txBox" not in middle
    assert arrows(drawn) == drawn
