from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.edges.delimited import read_csv
from pipeline.errors import InputError

TEXT = '番号,団体名,御意見\n1,霧積台市,"一行目\n二行目"\n00012,①町,利用料は１０％\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_same_cells_come_out_of_every_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "意見.csv"
    path.write_text(TEXT, encoding=encoding)
    (sheet,) = read_csv(path)
    assert sheet.rows == (
        ("番号", "団体名", "御意見"),
        ("1", "霧積台市", "一行目\n二行目"),
        ("00012", "①町", "利用料は１０％"),
    )


def test_a_quotation_mark_that_never_closes_is_told_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "意見.csv"
    path.write_text('番号,意見\n1,"開いたまま\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"意見\.csv: 2行目"):
        read_csv(path)


def test_reading_a_small_file_leaves_the_csv_module_as_it_was_for_others(tmp_path: Path) -> None:
    path = tmp_path / "小.csv"
    path.write_text("番号,意見\n1,短い\n", encoding="utf-8")
    read_csv(path)
    assert next(csv.reader(["あ" * 1000])) == ["あ" * 1000]
