"""Doctor: looks at an installation and says what is wrong and what to do; only the cache may be filled."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from packaging.requirements import Requirement
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from pipeline.edges.encoder import SentenceEncoder, check_embedded, encoder_folder
from pipeline.edges.integrity import verify
from pipeline.edges.registry import read_card
from pipeline.edges.store.engine import check_engine, open_engine
from pipeline.edges.succession import current_id
from pipeline.edges.window_files import read_windows
from pipeline.errors import PipelineError
from pipeline.settings import Settings

State = Literal["良", "注意", "異常"]
_LITTLE, _TOO_LITTLE = 5.0, 0.5
"""Free space in GB below which one is warned, and below which a run may not come to its end."""
_LOCAL = ("127.0.0.1", "localhost", "::1")
_OFF = {"": True, "1": True, "true": True, "0": False, "false": False}


@dataclass(frozen=True)
class Finding:
    """One thing looked at; ``advice`` is empty where nothing has to be done."""

    state: State
    subject: str
    said: str
    advice: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything a run depends on, in the order in which it should be mended."""
    parts: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _packages,
        _encoder,
        _model,
        _windows,
        _store,
        _folders,
        _disk,
        _network,
        _fonts,
    )
    return [finding for part in parts for finding in part(settings)]


def _packages(settings: Settings) -> Iterator[Finding]:
    python = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] != (3, 11):
        yield Finding("異常", "Python", python, "Python 3.11 で入れ直してください。")
    else:
        yield Finding("良", "Python", python)
    project = tomllib.loads((settings.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wrong = []
    for line in project["dependencies"]:
        wanted = Requirement(line)
        try:
            here = version(wanted.name)
        except PackageNotFoundError:
            here = "なし"
        if here == "なし" or not wanted.specifier.contains(here, prereleases=True):
            wrong.append(f"{wanted.name} {here}（要 {wanted.specifier}）")
    if wrong:
        yield Finding(
            "異常",
            "パッケージ",
            "、".join(wrong),
            "make setup か、配布物の install.sh で入れ直してください。",
        )
    else:
        yield Finding("良", "パッケージ", f"{len(project['dependencies'])}個とも合っています")


def _encoder(settings: Settings) -> Iterator[Finding]:
    try:
        if not settings.encoder:
            check_embedded(settings)
        folder = Path(encoder_folder(settings))
        if not folder.is_dir():
            advice = "インターネットのない所では、IKENWAKE_ENCODER にフォルダーを指定してください。"
            yield Finding(
                "注意", "エンコーダー", f"{settings.encoder} はここのフォルダーではありません", advice
            )
            return
        encoder_id = SentenceEncoder(folder, settings).encoder_id
    except (PipelineError, OSError) as error:
        yield Finding("異常", "エンコーダー", str(error), "配布物から models/encoders を入れ直してください。")
        return
    yield Finding("良", "エンコーダー", f"検査値が合いました（{encoder_id}）")


def _model(settings: Settings) -> Iterator[Finding]:
    try:
        chosen = current_id(settings.models_dir)
        verify(settings.models_dir / chosen)
        made_with = read_card(settings.models_dir, chosen).encoder_id
        here = SentenceEncoder(encoder_folder(settings), settings).encoder_id
    except (PipelineError, OSError) as error:
        yield Finding("異常", "モデル", str(error), "取り直すか、ikenwake models rollback で戻してください。")
        return
    if made_with != here:
        advice = "エンコーダーの設定を戻すか、ikenwake retrain で学習し直してください。"
        yield Finding(
            "異常", "モデル", f"{chosen} は別のエンコーダー（{made_with}）で学習されています", advice
        )
    else:
        yield Finding("良", "モデル", chosen)


def _windows(settings: Settings) -> Iterator[Finding]:
    try:
        found = read_windows(settings)
    except PipelineError as error:
        yield Finding("注意", "照会の予定", str(error), "予定で動かさないなら、このままで構いません。")
        return
    missing = [one.id for one in found if not (settings.root / one.candidates).is_dir()]
    if missing:
        said = f"候補台帳のフォルダーがありません: {'、'.join(missing)}"
        yield Finding(
            "注意", "照会の予定", said, "締切までに data/windows.toml の candidates の場所へ置いてください。"
        )
    else:
        yield Finding("良", "照会の予定", f"{len(found)}件")


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        url = make_url(settings.store_url)
        file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        if file and not file.exists():
            yield Finding("良", "記録", f"{file} は、最初の実行で作られます")
            return
        check_engine(open_engine(settings.store_url))
        if file:
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
                sound = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            if sound != "ok":
                advice = "動かしている ikenwake をすべて止め、控えから ikenwake restore してください。"
                yield Finding("異常", "記録", f"{file} が壊れています（{sound}）", advice)
                return
    except (PipelineError, OSError, sqlite3.Error, ArgumentError) as error:
        yield Finding(
            "異常", "記録", str(error), "IKENWAKE_DB_URL と、場所、権限、サーバーを確かめてください。"
        )
        return
    yield Finding("良", "記録", url.render_as_string(hide_password=True))
    if file and stat.S_IMODE(file.stat().st_mode) & 0o007:
        advice = f"chmod o-rwx {file}（意見の本文が入っています）"
        yield Finding("注意", "記録の権限", f"{file} を誰でも読み書きできます", advice)


def _folders(settings: Settings) -> Iterator[Finding]:
    closed = []
    for folder in (settings.root / "data", settings.cache_dir, settings.models_dir):
        there = next(one for one in (folder, *folder.parents) if one.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            closed.append(str(folder))
    if closed:
        advice = f"動かす人（uid {os.getuid()}）が書けるようにしてください。"
        yield Finding("異常", "権限", f"{'、'.join(closed)} に書けません", advice)
    else:
        yield Finding("良", "権限", "data、.cache、models に書けます")


def _disk(settings: Settings) -> Iterator[Finding]:
    for place in dict.fromkeys((settings.root, Path(tempfile.gettempdir()))):
        free = shutil.disk_usage(place).free / 1e9
        state: State = "異常" if free < _TOO_LITTLE else "注意" if free < _LITTLE else "良"
        advice = "" if state == "良" else "使わないファイルを消すか、広いディスクへ移してください。"
        yield Finding(state, "空き容量", f"{place}: {free:.1f} GB", advice)


def _network(settings: Settings) -> Iterator[Finding]:
    talk = [
        name
        for name, quiet in (
            ("HF_HUB_OFFLINE", True),
            ("TRANSFORMERS_OFFLINE", True),
            ("DO_NOT_TRACK", True),
            ("PREFECT_SERVER_ANALYTICS_ENABLED", False),
        )
        if _OFF.get(os.environ.get(name, "1" if quiet else "0").lower()) is not quiet
    ]
    if talk:
        advice = "これらの環境変数の設定を消してください（消せば、外へ出ない側になります）。"
        yield Finding("注意", "外部との通信", f"外へ出る設定です: {'、'.join(talk)}", advice)
    else:
        yield Finding("良", "外部との通信", "利用状況の送信もモデルの取得もしません")
    url = os.environ.get("PREFECT_API_URL", "")
    if url and urlsplit(url).hostname not in _LOCAL:
        advice = "庁内のサーバーか確かめてください。件数とファイルの場所が送られます（本文は送られません）。"
        yield Finding("注意", "Prefect のサーバー", url, advice)
    crew = settings.dask_scheduler
    if crew and urlsplit(crew).hostname not in _LOCAL:
        advice = "閉じた区間の機械か、TLS（tls://）か確かめてください。意見の本文が送られます。"
        yield Finding("注意", "Dask のスケジューラー", crew, advice)


def _fonts(settings: Settings) -> Iterator[Finding]:  # noqa: ARG001 - every part is asked alike
    if shutil.which("fc-list") is None:
        return
    done = subprocess.run(["fc-list", ":lang=ja", "family"], capture_output=True, text=True, check=False)
    if done.stdout.strip():
        yield Finding("良", "日本語フォント", f"{len(set(done.stdout.splitlines()))}種")
    else:
        advice = "この機械で report.html や results.xlsx を開くなら、日本語のフォントを入れてください。"
        yield Finding("注意", "日本語フォント", "ありません", advice)
