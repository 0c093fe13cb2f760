"""What all log lines of Lambda's own need: whether they are JSON, how they write moments, and what a run has used."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import Run

_KIB_OF_A_MIB = 1024
_ASSUMED_MEMORY = 32


def is_json(run: Run) -> bool:
    """Whether the function's log format is JSON."""
    return run.request.version.configuration.logging.get("LogFormat") == "JSON"


def milliseconds(moment: float) -> str:
    """A moment in epoch seconds as log lines show it: `2026-01-02T03:04:05.678Z`."""
    whole = int(moment * 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole // 1000))}.{whole % 1000:03d}Z"


@dataclass(slots=True, kw_only=True)
class Usage:
    """The figures of a report: durations in milliseconds, memory in MB. `init` is None on a warm start.

    What is provisioned is always warm. Since August 2025 AWS bills the initialisation, too.
    """

    duration: float
    init: float | None
    billed: int
    memory: int
    used: int


def usage(run: Run) -> Usage:
    """What a run that has ended has used."""
    memory = run.request.version.configuration.memory_size
    duration, init = run.watch.duration, run.init_duration if run.request.pool is None else None
    billed = math.ceil(duration + (init or 0))
    return Usage(duration=duration, init=init, billed=billed, memory=memory, used=_memory_used(memory))


def _memory_used(limit: int) -> int:
    """The peak of this process in MB, which is what there is to know; a function never has more than its limit."""
    if sys.platform == "win32":
        return min(limit, _ASSUMED_MEMORY)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return min(limit, peak // (_KIB_OF_A_MIB**2 if sys.platform == "darwin" else _KIB_OF_A_MIB))
