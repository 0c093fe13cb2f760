"""Who runs an invocation, and what holds whoever does: concurrency, loops, time-outs, sizes, the frame of the log."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_mock.errors import LambdaMockError, RecursiveInvocationException
from lambda_mock.execution import failures, logs
from lambda_mock.execution.async_queue import AsyncQueue
from lambda_mock.execution.callables import Callables
from lambda_mock.execution.executor import UNHANDLED, Event, Executor, InvocationRequest, InvocationResult
from lambda_mock.execution.inline import Inline
from lambda_mock.execution.lineage import OpenQueue, Run
        "_callables",
        "_clock",
        "_code",
        "_in_process",
        "_inline",
        "_on_invocation",
        "_overrides",
        "_processes",
        "_producers",
        "_queue",
        "_timeless",
    )

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.code import CodeStore
    from lambda_mock.domain.run_limits import Pool

Handler = Callable[..., Any]
FunctionKey = tuple[str, str, str]

LARGEST_RESPONSE = 6_291_556
MOST_RUNS_IN_A_LOOP = 16
MOST_RUNS_IN_AN_ALLOWED_LOOP = 5000


class Override:
    """A callable that runs in place of what is deployed, until `remove` or the end of a `with` block."""

    __slots__ = ("_among", "handler", "qualifier")

    def __init__(self, handler: Handler, qualifier: str | None, among: list[Override]) -> None:
        self.handler = handler
        self.qualifier = qualifier
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

    executor: Executor
    pool: Pool | None


class Runner:
    """Runs the invocations of one mock.

    `on_invocation` is told of every run: what it was, its end, which attempt, and when it began in epoch seconds.
    Without `timeouts` nothing ends at its deadline. `execution` is where Python runs, `"inline"` or `"process"`, and
    `processes` how many processes run at once.
    """

    __slots__ = (
        self._processes.close()  # before the streams that wait for its functions
        "_callables",
        "_clock",
        "_code",
        "_inline",
        "_on_invocation",
        "_overrides",
        "_producers",
        "_queue",
        "_timeless",
    )

    def __init__(
        self,
        code: CodeStore,
        clock: Clock,
        on_invocation: Callable[[InvocationRequest, InvocationResult, int, float], None],
        *,
        timeouts: bool = True,
        execution: str = "inline",
        processes: int = 8,
    ) -> None:
        self._code = code
        self._clock = clock
        self._on_invocation = on_invocation
        self._callables = Callables(clock)
        self._inline = Inline(code, clock)
        self._processes = Processes(code, clock, limit=processes)
        self._in_process = execution == "process"
        self._queue = AsyncQueue(clock, self._begin, self._run)
        self._timeless = not timeouts
        self._producers: list[WorkerThread] = []
        self._overrides: dict[FunctionKey, list[Override]] = {}
        code.on_release = self._forget

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run a synchronous invocation.

        Raises TooManyRequestsException where too many are in flight, and RecursiveInvocationException for a loop.
        """
        try:
            return self._run(self._begin(request))
        finally:
            request.done()

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
        """Handle an asynchronous invocation, retries included, or leave it to the queue that is drained already."""
        self._queue.submit(event)

    def override(
        self, account_id: str, region: str, function_name: str, qualifier: str | None, handler: Handler
    ) -> Override:
        """Run `handler` in place of the function's code.

        `qualifier` is a version or an alias, as invoked or as executed; None means all of them, and gives way to one
        that names the qualifier. Of several the latest counts.
        """
        return Override(handler, qualifier, self._overrides.setdefault((account_id, region, function_name), []))

    def close(self) -> None:
        """Forget every execution environment."""
        self._callables.close()
        self._inline.close()
