"""Integrity: a model folder is what it was when it was written, and this installation can read it."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipeline.errors import ModelError

SUMS = "SHA256SUMS"
FORMAT = 2
"""How a model file is laid out; raised whenever an older program could not read a newer file."""
_PACKAGES = ("scikit-learn", "skops", "numpy", "scipy", "torch", "sentence-transformers", "ikenwake")
_BINDING = ("scikit-learn", "skops", "numpy")
"""Packages whose objects a model file holds: another major version may read them wrongly without a word."""


def versions() -> dict[str, str]:
    """What is installed, by package; what is not installed is left out."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_sums(folder: Path) -> None:
    """Write the checksum of every file, in the form ``sha256sum -c`` reads."""
    lines = [f"{sha256(path)}  {path.name}\n" for path in sorted(folder.iterdir()) if path.name != SUMS]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def verify(folder: Path) -> None:
    """Refuse a folder in which a file is missing, changed, cut short or new, or that is not for this program.

    Raises:
        ModelError: Says which file, or which version.
    """
    if not (folder / "card.json").is_file():
        raise ModelError(f"モデル「{folder.name}」がありません。ikenwake models list で確認してください。")
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        stated = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder / SUMS}: 検査値の一覧を読めません。モデルを取り直してください。"
        ) from error
    present = {path.name for path in folder.iterdir() if path.name != SUMS}
    for name in sorted(present | set(stated)):
        if name not in present or name not in stated or sha256(folder / name) != stated[name]:
            raise ModelError(
                f"{folder / name}: モデルのファイルが、作られたときのものと一致しません。"
                "取り直すか、ikenwake models rollback で前のモデルに戻してください。"
            )
    _check_versions(folder)


def _check_versions(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card.get("format", FORMAT) != FORMAT:
        raise ModelError(
            f"{folder}: モデルの形式（第{card['format']}版）が、このプログラム（第{FORMAT}版）と合いません。"
            "ikenwake retrain で学習し直してください。"
        )
    here = versions()
    for name, made_with in sorted(card.get("versions", {}).items()):
        if name in _BINDING and made_with.split(".")[0] != here[name].split(".")[0]:
            raise ModelError(
                f"{folder}: モデルは {name} {made_with} で作られましたが、ここにあるのは {here[name]} です。"
                f"{name} を合わせるか、ikenwake retrain で学習し直してください。"
            )


def sha256(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
