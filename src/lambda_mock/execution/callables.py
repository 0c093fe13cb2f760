"""Runs Python callables where the invocation comes from: same process, same thread.

A debugger, coverage and every other mock of the test see them like any function that the test calls itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_mock.domain.times import measured
from lambda_mock.execution.environment import Environments, ExecutionEnvironment
from lambda_mock.execution.handler import answer
from lambda_mock.execution.lineage import running
from lambda_mock.execution.surroundings import Surroundings
from lambda_mock.execution.turns import Turn

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import Executor, InvocationRequest, InvocationResult


class Callables:
    """The execution environments of callables: nothing is loaded into one, only variables and log settings stay."""

    __slots__ = ("_clock", "_environments")

    def __init__(self, clock: Clock, serials: Iterator[int]) -> None:
        self._clock = clock
        self._environments = Environments(self._make, serials)

    def executor(self, handler: Callable[..., Any]) -> Executor:
        """The executor that calls `handler(event, context)`, whatever function is run."""
        return _CallableExecutor(self._environments, handler)

    def forget(self, version_arn: str) -> None:
        """Close the execution environments of a version."""
        self._environments.forget(version_arn)

    def close(self) -> None:
        """Forget every execution environment."""
        self._environments.clear()

    def _make(self, request: InvocationRequest, serial: int) -> ExecutionEnvironment:
        return ExecutionEnvironment(request, self._clock.time(), serial)


class _CallableExecutor:
    elsewhere: ClassVar[bool] = False
    __slots__ = ("_environments", "_handler")

    def __init__(self, environments: Environments[ExecutionEnvironment], handler: Callable[..., Any]) -> None:
        self._environments = environments
        self._handler = handler

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Call the handler as the run that is under way here."""
        run = running()
        with Turn(run):
            run.begin()
            run.main_thread = threading.current_thread()
            begun = measured()
            environment, cold = self._environments.take(request)
            if cold:
                run.init_duration = (measured() - begun) * 1000
            try:
                with Surroundings(run, environment):
                    return answer(run, self._handler, environment)
            finally:
                self._environments.give_back(environment, usable=run.leaves_environment_usable)

    def prepare(self, request: InvocationRequest) -> bool:  # noqa: ARG002
        """A callable is there already."""
        return True
