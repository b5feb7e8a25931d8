"""The door: every file becomes sheets or one clear Japanese message, in bounded time and memory."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from pipeline.edges.workbook import read_sheets
from pipeline.errors import InputError
from tests.edges.hostile import bomb, endless_rows, ole, opinions, pack, row, worksheet
from tests.forms import Page, write_book

_LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 9))
_DTD = f'<!DOCTYPE x [<!ENTITY l0 "ha">{_LAUGHS}]>'
_XXE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


def _bytes(name: str, data: bytes):
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def _many_entries(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "意見.xlsx", "w") as archive:
        for i in range(11_000):
            archive.writestr(f"xl/{i}", b"")
    return folder / "意見.xlsx"


def _encrypted_zip(folder: Path) -> Path:
    path = pack(folder / "意見.xlsx", opinions("あ"))
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    path.write_bytes(data)
    return path


REFUSED = {
    "missing": (lambda folder: folder / "無い.xlsx", "ファイルがありません"),
    "a folder": (lambda folder: folder, "フォルダーです"),
    "empty": (_bytes("意見.xlsx", b""), "ファイルが空です"),
    "blank text": (_bytes("意見.csv", b"\xef\xbb\xbf\r\n \r\n"), "ファイルが空です"),
    "commas only": (_bytes("意見.csv", b",,,\r\n,,,\r\n"), "中身が空です"),
    "an Excel lock file": (_bytes("~$意見.xlsx", b"x"), "一時ファイル"),
    "password-protected": (lambda f: ole(f / "意見.xlsx", "EncryptedPackage"), "パスワード"),
    "an old workbook renamed": (lambda f: ole(f / "意見.xlsx", "Workbook"), "古い形式"),
    "an old workbook": (lambda f: ole(f / "意見.xls", "Workbook"), "古い形式"),
    "an encrypted zip": (_encrypted_zip, "パスワード"),
    "text named xlsx": (_bytes("意見.xlsx", "番号,意見".encode()), "Excelブックではない"),
    "a page named xls": (_bytes("意見.xls", b"<html><table></table></html>"), "読めません"),
    "a PDF": (_bytes("意見.pdf", b"%PDF-1.7"), "読めません"),
    "another zip": (
        lambda f: pack(f / "意見.xlsx", "", **{"[Content_Types]_dot_xml": None}),
        "Excelブックではありません",
    ),
    "a binary workbook": (lambda f: pack(f / "意見.xlsb", "", xl__workbook_dot_bin=b"x"), "xlsb"),
    "no zip at all": (_bytes("意見.xlsx", b"PK\x03\x04" + b"\0" * 300), "壊れています"),
    "a zip bomb": (lambda f: bomb(f / "意見.xlsx", 210), "200MB以上"),
    "a zip of endless entries": (_many_entries, "200MB以上"),
    "no worksheet": (
        lambda f: pack(f / "意見.xlsx", "", xl__worksheets__sheet1_dot_xml=None),
        "壊れています",
    ),
    "no workbook": (lambda f: pack(f / "意見.xlsx", "", xl__workbook_dot_xml=None), "壊れています"),
    "no relations": (
        lambda f: pack(f / "意見.xlsx", "", xl___rels__workbook_dot_xml_dot_rels=None),
        "シートがありません",
    ),
    "an XML bomb": (lambda f: pack(f / "意見.xlsx", worksheet(row(1, ["&l8;"]), head=_DTD)), "DTD"),
    "an XML bomb in the strings": (
        lambda f: pack(f / "意見.xlsx", "", xl__sharedStrings_dot_xml=_DTD + "<sst/>"),
        "DTD",
    ),
    "an entity that reads files": (
        lambda f: pack(f / "意見.xlsx", worksheet(row(1, ["&secret;"]), head=_XXE)),
        "DTD",
    ),
    "XML cut short": (lambda f: pack(f / "意見.xlsx", "<worksheet><sheetData><row r='1'>"), "壊れています"),
    "a string that is not there": (
        lambda f: pack(f / "意見.xlsx", worksheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')),
        "共有文字列",
    ),
    "cells too far apart": (
        lambda f: pack(
            f / "意見.xlsx",
            worksheet(*(f'<row r="{i}"><c r="{_letters(i)}{i}"><v>1</v></c></row>' for i in range(1, 9000))),
        ),
        "大きすぎます",
    ),
    "no known encoding": (
        _bytes("意見.csv", "番号,意見\n1,".encode() + b"\xff\xfe\x80\x81\xa0\n"),
        "文字コード",
    ),
    "UTF-16 cut short": (_bytes("意見.csv", "番号,意見".encode("utf-16") + b"\x00"), "壊れています"),
    "a quotation mark never closed": (_bytes("意見.csv", '番号,意見\n1,"ああ\n2,いい\n'.encode()), "引用符"),
}


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=list(REFUSED))
def test_a_file_that_must_not_be_opened_gets_one_clear_message(make, words: str, tmp_path: Path):
    path = make(tmp_path)
    with pytest.raises(InputError) as caught:
        read_sheets(path)
    message = str(caught.value)
    assert words in message
    assert path.name in message
    assert message.endswith("。")
    assert "\n" not in message


def test_a_million_formatted_rows_hold_no_opinion(tmp_path: Path):
    path = endless_rows(tmp_path / "意見.xlsx", 1_048_576)
    (sheet,) = read_sheets(path)
    assert sheet.numbers == (1, 2)


def test_a_merged_range_over_the_whole_sheet_fills_only_what_is_used(tmp_path: Path):
    tail = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="bad"/></mergeCells>'
    path = pack(tmp_path / "意見.xlsx", worksheet(row(1, ["題"]), row(3, ["", "い"]), tail=tail))
    (sheet,) = read_sheets(path)
    assert sheet.rows == (("題", "題"), ("題", "い"))
    assert sheet.filled == {(0, 1), (1, 0)}


def test_a_macro_workbook_is_read_without_its_macros_and_that_is_told(tmp_path: Path):
    path = pack(tmp_path / "意見.xlsm", opinions("ああ"), xl__vbaProject_dot_bin=b"macro")
    (sheet,) = read_sheets(path)
    assert len(sheet.rows) == 2
    assert [remark.code for remark in sheet.remarks] == ["macro"]


def test_hidden_sheets_are_read_and_noted(tmp_path: Path):
    shown, hidden = Page([["意見"], ["ああ"]]), Page([["意見"], ["いい"]], name="旧", state="veryHidden")
    sheets = read_sheets(write_book(tmp_path / "意見.xlsx", shown, hidden))
    assert [[remark.code for remark in sheet.remarks] for sheet in sheets] == [[], ["hidden_sheet"]]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("一行目_x000D_\n二行目", "一行目\n二行目"),
        ("ア&#11;イ", "ア\x0bイ"),
        ("ア\x0bイ", "ア\x0bイ"),
        ("ア_x0000_イ", "ア\x00イ"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xD83D__xDE00_", "😀"),
        ("ア&#xD800;イ", "ア\ufffdイ"),
        ("&lt;b&gt; &amp; =1+1", "<b> & =1+1"),
        ("  空白  ", "  空白  "),
    ],
)
def test_characters_come_through_as_excel_means_them(written: str, read: str, tmp_path: Path):
    (sheet,) = read_sheets(pack(tmp_path / "意見.xlsx", worksheet(row(1, [written]))))
    assert sheet.rows == ((read,),)


def test_rich_text_is_joined_and_furigana_left_out(tmp_path: Path):
    strings = (
        "<sst><si><r><t>太い</t></r><r><rPr><b/></rPr><t>字</t></r>"
        '<rPh sb="0" eb="1"><t>フト</t></rPh></si></sst>'
    )
    sheet_xml = worksheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    (sheet,) = read_sheets(pack(tmp_path / "意見.xlsx", sheet_xml, xl__sharedStrings_dot_xml=strings))
    assert sheet.rows == (("太い字",),)


def test_dates_of_japanese_excel_are_shown_as_it_shows_them(tmp_path: Path):
    styles = (
        "<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='56'/><xf numFmtId='58'/></cellXfs></styleSheet>"
    )
    cells = '<c r="A1" s="1"><v>46082</v></c><c r="B1" s="2"><v>46113</v></c>'
    cells += '<c r="C1"><v>3.1000000000000001</v></c>'
    path = pack(tmp_path / "意見.xlsx", worksheet(f'<row r="1">{cells}</row>'), xl__styles_dot_xml=styles)
    assert read_sheets(path)[0].rows == (("3月1日", "令和8年4月1日", "3.1"),)


def test_a_formula_is_its_result_or_itself(tmp_path: Path):
    cells = (
        '<c r="A1" t="str"><f>B1</f><v>結果</v></c><c r="B1"><f>ROW()</f></c><c r="C1" t="e"><v>#N/A</v></c>'
    )
    path = pack(tmp_path / "意見.xlsx", worksheet(f'<row r="1">{cells}</row>'))
    assert read_sheets(path)[0].rows == (("結果", "=ROW()", "#N/A"),)


def test_prefixed_names_and_missing_references_are_understood(tmp_path: Path):
    sheet_xml = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        "<x:row><x:c t='inlineStr'><x:is><x:t>甲</x:t></x:is></x:c><x:c/><x:c><x:v>3</x:v></x:c></x:row>"
        "<x:row><x:c><x:v>4</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    (sheet,) = read_sheets(pack(tmp_path / "意見.xlsx", sheet_xml))
    assert sheet.rows == (("甲", "3"), ("4", ""))
    assert sheet.numbers == (1, 2)


def test_a_workbook_named_csv_is_still_a_workbook(tmp_path: Path):
    assert read_sheets(pack(tmp_path / "意見.csv", opinions("ああ")))[0].name == "様式1"


def test_a_cell_of_a_megabyte_is_handed_on_whole(tmp_path: Path):
    (sheet,) = read_sheets(pack(tmp_path / "意見.xlsx", worksheet(row(1, ["あ" * 1_000_000]))))
    assert len(sheet.rows[0][0]) == 1_000_000


@pytest.fixture(scope="module")
def real(root: Path) -> bytes:
    return (root / "data" / "sample" / "inquiry.xlsx").read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=400), suffix=st.sampled_from([".xlsx", ".csv", ".xlsm"]))
def test_any_bytes_give_sheets_or_a_message(tmp_path: Path, data: bytes, suffix: str):
    assert _outcome(tmp_path / f"意見{suffix}", data) in ("tables", "refused")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_damaged_workbook_gives_sheets_or_a_message(tmp_path: Path, real: bytes, seed: int):
    rng = random.Random(seed)
    if rng.random() < 0.3:
        data = bytearray(real[: rng.randrange(len(real))])
        for _ in range(rng.randrange(20)):
            data[rng.randrange(len(data))] = rng.randrange(256) if data else 0
    else:
        data = bytearray(_damage_a_part(real, rng))
    assert _outcome(tmp_path / "意見.xlsx", bytes(data)) in ("tables", "refused")


def _damage_a_part(real: bytes, rng: random.Random) -> bytes:
    """The zip stays whole; the XML inside does not."""
    wild = (
        b"<c>",
        b"&#0;",
        b"&#xD800;",
        b"\x0b",
        b' r="ZZZZ9"',
        b"<!DOCTYPE a>",
        b"<row r='99999999999'>",
        b"<!--",
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(real)) as source, zipfile.ZipFile(packed, "w") as target:
        names = source.namelist()
        victim = rng.choice(names)
        for name in names:
            part = bytearray(source.read(name))
            for _ in range(rng.randrange(1, 8) if name == victim and part else 0):
                at = rng.randrange(len(part))
                part[at : at + rng.randrange(3)] = rng.choice(wild)
            target.writestr(name, bytes(part))
    return packed.getvalue()


def _outcome(path: Path, data: bytes) -> str:
    """``refused``, ``tables`` (rows of one width, text that can be written), or ``broken``."""
    path.write_bytes(data)
    try:
        sheets = read_sheets(path)
    except InputError:
        return "refused"
    for sheet in sheets:
        "".join(text for cells in sheet.rows for text in cells).encode("utf-8")
    even = all(len({len(cells) for cells in sheet.rows}) <= 1 for sheet in sheets)
    return "tables" if even else "broken"


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\n\t"), max_size=12
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grid=st.lists(st.lists(_TEXT, min_size=1, max_size=5), min_size=1, max_size=8))
def test_a_grid_written_to_a_real_workbook_is_read_back(tmp_path: Path, grid: list[list[str]]):
    book = Workbook()
    for i, texts in enumerate(grid, start=1):
        for j, text in enumerate(texts, start=1):
            target = book.active.cell(i, j)
            target.value = text
            target.data_type = "s"
    book.save(tmp_path / "意見.xlsx")
    kept = {i: [t for t in texts if t.strip()] for i, texts in enumerate(grid, start=1)}
    kept = {i: texts for i, texts in kept.items() if texts}
    if not kept:
        return
    (sheet,) = read_sheets(tmp_path / "意見.xlsx")
    read = {
        number: [text for text in cells if text]
        for number, cells in zip(sheet.numbers, sheet.rows, strict=True)
    }
    assert read == kept
