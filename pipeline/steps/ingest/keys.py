"""Permanent keys: the same row of the same inquiry keeps its key, whatever file or row it stands in."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

_PARTS = ("window", "candidate_id", "organization", "number", "text", "reason")


def opinion_keys(opinions: Sequence[dict[str, Any]]) -> Iterator[str]:
    """12 hex digits per opinion over what was sent; equal ones are told apart by their order.

    Example:
        >>> row = dict.fromkeys(("window", "candidate_id", "organization", "number", "text", "reason"), "")
        >>> keys = list(opinion_keys([row, row]))
        >>> len(set(keys)), [len(key) for key in keys]
        (2, [12, 12])
    """
    seen: Counter[tuple[str, ...]] = Counter()
    for opinion in opinions:
        parts = tuple(str(opinion[part]) for part in _PARTS)
        seen[parts] += 1
        content = json.dumps([*parts, seen[parts]], ensure_ascii=True)
        yield hashlib.sha256(content.encode("ascii")).hexdigest()[:12]
