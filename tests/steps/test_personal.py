"""Personal data: what is masked, and what only looks like it. All names and numbers are invented."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.personal import find_personal
from pipeline.steps.personal.find import find_in

FOUND = [
    ("（担当：保育課　須々木 いずみ　内線217）", ["須々木 いずみ", "217"]),
    ("問合せ先：業務係 戸隠崎　０９９９－０１－８８３６", ["戸隠崎", "０９９９－０１－８８３６"]),
    ("※本件の照会は建設課 鴨志田 郁（0000-21-4413、k.shida@town.example.jp）まで", None),
    ("詳しくは農委事務局の沼倉千種（電話0947-01-3385）までご照会ください。", ["沼倉千種", "0947-01-3385"]),
    ("担当　生活環境部 茂呂（0000-63-7719）", ["茂呂", "0000-63-7719"]),
    ("（環境課廃棄物係 樫村、k_kashimura＠city.example.jp）", ["樫村", "k_kashimura＠city.example.jp"]),
    ("連絡先：図書館 相良野（さがらの）　TEL (0270)00-7754", ["相良野（さがらの）", "(0270)00-7754"]),
    ("記入者　住民福祉課　服部", ["服部"]),
    ("作成者：企画課　課長補佐　山田 太郎", ["山田 太郎"]),
    ("携帯 090-1234-5678 又は 09012345678", ["090-1234-5678", "09012345678"]),
    ("本人の番号は1234 5678 9012である。", ["1234 5678 9012"]),
    ("以前、田中係長に相談した。", ["田中"]),
    ("窓口の佐藤さんが一人で受けている。", ["佐藤"]),
    ("〒100-0000 北嶺県鐘ヶ峰村大字西1-2-3（担当：総務課）", ["〒100-0000 北嶺県鐘ヶ峰村大字西1-2-3"]),
    ("直通：03-0000-1111　FAX：03-0000-1112", ["03-0000-1111", "03-0000-1112"]),
]
NOTHING = [
    "担当者が一人しかおらず不安である。",
    "総務課長の決裁を要する。各課の担当係長が確認する。",
    "平成15年法律第57号第3条、令和8年4月1日、2026-04-01から。",
    "費用は1,200万円、件数は123456789012件、4,321-5,000円。",
    "フリーダイヤル0120-000-111で受け付けてほしい。",
    "消防では119番通報、警察は110番である。",
    "法人番号1234567890123を用いる。",
    "３（２）、４－１、別紙１－２－３を参照。",
    "連絡先を登録できるようにしてほしい。",
    "問合せ先が分からないので、窓口を示されたい。",
    "住民の皆さん、お子様、利用者様に分かりやすく。",
    "電話とＦＡＸのままで、夜間は職員が交替で待機している。",
    "",
]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_personal_data_is_found(text: str, expected: list[str] | None):
    expected = expected or ["鴨志田 郁", "0000-21-4413", "k.shida@town.example.jp"]
    assert [text[one.start : one.end] for one in find_in(text)] == expected


@pytest.mark.parametrize("text", NOTHING)
def test_what_only_looks_like_it_is_left_alone(text: str):
    assert find_in(text) == []


@given(st.text("担当：課係 　山田（）内線090-1234５@a.jp、。\n〒号番", max_size=60))
def test_pieces_never_overlap_and_lie_inside(text: str):
    found = find_in(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_both_fields_are_searched_and_named():
    opinions = pd.DataFrame({"opinion_key": ["k"], "text": ["内線 21まで"], "reason": ["a@b.example.jp"]})
    assert find_personal(opinions).values.tolist() == [
        ["k", "text", 3, 5, "phone"],
        ["k", "reason", 0, 14, "mail"],
    ]
