from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.edges.integrity import SUMS, verify, write_sums
from pipeline.errors import ModelError

FILES = {
    "card.json": '{"format": 2, "versions": {}}',
    "card.md": "# カード\n",
    "classifier.skops": "bytes",
    "readings.csv": "a,b\n",
    "snapshot.json": "{}",
    "taxonomy.toml": "version = 1\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "m"
    made.mkdir()
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    write_sums(made)
    return made


def test_a_whole_folder_passes_and_lists_every_file(folder: Path) -> None:
    verify(folder)
    listed = [line.split()[1] for line in (folder / SUMS).read_text(encoding="utf-8").splitlines()]
    assert listed == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["tampered", "truncated", "deleted"])
def test_any_damaged_file_is_refused_by_name(folder: Path, name: str, damage: str) -> None:
    path = folder / name
    if damage == "deleted":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] if damage == "truncated" else whole + b" ")
    with pytest.raises(ModelError, match=f"「m」がありません|{name}"):
        verify(folder)


def test_a_file_nobody_listed_is_refused(folder: Path) -> None:
    (folder / "new.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ModelError, match=r"new\.txt"):
        verify(folder)


@pytest.mark.parametrize("content", [None, "garbage"])
def test_a_folder_without_readable_sums_is_refused(folder: Path, content: str | None) -> None:
    (folder / SUMS).unlink()
    if content is not None:
        (folder / SUMS).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=SUMS):
        verify(folder)


@pytest.mark.parametrize(
    ("card", "told"),
    [
        ({"format": 99, "versions": {}}, "形式"),
        ({"format": 1, "versions": {}}, "第1版"),
        ({"format": 2, "versions": {"scikit-learn": "0.24.0"}}, "scikit-learn 0.24.0"),
        ({"format": 2, "versions": {"numpy": "3.0.0"}}, "numpy 3.0.0"),
    ],
)
def test_another_format_or_major_version_is_refused(folder: Path, card: dict[str, object], told: str) -> None:
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    write_sums(folder)
    with pytest.raises(ModelError, match=told):
        verify(folder)
