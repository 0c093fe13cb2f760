"""The executor that runs functions in processes of their own, by real runtimes."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from lambda_mock.domain.times import measured
from lambda_mock.errors import LambdaMockError
from lambda_mock.execution import failures
from lambda_mock.execution.executor import UNHANDLED, InvocationResult
from lambda_mock.execution.left_out import LeftOut
from lambda_mock.execution.lineage import LATE, running
from lambda_mock.execution.process import exits, nodejs, provided, python
from lambda_mock.execution.process.environment import Left, ProcessEnvironment
from lambda_mock.execution.process.launch import InvalidEntrypoint, Launcher, Material
from lambda_mock.execution.process.pool import Pool
from lambda_mock.execution.process.runtime_api import TRUNCATED
from lambda_mock.execution.process.server import Waited
from lambda_mock.execution.process.workshop import Workshop
from lambda_mock.execution.process.wrapper import wrapping
from lambda_mock.execution.written import written

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.execution.executor import InvocationRequest
    from lambda_mock.execution.lineage import Run
    from lambda_mock.execution.process.runtime_api import Outcome

INIT_LIMIT = 10.0
"""Seconds that a start may take before it is begun anew, as part of the invocation."""
INIT_LIMIT_AHEAD = 130.0
"""The same for provisioned concurrency, where nobody waits for it; the function's timeout, if that is longer."""

T = TypeVar("T")

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

    __slots__ = ("_clock", "_code", "_left_out", "_lock", "_pool", "_serials", "_services", "_workshop")

    def __init__(
        self,
        code: CodeStore,
        clock: Clock,
        serials: Iterator[int],
        *,
        limit: int = 8,
        services: Callable[[str], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self._code = code
        self._clock = clock
        self._left_out = LeftOut(wrappers=True)
        self._services = services
        self._pool = Pool(limit, self._make)
        self._serials = serials
        self._workshop: Workshop | None = None
        self._lock = threading.Lock()

    @staticmethod
    def knows(runtime: str | None) -> bool:
        """Whether functions of that runtime can run here."""
        return _launcher(runtime) is not None

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run the function in an environment of its own, as the run that is under way here."""
        return self._in_an_environment(request, self._run)

    def prepare(self, request: InvocationRequest) -> bool:
        """Start a process, as the run that is under way here, and keep it for those to come."""
        try:
            return self._in_an_environment(request, self._prepare)
        except LambdaMockError:
            return True

    def _in_an_environment(self, request: InvocationRequest, work: Callable[[Run, ProcessEnvironment], T]) -> T:
        run, pool = running(), self._pool
        environment = pool.take(request, waits=run.parent is None)
        usable = False
        try:
            run.begin()
            run.environment, environment.occupant = environment, run
            done = work(run, environment)
            usable = run.leaves_environment_usable and run.error_type is None and environment.started
            return done
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
            next(self._serials),
            material=material,
            launch=launcher(material),
            temporary=temporary or workshop.own(),
            services=self._services,
            now=self._clock.time,
        )

    def _prepare(self, run: Run, environment: ProcessEnvironment) -> bool:
        with contextlib.suppress(InvalidEntrypoint):
            if not environment.started:
                self._initialise(run, environment)
        ready = run.init_error is None
        run.finish("success" if ready else "failure")
        return ready

    def _run(self, run: Run, environment: ProcessEnvironment) -> InvocationResult:
        left, timeout, outcome = _left(run), run.request.version.configuration.timeout, None
        waited = Waited.DEAD
        if environment.started:
            waited = environment.accept(run.request, run.log, left, timeout)
        if waited is Waited.DEAD:  # it hasn't started yet, or died before it took the invocation
            failed = self._start(run, environment)
            if failed is not None:
                return failed
            waited = environment.accept(run.request, run.log, left, timeout)
        if waited is Waited.DONE:
            waited, outcome = environment.finish(left)
        if outcome is not None:
            return self._said(run, outcome)
        return _late(run) if waited is Waited.LATE else self._exited(run, environment)

    def _start(self, run: Run, environment: ProcessEnvironment) -> InvocationResult | None:
        """Start the runtime, as part of the invocation if it takes too long; what came of it if that is the end."""
        try:
            waited = self._initialise(run, environment)
            if waited is Waited.LATE:
                waited = environment.start(run.log, _left(run))
        except InvalidEntrypoint as error:
            return _ended(run, failures.invalid_entrypoint(run.request.request_id, str(error)))
        if waited is Waited.LATE:
            return _late(run)
        if environment.failure is not None:
            run.error_type = _type_of(environment.failure)
            return self._said(run, environment.failure)
        return None if waited is Waited.DONE else self._exited(run, environment)

    def _initialise(self, run: Run, environment: ProcessEnvironment) -> Waited:
        """Start the runtime before the invocation begins. The run's watch starts anew, whatever comes of it."""
        begun = measured()
        try:
            waited = environment.start(run.log, _left_to_initialise(run))
        except InvalidEntrypoint:
            run.init_error = failures.INVALID_ENTRYPOINT
            raise
        else:
            if environment.failure is not None:
                run.init_error = _type_of(environment.failure)
            elif waited is not Waited.DONE:
                run.init_error = LATE if waited is Waited.LATE else failures.EXIT_ERROR
            return waited
        finally:
            took = (measured() - begun) * 1000
            if run.init_error is None:
                run.init_duration = took
            else:
                run.init_lost = took
            run.init_log, run.log = [*run.init_log, *run.log], []
            run.watch.start()

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

    def _exited(self, run: Run, environment: ProcessEnvironment) -> InvocationResult:
        returncode = environment.returncode
        if exits.hangs_on_lambda(returncode) and not run.timeless:
            timeout = run.request.version.configuration.timeout
            self._clock.advance(max(0.0, timeout - run.watch.elapsed()))
            return _late(run)
        result = _ended(run, failures.ended(run.request.request_id, exits.reason(returncode)))
        if environment.streaming:
            result.break_off = (TRUNCATED, "")
        return result


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


def _ended(run: Run, described: dict[str, str]) -> InvocationResult:
    """A run whose process has ended, or couldn't be started."""
    run.finish("failure")
    run.error_type = described["errorType"]
    text = f"{described['errorMessage']}\n{described['errorType']}\n"
    run.log.append(written(text, run.watch.now(), whole=True))
    return InvocationResult(
        payload=failures.compact(described), function_error=UNHANDLED, log="", duration=run.watch.duration
    )


def _type_of(failure: Outcome) -> str:
    """The type of a failed start, as Lambda tells it."""
    return failures.known_type(failure.error_type or "")


def _late(run: Run) -> InvocationResult:
    """A run whose time is up; whoever ran it knows what Lambda answers to that."""
    run.give_up(late=True)
    return InvocationResult(payload=b"", function_error=UNHANDLED, log="", duration=run.watch.duration)


def _left(run: Run) -> Left:
    """How long the run may still take; None where nothing limits it."""
    timeout = run.request.version.configuration.timeout
    return lambda: None if run.timeless else timeout - run.watch.elapsed()


def _left_to_initialise(run: Run) -> Left:
    """How long its initialisation may still take."""
    limit = INIT_LIMIT
    if run.request.pool is not None:
        limit = max(INIT_LIMIT_AHEAD, run.request.version.configuration.timeout)
    return lambda: None if run.timeless else limit - run.watch.elapsed()


def _launcher(runtime: str | None) -> Launcher | None:
    for prefix, launcher in _LAUNCHERS.items():
        if (runtime or "").startswith(prefix):
            return launcher
    return None
