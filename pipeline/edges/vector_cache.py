"""The vector cache: what was embedded once need not be embedded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class VectorCache:
    """Vectors by (encoder id, text hash) in one SQLite file; it holds no text and can be deleted any time."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=60, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS vector"
            " (encoder_id TEXT, key TEXT, value BLOB, PRIMARY KEY (encoder_id, key)) WITHOUT ROWID"
        )

    def find(self, encoder_id: str, keys: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors known under these text keys."""
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(keys), 500):
            some = list(keys[start : start + 500])
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                f"SELECT key, value FROM vector WHERE encoder_id = ? AND key IN ({marks})",
                [encoder_id, *some],
            )
            found |= {key: np.frombuffer(value, dtype=np.float32) for key, value in rows}
        return found

    def keep(self, encoder_id: str, vectors: dict[str, NDArray[np.float32]]) -> None:
        """Remember vectors; writing the same key twice keeps the first."""
        rows = [(encoder_id, key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()]
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO vector VALUES (?, ?, ?)", rows)
