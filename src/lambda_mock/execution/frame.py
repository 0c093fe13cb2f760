"""The whole log of a run: what it wrote, and what Lambda puts around that, as a text for the caller and for CloudWatch.

A function whose log format is JSON has Lambda's own lines as objects, which `platform_events` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.runtimes import runtime_version_arn
from lambda_mock.execution import platform_events
from lambda_mock.execution.lineage import LATE
from lambda_mock.execution.logs import is_json, milliseconds, usage
from lambda_mock.execution.written import LogEvent, Written, events, finished, written

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import Run


def initialisation(run: Run) -> list[str]:
    """What a run's execution environment has logged before the run; nothing on a warm start."""
    if is_json(run):
        before, after = platform_events.before_initialisation(run), platform_events.after_initialisation(run)
    else:
        before, after = [], _init_report(run)
    return [*before, *finished(run.init_log), *after]


def invocation(run: Run, produced: int) -> list[str]:
    """The log of a run that has ended, with an answer of `produced` bytes: from START to REPORT."""
    if is_json(run):
        before, after = platform_events.before_invocation(run), platform_events.after_invocation(run, produced)
    else:
        before, after = _start(run), _end(run)
    return [*before, *finished(run.log), *after]


def cloudwatch(run: Run) -> list[LogEvent]:
    """The events of a run whose log is framed. In a text log, only CloudWatch is told of a cold start's beginning."""
    runtime_version = None if is_json(run) or not run.is_cold else runtime_version_arn(run.request.version)
    if runtime_version is None:
        return events(run.whole_log, run.begun)
    name = platform_events.runtime_version(run.request.version)
    told = _line(f"INIT_START Runtime Version: {name}\tRuntime Version ARN: {runtime_version}\n", run.begun)
    return events([told, *run.whole_log], run.begun)


def timed_out(run: Run) -> Written:
    """The line about a run that took longer than its timeout, with the empty one that follows it."""
    timeout = run.request.version.configuration.timeout
    moment = milliseconds(run.watch.started + timeout)
    return _line(f"{moment} {run.request.request_id} Task timed out after {timeout:.2f} seconds\n\n", run.watch.now())


def _init_report(run: Run) -> list[Written]:
    error = run.init_error
    if error is None:
        return []
    fate = "timeout" if error == LATE else f"error\tError Type: {error}"
    took = f"Init Duration: {run.init_took:.2f} ms"
    return [_line(f"INIT_REPORT {took}\tPhase: init\tStatus: {fate}\n", run.watch.begun)]


def _start(run: Run) -> list[Written]:
    request = run.request
    return [_line(f"START RequestId: {request.request_id} Version: {request.version.version}\n", run.watch.begun)]


def _end(run: Run) -> list[Written]:
    """The END and REPORT lines; the latter tells of what went wrong with the process, but not of exceptions."""
    used = usage(run)
    init = "" if used.init is None else f"Init Duration: {used.init:.2f} ms\t"
    report = (
        f"REPORT RequestId: {run.request.request_id}\tDuration: {used.duration:.2f} ms\t"
        f"Billed Duration: {used.billed} ms\tMemory Size: {used.memory} MB\t"
        f"Max Memory Used: {used.used} MB\t{init}{_fate(run)}\n"
    )
    moment = run.watch.now()
    return [_line(f"END RequestId: {run.request.request_id}\n", moment), _line(report, moment)]


def _fate(run: Run) -> str:
    if run.status == "timeout":
        return "Status: timeout"
    kind = run.error_type
    return "" if kind is None else f"Status: error\tError Type: {kind}"


def _line(text: str, moment: float) -> Written:
    return written(text, moment, whole=True)
