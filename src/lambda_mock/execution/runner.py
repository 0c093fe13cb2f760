"""Who runs an invocation, and what holds whoever does: concurrency, loops, time-outs, sizes, the frame of the log."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from contextvars import copy_context
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_mock.errors import LambdaMockError, RecursiveInvocationException
from lambda_mock.execution import failures, frame
from lambda_mock.execution.async_queue import AsyncQueue
from lambda_mock.execution.breakdown import Breakdown
from lambda_mock.execution.callables import Callables
from lambda_mock.execution.executor import UNHANDLED, Event, Executor, InvocationRequest, InvocationResult
from lambda_mock.execution.inline import Inline
from lambda_mock.execution.lineage import OpenQueue, Run
from lambda_mock.execution.process.processes import Processes
from lambda_mock.execution.streaming import LARGEST_STREAM, Stream
from lambda_mock.execution.worker import WorkerThread

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.domain.run_limits import Pool
    from lambda_mock.execution.post import Post

Handler = Callable[..., Any]
FunctionKey = tuple[str, str, str]

LARGEST_RESPONSE = 6_291_556
MOST_RUNS_IN_A_LOOP = 16
MOST_RUNS_IN_AN_ALLOWED_LOOP = 5000
MOST_RUNS_THROUGH_STREAMS = 1000


def _on_the_record_alone(run: Run) -> None:
    """Nobody else keeps the log."""


def _never(request: InvocationRequest) -> str | None:  # noqa: ARG001
    """No run breaks down."""
    return None


class Override:
    """A callable that runs in place of what is deployed, until `remove` or the end of a `with` block."""

    __slots__ = ("_among", "handler", "qualifier")

    def __init__(self, handler: Handler, qualifier: str | None, among: list[Override]) -> None:
        self.handler: Handler = handler
        self.qualifier: str | None = qualifier
        self._among = among
        among.append(self)

    def remove(self) -> None:
        """Let what is deployed run again; once removed, it stays so."""
        if self in self._among:
            self._among.remove(self)

    def __enter__(self) -> Override:  # noqa: PYI034  # Self came with Python 3.11
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()


class _Admitted(NamedTuple):
    """What a run that may begin has been given."""

    executor: Executor | Breakdown
    pool: Pool | None


class Runner:
    """Runs the invocations of one mock.

    `on_invocation` is told of every run: what it was, its end, which attempt, and when it began in epoch seconds.
    `post` delivers the outcomes of events; with `manual` they wait in the `queue` until it is drained. `keep_log` is
    given each run whose log is whole. Without `timeouts` nothing ends at its deadline. `execution` is where Python
    runs, `"inline"` or `"process"`, and `processes` how many processes run at once; `services` gives further variables
    to one that has an access key. `breaks` tells with what error a run breaks down in place of running, if it does.
    """

    __slots__ = (
        "_callables",
        "_clock",
        "_code",
        "_in_process",
        "_inline",
        "_keep_log",
        "_on_invocation",
        "_overrides",
        "_processes",
        "_producers",
        "_timeless",
        "breaks",
        "queue",
    )

    def __init__(
        self,
        code: CodeStore,
        clock: Clock,
        on_invocation: Callable[[InvocationRequest, InvocationResult, int, float], None],
        post: Post,
        keep_log: Callable[[Run], None] = _on_the_record_alone,
        *,
        manual: bool = False,
        timeouts: bool = True,
        execution: str = "inline",
        processes: int = 8,
        services: Callable[[str], Mapping[str, str]] = lambda _: {},
    ) -> None:
        self.breaks: Callable[[InvocationRequest], str | None] = _never
        self._code = code
        self._clock = clock
        self._on_invocation = on_invocation
        self._keep_log = keep_log
        serials = itertools.count(1)
        self._callables = Callables(clock, serials)
        self._inline = Inline(code, clock, serials)
        self.queue = AsyncQueue(clock, self._begin, self._run, post, manual=manual)
        self._processes = Processes(code, clock, serials, limit=processes, services=services)
        self._in_process = execution == "process"
        self._timeless = not timeouts
        self._producers: list[WorkerThread] = []
        self._overrides: dict[FunctionKey, list[Override]] = {}
        code.on_release = self._forget

    def run(
        self, request: InvocationRequest, *, cause: Run | None = None, drain: OpenQueue | None = None
    ) -> InvocationResult:
        """Run a synchronous invocation.

        `cause` is the run that led to it and `drain` the queue that it is part of, where that isn't where it is called.
        Raises TooManyRequestsException where too many are in flight, and RecursiveInvocationException for a loop.
        """
        try:
            return self._run(self._begin(request, cause=cause, drain=drain))
        finally:
            request.done()

    def prepare(self, request: InvocationRequest) -> bool:
        """Initialise an execution environment for later runs; False where the function fails to be initialised.

        Of what can't run here a run will tell.
        """
        try:
            executor = self._choose(request)
        except LambdaMockError:
            return True
        run = self._begin(request)
        with run:
            ready = executor.prepare(request)
        run.whole_log = frame.initialisation(run)
        self._keep_log(run)
        return ready

    def stream(self, request: InvocationRequest) -> Stream:
        """Run a synchronous invocation whose response is read while it is produced.

        A function in this process runs to its end before this returns, one elsewhere until its response begins.
        Raises like `run`.
        """
        stream = request.stream = Stream()
        run = self._begin(request)
        try:
            admitted = self._admit(run)
        except BaseException:
            request.done()
            raise

        def produce() -> None:
            try:
                stream.end(self._perform(run, admitted))
            except BaseException as error:  # noqa: BLE001  # it is raised where the stream is read
                stream.fail(error)
            finally:
                request.done()

        if admitted.executor.elsewhere:
            producer = WorkerThread(
                target=copy_context().run, args=[produce], name="lambda_mock: a stream", daemon=True
            )
            self._producers.append(producer)
            producer.start()
        else:
            produce()
        stream.wait_for_its_beginning()
        return stream

    def submit(self, event: Event) -> None:
        """Handle an asynchronous invocation, retries included, or leave it to the queue that takes it."""
        self.queue.submit(event)

    def override(
        self, account_id: str, region: str, function_name: str, qualifier: str | None, handler: Handler
    ) -> Override:
        """Run `handler` in place of the function's code.

        `qualifier` is a version or an alias, as invoked or as executed; None means all of them, and gives way to one
        that names the qualifier. Of several the latest counts.
        """
        return Override(handler, qualifier, self._overrides.setdefault((account_id, region, function_name), []))

    def run_of(self, access_key: str) -> Run | None:
        """The run whose process signs its calls with that access key, if one does."""
        return self._processes.run_of(access_key)

    def close(self) -> None:
        """Forget every execution environment, and the events that still wait."""
        self.queue.close()
        self._callables.close()
        self._inline.close()
        self._processes.close()  # and so the streams that wait for its functions
        for producer in self._producers:
            producer.join()
        self._producers.clear()

    def _forget(self, version_arn: str) -> None:
        """Close the execution environments of a version that is gone, or whose code or configuration is."""
        self._callables.forget(version_arn)
        self._inline.forget(version_arn)
        self._processes.forget(version_arn)

    def _begin(self, request: InvocationRequest, *, cause: Run | None = None, drain: OpenQueue | None = None) -> Run:
        return Run(request, self._clock, cause=cause, drain=drain, timeless=self._timeless)

    def _run(self, run: Run, *, attempt: int = 1, due: float = 0.0) -> InvocationResult:
        return self._perform(run, self._admit(run), attempt=attempt, due=due)

    def _admit(self, run: Run) -> _Admitted:
        """Count a run in, if it may run, and find who runs it."""
        request = run.request
        _stop_loop(run)
        # Counted before its turn comes: a run that waits in line for this process would run at once on AWS.
        version, waits = request.version.version, request.invocation_type == "Event"
        # An event waits for other runs to end, but not for one that it runs inside.
        in_turn = waits and run.parent is None
        pool = request.limits.begin_in_turn(version) if in_turn else request.limits.begin(version, waits=waits)
        request.pool = None if pool is None else pool.serial
        try:
            broken = self.breaks(request)
            return _Admitted(self._choose(request) if broken is None else Breakdown(broken, self._clock), pool)
        except BaseException:
            request.limits.end(pool)
            raise

    def _perform(self, run: Run, admitted: _Admitted, *, attempt: int = 1, due: float = 0.0) -> InvocationResult:
        """Run it to its end, and count it out."""
        request = run.request
        try:
            with run:
                delay = due - self._clock.time()
                if delay > 0:
                    self._clock.advance(delay)
                result = admitted.executor.run(request)
            if isinstance(admitted.executor, Breakdown):
                # As after any such end, nothing of what the function has kept is there for the next run.
                self._forget(request.version.qualified_arn)
        finally:
            request.limits.end(admitted.pool)
        result = _completed(run, result)
        self._on_invocation(request, result, attempt, run.begun)
        self._keep_log(run)
        return result

    def _choose(self, request: InvocationRequest) -> Executor:
        handler = self._overriding(request) or self._code.callable_of(request.version.code)
        if handler is not None:
            return self._callables.executor(handler)
        configuration = request.version.configuration
        if (configuration.runtime or "").startswith("python") and not self._in_process:
            return self._inline
        if self._processes.knows(configuration.runtime):
            return self._processes
        name = request.version.function_name
        what = f"the runtime {configuration.runtime}" if configuration.runtime else "a container image"
        raise LambdaMockError(
            f"{name} can't run here: it is made for {what}, and only python*, nodejs* and provided.* run here. Give it "
            f"a Python callable to run instead: mock.override({name!r}, handler); or let the test deploy it as "
            "provided.al2023, with a bootstrap that starts it."
        )

    def _overriding(self, request: InvocationRequest) -> Handler | None:
        if not self._overrides:
            return None
        overrides = self._overrides.get((request.account_id, request.region, request.version.function_name), [])
        for wanted in (request.qualifier or request.version.version, request.version.version, None):
            for override in reversed(overrides):
                if override.qualifier == wanted:
                    return override.handler
        return None


def _stop_loop(run: Run) -> None:
    """Stop a function that its own invocations have led back to, unless it is allowed to go on."""
    if run.cause is None:
        return
    arn = run.request.version.function_arn
    runs = sum(cause.request.version.function_arn == arn for cause in run.causes())
    if run.request.limits.recursive_loop == "Allow":
        _stop_endless_loop(run, runs, MOST_RUNS_IN_AN_ALLOWED_LOOP, "its RecursiveLoop is Allow")
    elif runs >= MOST_RUNS_IN_A_LOOP and not _is_unseen(run):
        raise RecursiveInvocationException(
            "Lambda has detected your function being invoked in a recursive loop with other AWS resources and stopped "
            "your function's invocation."
        )
    else:
        _stop_endless_loop(run, runs, MOST_RUNS_THROUGH_STREAMS, "Lambda doesn't detect loops through streams")


def _is_unseen(run: Run) -> bool:
    """Whether the way by which a run came leads through a stream: there Lambda loses sight of what led to it."""
    ways = (each.request.source_arn or "" for each in (run, *run.causes()))
    return any(way.split(":")[2:3] in (["kinesis"], ["dynamodb"]) for way in ways)


def _stop_endless_loop(run: Run, runs: int, most: int, why: str) -> None:
    """Stop what Lambda would let go on for ever: events have no limit there, and a test has to end."""
    if runs >= most:
        raise LambdaMockError(
            f"{run.request.version.function_name} has led back to itself {runs} times, and {why}, "
            "so Lambda would let it go on for ever: let the function end its loop by itself."
        )


def _completed(run: Run, result: InvocationResult) -> InvocationResult:
    payload, error = result.payload, result.function_error
    if run.status == "timeout":
        timeout = run.request.version.configuration.timeout
        run.log.append(frame.timed_out(run))
        payload, error = failures.compact(failures.timed_out(run.request.request_id, timeout)), UNHANDLED
    elif len(payload) > (LARGEST_STREAM if result.streamed else LARGEST_RESPONSE):
        run.status = "error"
        limit = LARGEST_STREAM if result.streamed else LARGEST_RESPONSE
        payload, error = failures.compact(failures.too_large(limit)), UNHANDLED
    initialisation, invocation = frame.initialisation(run), frame.invocation(run, len(payload))
    run.whole_log = [*initialisation, *invocation]
    # What is provisioned is initialised before, whenever it is really done.
    log = "".join(run.whole_log if run.request.pool is None else invocation)
    return replace(result, payload=payload, function_error=error, log=log, duration=run.watch.duration)
