"""Windows: when an inquiry is open, where its answers lie, and when they are processed."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.errors import WindowError

_WHY = {
    "missing": "書かれていません",
    "extra_forbidden": "知らない項目です。綴りを確かめてください",
    "string_pattern_mismatch": "小文字の英数字と - だけで書いてください",
    "string_too_short": "空です",
}


class Window(BaseModel):
    """One inquiry: dates are whole days in ``timezone``; folders are relative to the installation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    source: str
    opens: date
    closes: date
    timezone: str = "Asia/Tokyo"
    inputs: str = Field(min_length=1)
    candidates: str = Field(min_length=1)
    out: str = Field(min_length=1)
    run_at: time = time(6)
    late_days: int = Field(default=30, ge=0, le=366)
    recipients: tuple[str, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("知らない地域です。例: Asia/Tokyo") from error
        return name

    @model_validator(mode="after")
    def _closes_after_it_opens(self) -> Window:
        if self.closes < self.opens:
            raise ValueError("締切（closes）が始まり（opens）より前です")
        return self

    @property
    def starts_at(self) -> datetime:
        """When it is processed: the day after closing, at ``run_at``.

        >>> window = Window(id="a", source="policy_inquiry", opens=date(2026, 4, 1), closes=date(2026, 4, 17),
        ...                 inputs="in", candidates="c", out="out")
        >>> window.starts_at.isoformat(), window.ends_at.isoformat()
        ('2026-04-18T06:00:00+09:00', '2026-05-18T06:00:00+09:00')
        """
        return datetime.combine(self.closes + timedelta(days=1), self.run_at, ZoneInfo(self.timezone))

    @property
    def ends_at(self) -> datetime:
        """The last look for late files."""
        return self.starts_at + timedelta(days=self.late_days)

    def is_due(self, now: datetime) -> bool:
        """Whether ``now`` (aware) lies between the first processing and the end of its last day's look."""
        return self.starts_at <= now < self.ends_at + timedelta(days=1)


def load_windows(path: Path, sources: Iterable[str]) -> tuple[Window, ...]:
    """Read and validate the windows, in the order of the file.

    Args:
        path: A ``windows.toml``.
        sources: Codes of the sources (※1) the codebook knows.

    Raises:
        WindowError: The file is missing or is not TOML, or windows are wrong; all of them are told at once.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WindowError(f"{path}: 照会の一覧を読めません。{error}") from error
    tables = raw.get("windows")
    if set(raw) != {"windows"} or not isinstance(tables, list):
        raise WindowError(f"{path}: [[windows]] で始まる照会を、一つ以上書いてください。")
    windows: list[Window] = []
    wrong: list[str] = []
    for number, table in enumerate(tables, start=1):
        try:
            windows.append(Window.model_validate(table))
        except ValidationError as error:
            wrong += [f"{path}、{number}番目の照会: {_told(one)}" for one in error.errors()]
    wrong += [f"{path}: {line}" for line in _clashes(windows, frozenset(sources))]
    if wrong:
        raise WindowError("\n".join(wrong))
    return tuple(windows)


def find_window(windows: Iterable[Window], window_id: str) -> Window:
    """The window of this id.

    Raises:
        WindowError: There is none.
    """
    known = {window.id: window for window in windows}
    if window_id not in known:
        raise WindowError(
            f"照会「{window_id}」は data/windows.toml にありません。書かれているもの: {'、'.join(known)}"
        )
    return known[window_id]


def _told(error: object) -> str:
    assert isinstance(error, dict)
    where = ".".join(map(str, error["loc"]))
    why = _WHY.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
    return f"{where}: {why}。" if where else f"{why}。"


def _clashes(windows: list[Window], sources: frozenset[str]) -> list[str]:
    told = [
        f"照会「{window.id}」の出所「{window.source}」は判断基準書にありません。"
        f"次のどれかにしてください: {'、'.join(sorted(sources))}"
        for window in windows
        if window.source not in sources
    ]
    for field, name in (("id", "id"), ("out", "書き出し先（out）")):
        counts = Counter(str(getattr(window, field)) for window in windows)
        told += [f"{name}「{value}」が{n}回使われています。" for value, n in counts.items() if n > 1]
    return told
