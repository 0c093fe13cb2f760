"""What Lambda itself writes into a log in JSON: an object for each step in the life of an environment, or invocation.

Each has a level, by its kind and by whether the step went well, and is written where the function's SystemLogLevel
lets it through.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.runtimes import runtime_version_arn
from lambda_mock.execution.lineage import LATE
from lambda_mock.execution.logs import milliseconds, usage
from lambda_mock.execution.written import Written, written

if TYPE_CHECKING:
    from lambda_mock.domain.version import FunctionVersion
    from lambda_mock.execution.lineage import Run

_LEVELS = ("DEBUG", "INFO", "WARN")
_BYTES_OF_A_MB = 1024**2
_NAME = re.compile("[a-z]+")
_PATCH = "v38"
"""Of every runtime: nobody can know which one AWS has at the moment."""


def before_initialisation(run: Run) -> list[Written]:
    """The beginning of a cold start. A version whose runtime Lambda doesn't keep has it at the level DEBUG."""
    if not run.is_cold:
        return []
    version = run.request.version
    arn = runtime_version_arn(version)
    record: dict[str, Any] = {"initializationType": _initialisation_type(run), "phase": "init"}
    if arn is not None:
        record |= {"runtimeVersion": runtime_version(version), "runtimeVersionArn": arn}
    record |= {"functionName": version.function_name, "functionVersion": version.version}
    record["instanceId"] = run.environment.log_stream if run.environment else ""
    record["instanceMaxMemory"] = version.configuration.memory_size * _BYTES_OF_A_MB
    return _line(run, "DEBUG" if arn is None else "INFO", "platform.initStart", run.begun, record)


def after_initialisation(run: Run) -> list[Written]:
    """The end of a cold start."""
    if not run.is_cold:
        return []
    kind, error = _initialisation_type(run), run.init_error
    outcome = _outcome("success") if error is None else _outcome(LATE) if error == LATE else _outcome("error", error)
    record = {"initializationType": kind, "phase": "init", **outcome}
    report = {**record, "metrics": {"durationMs": round(run.init_took, 3)}}
    moment = run.watch.begun
    failed = None if error is None else "WARN"
    return [
        *_line(run, failed or "DEBUG", "platform.initRuntimeDone", moment, record),
        *_line(run, failed or ("DEBUG" if kind == "on-demand" else "INFO"), "platform.initReport", moment, report),
    ]


def before_invocation(run: Run) -> list[Written]:
    """The beginning of the invocation."""
    request = run.request
    record = {"requestId": request.request_id, "functionArn": request.invoked_arn, "version": request.version.version}
    return _line(run, "INFO", "platform.start", run.watch.begun, record)


def after_invocation(run: Run, produced: int) -> list[Written]:
    """The end of the invocation, whose answer has `produced` bytes."""
    ended = run.watch.started + run.watch.duration / 1000
    used = usage(run)
    done = {"durationMs": round(used.duration, 3), "producedBytes": produced}
    figures: dict[str, Any] = {
        "durationMs": round(used.duration, 3),
        "billedDurationMs": used.billed,
        "memorySizeMB": used.memory,
        "maxMemoryUsedMB": used.used,
    }
    if used.init is not None:
        figures["initDurationMs"] = round(used.init, 3)
    request = {"requestId": run.request.request_id}
    outcome = _outcome(run.status, run.error_type)
    levels = ("DEBUG", "INFO") if run.status == "success" else ("WARN", "WARN")
    return [
        *_line(run, levels[0], "platform.runtimeDone", ended, {**request, **outcome, "metrics": done}),
        *_line(run, levels[1], "platform.report", ended, {**request, "metrics": figures, **outcome}),
    ]


def runtime_version(version: FunctionVersion) -> str:
    """The name of a runtime's version: `python:3.12.v38`."""
    runtime = version.configuration.runtime or ""
    name = _NAME.match(runtime)
    language = "" if name is None else name[0]
    return f"{language}:{runtime.removeprefix(language).lstrip('.').removesuffix('.x')}.{_PATCH}"


def _initialisation_type(run: Run) -> str:
    if run.request.version.configuration.managed_instances:
        return "lambda-managed-instances"
    return "on-demand" if run.request.pool is None else "provisioned-concurrency"


def _outcome(status: str, error_type: str | None = None) -> dict[str, str]:
    shown = {"status": "error" if status == "failure" else status}
    return shown if error_type is None else {**shown, "errorType": error_type}


def _line(run: Run, level: str, kind: str, moment: float, record: dict[str, Any]) -> list[Written]:
    """The line of one event; none where the function's log has only what is more severe."""
    wanted = run.request.version.configuration.logging.get("SystemLogLevel", "INFO")
    if _LEVELS.index(level) < _LEVELS.index(wanted):
        return []
    line = {"time": milliseconds(moment), "type": kind, "record": record}
    at = min(moment, run.watch.now())
    return [written(json.dumps(line, separators=(",", ":")) + "\n", at, whole=True, bare=True)]
