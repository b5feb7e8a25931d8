"""What runs after what. Prefect lives here and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from pipeline import inquiry
from pipeline.edges.private_server import configure_server
from pipeline.errors import PipelineError
from pipeline.inquiry import Bench, Outcome, Request
from pipeline.progress import listener
from pipeline.settings import Settings

configure_server(Settings())

from prefect import State, flow, task  # noqa: E402 - Prefect reads its settings when it is imported
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.exceptions import FailedRun  # noqa: E402
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: E402
from prefect.states import Failed  # noqa: E402

Value = TypeVar("Value")


def _worth_another_try(_task: Any, _run: Any, state: State[Any]) -> bool:
    """A disk or a database may answer the next time; a file that is wrong stays wrong."""
    return not isinstance(state.result(raise_on_failure=False), PipelineError)


# Tables and models are handed on in memory: hashing or storing them would cost more than the work itself.
_inside = task(cache_policy=NO_CACHE, persist_result=False)
_outside = task(
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=[1, 5],
    retry_condition_fn=_worth_another_try,
)

read_files = _outside(inquiry.read_files)
take_in = _inside(inquiry.take_in)
cut = _inside(inquiry.cut)
tokenize_statements = _inside(inquiry.tokenize_statements)
judge_statements = _inside(inquiry.judge_statements)
group = _inside(inquiry.group)
put_together = _inside(inquiry.put_together)
keep = _outside(inquiry.keep)
write = _outside(inquiry.write)


class _Steps:
    """Runs one task after the other, tells the listener, and notes how long each took."""

    def __init__(self, timings: dict[str, float]) -> None:
        self._timings = timings

    def __call__(self, name: str, n: int, work: Callable[..., Value], *args: Any) -> Value:
        """Run ``work(*args)``, a step of ``n`` items that staff know as ``name``."""
        listener().step(name, n)
        began = time.perf_counter()
        value = work(*args)
        self._timings[name] = round(time.perf_counter() - began, 3)
        return value


@flow(name="process-inquiry", persist_result=False)
def process_inquiry(
    inputs: list[str], candidates: str, out: str, window: str = "", db: str = "", mapping: str = ""
) -> Outcome | State[Any]:
    """Read an inquiry's workbooks, judge and group every statement, keep and write the result.

    A workbook that cannot be used fails the flow with the message for staff.
    """
    bench = Bench(Request(tuple(inputs), candidates, out, window, db, mapping))
    step = _Steps(bench.timings)
    try:
        files = step("ファイルの読み取り", len(inputs), read_files, inputs)
        intake = step("意見の受付", sum(len(sheet.rows) for sheet in files.sheets), take_in, bench, files)
        parts = step("意見の分割", len(intake.opinions), cut, intake)
        n = len(parts.statements)
        tokens = step("形態素解析", n, tokenize_statements, bench, parts)
        judgement = step("区分と突合の判定", n, judge_statements, bench, parts)
        grouped = step("テーマ別の整理", n, group, bench, parts, tokens)
        result = step("結果の取りまとめ", n, put_together, bench, intake, parts, judgement, grouped)
        step("記録", n, keep, bench, result)
        return step("書き出し", 0, write, bench, result)
    except PipelineError as error:
        return Failed(message=str(error))


def run_inquiry(request: Request) -> Outcome:
    """Run ``process_inquiry`` here and now.

    Raises:
        PipelineError: The flow failed for a reason staff can mend; the message says which.
    """
    arguments = asdict(request) | {"inputs": list(request.inputs)}
    # The heartbeat would hold a finished run for a second; a run that lasts a minute needs none.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state: State[Any] = process_inquiry(**arguments, return_state=True)
    try:
        outcome: Outcome = state.result()
        return outcome
    except FailedRun as failed:
        raise PipelineError(str(failed)) from None
