"""The executor that runs functions in processes of their own, by real runtimes."""

from __future__ import annotations

import importlib.util
import itertools
import os
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution import failures
from lambda_mock.execution.executor import UNHANDLED, InvocationResult
from lambda_mock.execution.left_out import LeftOut
from lambda_mock.execution.lineage import running
from lambda_mock.execution.process import exits, nodejs, provided, python
from lambda_mock.execution.process.environment import Left, ProcessEnvironment
from lambda_mock.execution.process.launch import InvalidEntrypoint, Launcher, Material
from lambda_mock.execution.process.pool import Pool
from lambda_mock.execution.process.server import Waited
from lambda_mock.execution.process.workshop import Workshop
from lambda_mock.execution.process.wrapper import wrapping

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import Run
    from lambda_mock.execution.process.runtime_api import Outcome

INIT_LIMIT = 10.0
"""Seconds that a start may take before it is begun anew, as part of the invocation."""

_HAS_PROCESS_GROUPS = os.name == "posix"

_LAUNCHERS: Mapping[str, Launcher] = {
    "nodejs": wrapping(nodejs.launch),
    "provided": provided.launch,
    "python": wrapping(python.launch),
}
"""By what the name of a runtime begins with."""


class Processes:
    """Runs functions in processes, `limit` at once at most.

    `services` tells what a function's calls need, by the access key that it signs them with: variables such as
    AWS_ENDPOINT_URL_LAMBDA.
    """

    elsewhere: ClassVar[bool] = True

    __slots__ = ("_clock", "_code", "_left_out", "_lock", "_pool", "_serial", "_services", "_workshop")

    def __init__(
        self,
        code: CodeStore,
        clock: Clock,
        *,
        limit: int = 8,
        services: Callable[[str], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._code = code
        self._clock = clock
        self._left_out = LeftOut(wrappers=True)
        self._services = services
        self._pool = Pool(limit, self._make)
        self._serial = itertools.count(1)
        self._workshop: Workshop | None = None
        self._lock = threading.Lock()

    @staticmethod
    def knows(runtime: str | None) -> bool:
        """Whether functions of that runtime can run here."""
        return _launcher(runtime) is not None

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run the function in an environment of its own, as the run that is under way here."""
        run, pool = running(), self._pool
        environment = pool.take(request, waits=run.parent is None)
        usable = False
        try:
            run.begin()
            run.environment, environment.occupant = environment, run
            result = self._run(run, environment)
            usable = run.leaves_environment_usable and environment.started
            return result
        finally:
            environment.occupant = None
            pool.give_back(environment, usable=usable)

    def run_of(self, access_key: str) -> Run | None:
        """The run whose process signs its calls with that access key, if one does."""
        return self._pool.run_of(access_key)

    def forget(self, version_arn: str) -> None:
        """Close the execution environments of a version."""
        self._pool.forget(version_arn)

    def close(self) -> None:
        """End every process, and what they leave behind."""
        pool, self._pool = self._pool, Pool(self._pool.limit, self._make)
        pool.close()
        with self._lock:
            workshop, self._workshop = self._workshop, None
        if workshop is not None:
            workshop.close()

    def _make(self, request: InvocationRequest, temporary: Path | None) -> ProcessEnvironment:
        version = request.version
        _check(version.function_name)
        launcher = _launcher(version.configuration.runtime)
        if launcher is None:
            raise LambdaMockError(f"{version.function_name} has no runtime that runs in a process.")
        task = self._code.folder(version.code)
        with self._lock:
            if self._workshop is None:
                self._workshop = Workshop()
                self._workshop.watchdog.folder(str(task.parent))
            workshop = self._workshop
        layers = [layer.code for layer in version.configuration.layers]
        material = Material(
            version=version,
            task=task,
            layers=self._code.merged(layers) if layers else None,
            workshop=workshop,
        )
        self._left_out.tell(version, material.layers)
        return ProcessEnvironment(
            request,
            self._clock.time(),
            next(self._serial),
            material=material,
            launch=launcher(material),
            temporary=temporary or workshop.own(),
            services=self._services,
        )

    def _run(self, run: Run, environment: ProcessEnvironment) -> InvocationResult:
        left, timeout, outcome = _left(run), run.request.version.configuration.timeout, None
        waited = Waited.DEAD
        if environment.started:
            waited = environment.accept(run.request, run.log, left, timeout)
        if waited is Waited.DEAD:  # it hasn't started yet, or died before it took the invocation
            try:
                failed = self._start(run, environment)
            except InvalidEntrypoint as error:
                return _invalid(run, str(error))
            if failed is not None:
                return failed
            waited = environment.accept(run.request, run.log, left, timeout)
        if waited is Waited.DONE:
            waited, outcome = environment.finish(left)
        if outcome is not None:
            return self._said(run, outcome)
        return _late(run) if waited is Waited.LATE else self._exited(run, environment.returncode)

    def _start(self, run: Run, environment: ProcessEnvironment) -> InvocationResult | None:
        """Start the runtime, as part of the invocation if it takes too long; what came of it if that is the end."""
        begun = time.perf_counter()
        waited = environment.start(run.log, lambda: None if run.timeless else INIT_LIMIT - run.watch.elapsed())
        if waited is Waited.DONE and environment.failure is None:
            run.init_duration = (time.perf_counter() - begun) * 1000
            run.init_log, run.log = [*run.init_log, *run.log], []
            run.watch.start()
            return None
        run.watch.start()
        if waited is Waited.LATE:
            waited = environment.start(run.log, _left(run))
        if waited is Waited.LATE:
            return _late(run)
        if environment.failure is not None:
            return self._said(run, environment.failure)
        return None if waited is Waited.DONE else self._exited(run, environment.returncode)

    def _said(self, run: Run, outcome: Outcome) -> InvocationResult:
        payload, broken = outcome.payload, None
        if outcome.kind == "too large":
            payload = failures.compact(failures.too_large(outcome.limit))
        elif outcome.kind == "response" and outcome.error_type is not None:
            broken = (outcome.error_type, outcome.error_body or "")
        if broken is not None and not outcome.streamed:  # who gets it as a whole gets the error
            payload = (outcome.error_body or failures.compact({"errorType": broken[0]}).decode()).encode()
        succeeded = outcome.kind == "response" and (broken is None or outcome.streamed)
        run.finish("success" if succeeded else "error")
        return InvocationResult(
            payload=payload,
            function_error=None if succeeded else UNHANDLED,
            log="",
            duration=run.watch.duration,
            break_off=broken if outcome.streamed else None,
            streamed=outcome.streamed,
        )

    def _exited(self, run: Run, returncode: int) -> InvocationResult:
        if exits.hangs_on_lambda(returncode) and not run.timeless:
            timeout = run.request.version.configuration.timeout
            self._clock.advance(max(0.0, timeout - run.watch.elapsed()))
            return _late(run)
        run.finish("failure")
        described = failures.ended(run.request.request_id, exits.reason(returncode))
        run.log.append(f"{described['errorMessage']}\n")
        return InvocationResult(
            payload=failures.compact(described), function_error=UNHANDLED, log="", duration=run.watch.duration
        )


def _check(function: str) -> None:
    """Whether processes can be had at all."""
    if not _HAS_PROCESS_GROUPS:
        raise LambdaMockError(
            f"{function} can't run in a process here: that needs process groups, which Windows doesn't have. Run the "
            f"tests in WSL, let Python run in this process, by execution='inline', or give the function a callable: "
            f"mock.override({function!r}, handler)."
        )
    if importlib.util.find_spec("h11") is None:
        raise LambdaMockError(
            f"{function} can't run in a process here: the module h11, which serves its Runtime API, is not installed: "
            f"pip install 'lambda-mock[process]'. Or give it a Python callable: mock.override({function!r}, handler)."
        )


def _invalid(run: Run, reason: str) -> InvocationResult:
    """A run whose function's own program couldn't be started."""
    run.watch.start()
    run.finish("failure")
    described = failures.invalid_entrypoint(run.request.request_id, reason)
    run.log.append(f"{described['errorMessage']}\n{described['errorType']}\n")
    return InvocationResult(
        payload=failures.compact(described), function_error=UNHANDLED, log="", duration=run.watch.duration
    )


def _late(run: Run) -> InvocationResult:
    """A run whose time is up; whoever ran it knows what Lambda answers to that."""
    run.give_up(late=True)
    return InvocationResult(payload=b"", function_error=UNHANDLED, log="", duration=run.watch.duration)


def _left(run: Run) -> Left:
    """How long the run may still take; None where nothing limits it."""
    timeout = run.request.version.configuration.timeout
    return lambda: None if run.timeless else timeout - run.watch.elapsed()


def _launcher(runtime: str | None) -> Launcher | None:
    for prefix, launcher in _LAUNCHERS.items():
        if (runtime or "").startswith(prefix):
            return launcher
    return None
