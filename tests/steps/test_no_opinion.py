"""「特になし」 and its kin: everything of the kind, and never a real opinion."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.steps.ingest import is_no_opinion
from pipeline.steps.ingest.no_opinion import is_reason_empty

NOTHING = """
特になし|特に無し|とくになし|特段なし|特段の意見なし|意見なし|意見無し|意見ナシ|御意見なし|意見等なし|意見・要望なし|なし|無し|無
－|―|-|ー|×|該当なし|該当する意見はありません|N/A|意見はございません。|ありません|特段の意見はない|意見は特にありません
意見、要望ともになし|意見及び要望はありません|現時点では特段の意見はありません。|本県として意見なし|本市からの意見はございません
方針案に対する意見はありません。|当村では当該業務を実施していないため、意見なし|該当する業務がないため意見なし
当組合は図書館を所管していないため、意見はありません。|特になし（庁内照会済）|（特になし）|「特になし」|特になし。よろしくお願いします。
意見なし。方針案のとおりで異存ありません。|異議なし|修正意見なし|特に問題ありません|原案のとおりで意見なし
意見：なし|意見　無し|意見なしで回答します|関係課に照会したが、特に意見はありませんでした。
"""
REAL = """
特になし。ただし費用は国の負担とされたい。|意見なしの団体にも再度照会してほしい。|なし崩しの移行は避けたい。
特に意見はありませんが、費用は国で負担してください。|特に異論はないが、時期を示されたい。|賛成|賛同します。|費用の記載がない。
意見なしとした理由を公表すべき。|様式に「特になし」の選択肢を設けてほしい。|説明がない|根拠がない|職員がいない|反対|不要
当市では業務を扱っていないため、共通化の対象から外してほしい。|同上|別紙のとおり|意見あり|必要ない
意見なし（ただし、費用は国の負担とされたい）|特になし（費用負担のあり方は要検討）|意見なし（費用の負担を要望）
費用の見通しが示されていないため、現時点で意見はありません|システム障害への対応が書かれていないため、意見はありません
"""


@pytest.mark.parametrize("text", re.split(r"[|\n]", NOTHING.strip()))
def test_a_reply_without_an_opinion_is_known(text: str):
    assert is_no_opinion(text)


@pytest.mark.parametrize("text", re.split(r"[|\n]", REAL.strip()))
def test_an_opinion_that_only_looks_like_it_is_kept(text: str):
    assert not is_no_opinion(text)


def test_no_labelled_opinion_nor_any_sentence_of_one_is_thrown_away(root: Path):
    paths = [*sorted((root / "labels" / "gold").glob("*.jsonl")), root / "data" / "sample" / "gold.jsonl"]
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    wrong = [
        sentence
        for row in rows
        if row["label"] != "none"
        for sentence in re.split(r"(?<=。)|\n", row["opinion"])
        if sentence.strip() and is_no_opinion(sentence)
    ]
    missed = [row["opinion"] for row in rows if row["label"] == "none" and not is_no_opinion(row["opinion"])]
    assert (wrong, missed) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ("－", True),
        ("所管課に確認済み", True),
        ("図書館を設置していないため。", True),
        ("住民から年間120件の苦情がある。", False),
        ("所管課の費用を国で負担されたい。", False),
    ],
)
def test_a_reason_beside_it_is_an_opinion_only_where_it_says_something(text: str, expected: bool):
    assert is_reason_empty(text) is expected
