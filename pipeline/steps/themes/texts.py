"""Which texts must be embedded before statements can be grouped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.arrays import Embeddings
from pipeline.candidates import Candidates
from pipeline.text import normalize
from pipeline.themes import PastTheme


def theme_texts(
    statements: pd.DataFrame, candidates: Candidates, past: Sequence[PastTheme] = ()
) -> tuple[list[str], list[str]]:
    """Ids and texts for ``embed``: statements, statements with reasons, candidate files, past themes.

    Args:
        statements: A ``Statements`` table, n rows.
        candidates: The candidate files; those no statement names are left out.
        past: Themes of earlier inquiries.

    Returns:
        Ids (``text:…``, ``whole:…``, ``item:…``, ``past:…``) and their texts, 2n or more.

    Example:
        >>> rows = pd.DataFrame({"statement_id": ["a"], "candidate_id": [""], "norm": ["文"],
        ...                      "norm_reason": ["訳"]})
        >>> theme_texts(rows, Candidates([]))
        (['text:a', 'whole:a'], ['文', '文\\n訳'])
    """
    wanted = {f"text:{i}": norm for i, norm in _column(statements, "norm")}
    reasons = dict(_column(statements, "norm_reason"))
    wanted |= {
        f"whole:{i}": f"{norm}\n{reasons[i]}" if reasons[i] else norm
        for i, norm in _column(statements, "norm")
    }
    for candidate_id in sorted(set(statements["candidate_id"])):
        candidate = candidates.get(candidate_id)
        for item in candidate.items if candidate else ():
            wanted[f"item:{candidate_id}:{item.ref}"] = normalize(item.text)
    wanted |= {f"past:{theme.theme_id}": theme.text for theme in past}
    return list(wanted), list(wanted.values())


def _column(statements: pd.DataFrame, name: str) -> list[tuple[str, str]]:
    return list(zip(statements["statement_id"].tolist(), statements[name].tolist(), strict=True))


class Vectors:
    """Rows of an ``Embeddings`` found by the ids of ``theme_texts``; an unknown id has the zero vector."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._rows = {key: i for i, key in enumerate(embeddings.ids)}
        self._vectors = embeddings.vectors
        self._items: dict[str, dict[str, int]] = {}
        for key, i in self._rows.items():
            if key.startswith("item:"):
                _, candidate_id, ref = key.split(":", 2)
                self._items.setdefault(candidate_id, {})[ref] = i

    @property
    def dimension(self) -> int:
        """Length d of a vector."""
        return int(self._vectors.shape[1])

    def of(self, kind: str, ids: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of one kind (``text``, ``whole``, ``past``) for n ids, shape (n, d)."""
        found = np.zeros((len(ids), self.dimension), dtype=np.float32)
        for i, key in enumerate(ids):
            row = self._rows.get(f"{kind}:{key}")
            if row is not None:
                found[i] = self._vectors[row]
        return found

    def items(self, candidate_id: str) -> NDArray[np.float32]:
        """Vectors of everything in one candidate file, shape (m, d); m = 0 without a file."""
        rows = list(self._items.get(candidate_id, {}).values())
        found: NDArray[np.float32] = self._vectors[rows]
        return found
