"""The inspection sheet of an audit: what was drawn and what people found; the plan stands beside it."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

from pipeline.errors import InputError
from pipeline.policy import Policy
from pipeline.steps.audit import Plan, Verdict, check_audit, plan_audit

_COLUMNS = ("statement_id", "区分", "意見", "理由", "判定")
_RIGHT, _WRONG = "正", "誤"


def write_plan(statements: Path, out: Path, policy: Policy) -> Plan:
    """Draw the sample of one run and write the sheet; the draw depends on the run's id only.

    Args:
        statements: ``statements.csv`` of the run.
        out: The sheet; the plan is written beside it as JSON, fixed before anybody looks.
        policy: The rate to hold and the errors allowed.

    Raises:
        InputError: The file is missing or is no ``statements.csv``, or nothing was accepted automatically.
    """
    rows = _read(statements)
    try:
        accepted = {row["statement_id"]: row for row in rows if row["outcome"] == "auto"}
        seed = rows[0]["run_id"] if rows else ""
    except KeyError as error:
        raise InputError(
            f"{statements}: statements.csv ではありません（{error} の列がありません）。"
        ) from error
    if not accepted:
        raise InputError(f"{statements}: 自動採用した意見がないため、抜取検査は要りません。")
    limits = policy.automatic
    plan = plan_audit(list(accepted), seed, policy.audit.allowed_errors, limits.max_wrong, limits.confidence)
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        for key in plan.sample_ids:
            row = accepted[key]
            writer.writerow([key, row["label"], _harmless(row["text"]), _harmless(row["reason"]), ""])
    text = json.dumps(asdict(plan), ensure_ascii=False, indent=1)
    _plan_path(out).write_text(text + "\n", encoding="utf-8")
    return plan


def read_verdict(sheet: Path) -> Verdict:
    """What a filled-in sheet shows.

    Raises:
        InputError: A judgement is missing or unreadable, rows were added or lost, or the plan is not there.
    """
    try:
        raw = json.loads(_plan_path(sheet).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{_plan_path(sheet)}: 検査の計画を読めません。{error}") from error
    plan = Plan(**{**raw, "sample_ids": tuple(raw["sample_ids"])})
    found = {row.get("statement_id", ""): (row.get("判定") or "").strip() for row in _read(sheet)}
    if set(found) != set(plan.sample_ids):
        raise InputError(
            f"{sheet}: 抜き取った意見と行が一致しません。検査票の行を足したり消したりしないでください。"
        )
    open_ids = [key for key, verdict in found.items() if verdict not in (_RIGHT, _WRONG)]
    if open_ids:
        raise InputError(
            f"{sheet}: 「判定」が 正・誤 でない行が{len(open_ids)}件あります（{open_ids[0]} など）。"
            "全件に記入してください。"
        )
    return check_audit(plan, [key for key, verdict in found.items() if verdict == _WRONG])


def _plan_path(sheet: Path) -> Path:
    return sheet.with_suffix(".plan.json")


def _harmless(text: str) -> str:
    """Excel reads a leading =, +, - or @ in a CSV as a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def _read(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: ファイルを読めません。{error}") from error
