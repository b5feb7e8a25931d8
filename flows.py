"""What runs after what. Prefect lives here and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from pipeline import inquiry
from pipeline.edges.desk import Desk
from pipeline.edges.encoder import warm_up
from pipeline.edges.finalizing import finalize_window
from pipeline.edges.private_server import check_server, configure_server, server_in_words
from pipeline.edges.retraining import retrain_now
from pipeline.edges.store import Store
from pipeline.edges.window_files import Plan, final_folder, make_plan, read_windows
from pipeline.errors import PipelineError
from pipeline.inquiry import Bench, Outcome, Request
from pipeline.notices import count_rows, file_link, markdown_table, summary_page
from pipeline.policy import load_policy
from pipeline.progress import listener
from pipeline.settings import Settings
from pipeline.taxonomy import load_taxonomy
from pipeline.windows import Window

configure_server(Settings())

from prefect import State, artifacts, flow, serve, task  # noqa: E402 - settings are read on import
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.deployments.runner import RunnerDeployment  # noqa: E402
from prefect.exceptions import FailedRun  # noqa: E402
from prefect.schedules import RRule, Schedule  # noqa: E402
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings  # noqa: E402
from prefect.states import Completed, Failed  # noqa: E402
from prefect.types.entrypoint import EntrypointType  # noqa: E402

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
        judgement = step("区分と突合の判定", n, judge_statements, bench, parts, tokens)
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
    warm_up()  # Not earlier: its imports would stand in the way of ours.
    check_server()
    arguments = asdict(request) | {"inputs": list(request.inputs)}
    # The heartbeat would hold a finished run for a second; a run that lasts a minute needs none.
    with server_in_words(), temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state: State[Any] = process_inquiry(**arguments, return_state=True)
        try:
            outcome: Outcome = state.result()
        except FailedRun as failed:
            raise PipelineError(str(failed)) from None
        return outcome


@flow(name="process-window", persist_result=False)
def process_window(window: str, only_changed: bool = False) -> State[Any]:
    """Process an inquiry of data/windows.toml; with ``only_changed`` only if its files have changed since."""
    try:
        plan = make_plan(Settings(), window)
        if only_changed and plan.is_done:
            return Completed(message="前回から変わったファイルはありません。")
        inputs = tuple(map(str, plan.inputs))
        outcome = run_inquiry(Request(inputs, str(plan.candidates), str(plan.out), window))
        plan.finish()
        _publish(plan, outcome)
    except PipelineError as error:
        return Failed(message=str(error))
    return Completed(message=f"{outcome.n_rows}行を処理しました。")


def _publish(plan: Plan, outcome: Outcome) -> None:
    """Show counts and links to the files in the server's pages; never the text of an opinion."""
    names = load_taxonomy(Settings().taxonomy_path).names
    key = plan.window.id
    artifacts.create_markdown_artifact(summary_page(plan.window, outcome, names), key=f"summary-{key}")
    counts = [{"": name, "件数": n} for name, n in count_rows(outcome, names)]
    artifacts.create_table_artifact(counts, key=f"counts-{key}")
    for number, path in enumerate(outcome.files, start=1):
        artifacts.create_link_artifact(file_link(path), link_text=path, key=f"file-{number}-{key}")


@flow(name="finalize-window", persist_result=False)
def finalize(window: str) -> State[Any]:
    """Apply the reviews of an inquiry and write its final outputs; it starts from what the store holds."""
    settings = Settings()
    try:
        out = final_folder(settings, window)
        desk = Desk(Store(settings.store_url), window, load_policy(settings.policy_path).review)
        done = finalize_window(desk, out)
    except PipelineError as error:
        return Failed(message=str(error))
    rows = done.candidates[["name", "verdict"]].astype(str).to_numpy().tolist()
    lines = [*markdown_table(["候補", "結果"], rows), "", f"未了 {len(done.open_items)}件"]
    artifacts.create_markdown_artifact("\n".join(lines), key=f"final-{window}")
    return Completed(message=f"{out} に書き出しました。")


@flow(name="retrain", persist_result=False)
def retrain(promote: bool = False) -> State[Any]:
    """Train a challenger from confirmed labels; with ``promote`` it takes over if it is no worse."""
    try:
        return Completed(message=retrain_now(Settings(), promote, by="Prefect").sentence)
    except PipelineError as error:
        return Failed(message=str(error))


def _daily(window: Window) -> Schedule:
    """From the day after closing; the later days look for late files."""
    rule = f"DTSTART:{window.starts_at:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;COUNT={window.late_days + 1}"
    return RRule(rule, timezone=window.timezone, parameters={"window": window.id, "only_changed": True})


def serve_windows() -> None:
    """Register every inquiry with the server and run what falls due, until interrupted.

    Raises:
        PipelineError: data/windows.toml cannot be used.
    """
    kind = EntrypointType.MODULE_PATH
    deployments = [
        RunnerDeployment.from_flow(
            process_window, one.id, schedule=_daily(one), parameters={"window": one.id}, entrypoint_type=kind
        )
        for one in read_windows(Settings())
    ]
    asked = [
        RunnerDeployment.from_flow(one, "on-demand", entrypoint_type=kind) for one in (finalize, retrain)
    ]
    serve(*deployments, *asked, limit=1, print_starting_message=False)
