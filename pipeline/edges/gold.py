"""Gold: labelled statements, one opinion a line, and the candidate files they were labelled against."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.candidates import Candidates, load_candidates
from pipeline.errors import InputError
from pipeline.labelled import Labelled, Origin, joined
from pipeline.learning.supervision import Gold
from pipeline.steps.personal.find import find_in
from pipeline.steps.statements import Mask, mask, norm_of
from pipeline.tables import Statements, make_table


def read_gold(path: Path, candidates: Candidates) -> Labelled:
    """Read one JSON Lines file; rows labelled ``none`` are no opinions and are left out.

    Returns:
        Statements with what people said of each, in the order of the file; the inquiry is the file's name.

    Raises:
        InputError: The file is missing, or a line is not a labelled opinion.
    """
    rows: list[dict[str, object]] = []
    gold: list[Gold] = []
    origins: list[Origin] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        number = 0
        for number, line in enumerate(lines, start=1):  # noqa: B007 -- the error below names it
            if line.strip():
                row = json.loads(line)
                for statement, said in _statements(row, candidates):
                    rows.append(statement)
                    gold.append(said)
                    origins.append(_origin(row, path.stem))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: 正解ファイルを読めません。{error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}、{number}行目: 正解の行として読めません（{error!r}）。") from error
    return Labelled(make_table(Statements, rows), gold, candidates, origins)


def read_all(gold_dir: Path, candidate_root: Path) -> Labelled:
    """Every gold file in name order, with the candidate files of the folder of the same name.

    Raises:
        InputError: There is no gold file.
    """
    parts = [
        read_gold(path, load_candidates(candidate_root / path.stem))
        for path in sorted(gold_dir.glob("*.jsonl"))
    ]
    if not parts:
        raise InputError(f"{gold_dir}: 正解ファイル（*.jsonl）がありません。")
    return joined(parts)


def _statements(row: dict[str, Any], candidates: Candidates) -> Iterator[tuple[dict[str, object], Gold]]:
    if row["label"] == "none":
        return
    candidate_id = _candidate(row, candidates)
    reason = str(row.get("reason") or "")
    shown_reason = _masked(reason)
    for k, part in enumerate(_parts(row)):
        start = max(str(row["opinion"]).find(part["text"]), 0)
        statement_id = f"{row['id']}.{k}"
        shown = _masked(part["text"])
        statement: dict[str, object] = {
            "statement_id": statement_id,
            "opinion_key": row["id"],
            "candidate_id": candidate_id,
            "section": row.get("section") or "",
            "start": start,
            "end": start + len(part["text"]),
            "text": part["text"],
            "reason": reason,
            "shown": shown,
            "shown_reason": shown_reason,
            "norm": norm_of(shown, is_part=row["label"] == "multi"),
            "norm_reason": norm_of(shown_reason, is_part=False),
        }
        yield statement, _gold(statement_id, candidate_id, row, part)


def _masked(text: str) -> str:
    """The text as every output and every model sees it: without the writer's personal data."""
    return mask(text, [Mask(*piece) for piece in find_in(text)], 0, len(text))


def _origin(row: dict[str, Any], window: str) -> Origin:
    return Origin(
        window=window,
        taxonomy_version=int(row.get("taxonomy_version", 1)),
        is_random=bool(row.get("is_random")),
        other=row.get("label_second") or "",
        is_review=bool(row.get("is_review")),
        is_chosen=bool(row.get("is_chosen")),
    )


def _parts(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if row["label"] == "multi":
        yield from row["parts"]
    else:
        yield {**row, "text": row["opinion"]}


def _gold(statement_id: str, candidate_id: str, row: dict[str, Any], part: dict[str, Any]) -> Gold:
    return Gold(
        statement_id=statement_id,
        candidate_id=candidate_id,
        text=part["text"],
        label=part["label"],
        secondary=tuple(part.get("secondary") or ()),
        coverage=part.get("coverage") or "",
        contrary=bool(part.get("contrary")),
        passages=tuple(part.get("passages") or ()),
        theme=part.get("theme") or "",
        note=part.get("note") or row.get("note") or "",
    )


def _candidate(row: dict[str, Any], candidates: Candidates) -> str:
    words: Iterable[str] = (
        row.get("cid") or "",
        row.get("candidate") or "",
        str(row["id"]).rsplit("-", 1)[0],
    )
    return next((found for word in words if word and (found := candidates.match(word))), "")
