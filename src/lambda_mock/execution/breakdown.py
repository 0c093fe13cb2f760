"""Runs that break down by order of the test, before the function's own code is reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lambda_mock.execution import failures
from lambda_mock.execution.executor import UNHANDLED, InvocationResult
from lambda_mock.execution.lineage import running
from lambda_mock.execution.written import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import InvocationRequest

_TIMED_OUT = "Sandbox.Timedout"

RUN_ERRORS: Mapping[str, str] = {
    _TIMED_OUT: "",
    failures.EXIT_ERROR: "with error: exit status 1",
    "Runtime.OutOfMemory": "with error: signal: killed",
}
"""By the types that Lambda gives them: how the runtime exited, where it did."""


class Breakdown:
    """Stands in for the executor of one run, which ends with an error of that type."""

    elsewhere: ClassVar[bool] = False
    __slots__ = ("_clock", "_error_type")

    def __init__(self, error_type: str, clock: Clock) -> None:
        self._error_type = error_type
        self._clock = clock

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Let the run that is under way here end at once, or when all its time has passed on the mock's clock."""
        run = running()
        run.begin()
        payload = b""
        if self._error_type == _TIMED_OUT:
            self._clock.advance(request.version.configuration.timeout)
            run.give_up(late=True)  # what is answered to that the runner knows
        else:
            described = failures.ended(request.request_id, RUN_ERRORS[self._error_type], self._error_type)
            run.finish("failure")
            run.error_type = self._error_type
            text = f"{described['errorMessage']}\n{self._error_type}\n"
            run.log.append(written(text, run.watch.now(), whole=True))
            payload = failures.compact(described)
        return InvocationResult(payload=payload, function_error=UNHANDLED, log="", duration=run.watch.duration)
