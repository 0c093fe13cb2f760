"""The log of an invocation: the lines that Lambda puts around what the function wrote, as text or as JSON."""

from __future__ import annotations

import json
import math
import sys
import time
from typing import TYPE_CHECKING, Any

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import Run

_KIB_OF_A_MIB = 1024
_ASSUMED_MEMORY = 32


def is_json(run: Run) -> bool:
    """Whether the function's log format is JSON."""
    return run.request.version.configuration.logging.get("LogFormat") == "JSON"


def framed(run: Run, status: str) -> str:
    """The whole log of a run that has ended; what its initialisation wrote comes before the START line.

    `status` is `success`, `error`, `failure` or `timeout`; only a JSON log shows it, and one that is limited to
    warnings has no lines of Lambda's own.
    """
    request = run.request
    written = _lines(run.log)
    if is_json(run):
        return _framed_in_json(run, written, status)
    duration = run.watch.duration
    init = "" if run.init_duration is None else f"Init Duration: {run.init_duration:.2f} ms\t"
    memory = request.version.configuration.memory_size
    return (
        f"{_lines(run.init_log)}START RequestId: {request.request_id} Version: {request.version.version}\n"
        f"{written}"
        f"END RequestId: {request.request_id}\n"
        f"REPORT RequestId: {request.request_id}\tDuration: {duration:.2f} ms\t"
        f"Billed Duration: {math.ceil(duration)} ms\tMemory Size: {memory} MB\t"
        f"Max Memory Used: {_memory_used(memory)} MB\t{init}\n"
    )


def _framed_in_json(run: Run, written: str, status: str) -> str:
    request = run.request
    configuration = request.version.configuration
    if configuration.logging.get("SystemLogLevel") == "WARN":
        return _lines(run.init_log) + written
    metrics: dict[str, float] = {
        "durationMs": round(run.watch.duration, 3),
        "billedDurationMs": math.ceil(run.watch.duration),
        "memorySizeMB": configuration.memory_size,
        "maxMemoryUsedMB": _memory_used(configuration.memory_size),
    }
    if run.init_duration is not None:
        metrics["initDurationMs"] = round(run.init_duration, 3)
    start = {"requestId": request.request_id, "version": request.version.version}
    report = {"requestId": request.request_id, "metrics": metrics, "status": status}
    ended = run.watch.started + run.watch.duration / 1000
    return (
        _lines(run.init_log)
        + _platform_line("platform.start", run.watch.started, start)
        + written
        + _platform_line("platform.report", ended, report)
    )


def _lines(written: list[str]) -> str:
    """What was written, up to the end of a line."""
    if not written:
        return ""
    text = "".join(written)
    return text if text.endswith("\n") else text + "\n"


def _platform_line(kind: str, moment: float, record: dict[str, Any]) -> str:
    line = {"time": milliseconds(moment), "type": kind, "record": record}
    return json.dumps(line, separators=(",", ":")) + "\n"


def milliseconds(moment: float) -> str:
    """A moment in epoch seconds as log lines show it: `2026-01-02T03:04:05.678Z`."""
    whole = int(moment * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole // 1000))}.{whole % 1000:03d}Z"


def timeout_line(run: Run, timeout: int) -> str:
    """The line about a run that took longer than its timeout, in seconds."""
    moment = milliseconds(run.watch.started + timeout)
    return f"{moment} {run.request.request_id} Task timed out after {timeout:.2f} seconds\n"


def _memory_used(limit: int) -> int:
    """The peak of this process in MB, which is what there is to know; a function never has more than its limit."""
    if sys.platform == "win32":
        return min(limit, _ASSUMED_MEMORY)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return min(limit, peak // (_KIB_OF_A_MIB**2 if sys.platform == "darwin" else _KIB_OF_A_MIB))
