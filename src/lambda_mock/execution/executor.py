"""The port through which a function runs: what a run needs to know, and what it gives back.

Nobody changes either; they aren't frozen all the same, since one of each is made for every run, and freezing doubles
what that costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from lambda_mock.domain.event_invoke_config import EventInvokeConfig
    from lambda_mock.domain.run_limits import RunLimits
    from lambda_mock.domain.version import FunctionVersion

UNHANDLED = "Unhandled"


def _nothing() -> None:
    """Nothing was held for the run."""


class ResponseStream(Protocol):
    """Where a response goes that a function produces piece by piece, from whatever thread brings the pieces."""

    def begin(self, content_type: str) -> None:
        """Tell that the response has begun. After that the function can't answer with an error, only break off."""

    def write(self, chunk: bytes) -> None:
        """Pass on the next piece."""


@dataclass(slots=True, kw_only=True)
class InvocationRequest:
    """One run of a function that is about to start.

    `version` is what runs, `limits` are its function's, `invoked_arn` is what the caller named
    (`context.invoked_function_arn`), `qualifier` the version or alias in it, or None. `payload` is the event as JSON
    text, `client_context` the caller's, decoded from base64, as JSON text. `pool` is the serial number of the
    provisioned environments in one of which it runs; None, which it is until the run is counted in, is on demand.
    `tenant_id` is the tenant that it is for. `stream` is where the caller reads the response while it is produced, if
    it does: what a function streams an executor passes on there; what it answers as a whole goes there at the end.
    `trace` is the X-Ray trace header that the function is told, `source_arn` what another service's event comes from.
    `done` is called once, when the run has ended or won't happen.
    """

    request_id: str
    version: FunctionVersion
    limits: RunLimits
    invoked_arn: str
    qualifier: str | None
    account_id: str
    region: str
    payload: bytes
    client_context: str | None = None
    invocation_type: str = "RequestResponse"
    pool: int | None = None
    done: Callable[[], None] = _nothing
    tenant_id: str | None = None
    stream: ResponseStream | None = None
    trace: str = ""
    source_arn: str | None = None


@dataclass(slots=True, kw_only=True)
class InvocationResult:
    """How a run ended: `payload` is the answer or the error as JSON, `function_error` is None or `Unhandled`.

    `log` is the run's whole log; `duration` is in milliseconds on the mock's clock and the real one together.
    `break_off` is why a response that had begun to be streamed isn't whole: the type of the error, and what the runtime
    said of it. `streamed` tells that the payload went to the request's stream while it was produced.
    """

    payload: bytes
    function_error: str | None
    log: str
    duration: float
    break_off: tuple[str, str] | None = None
    streamed: bool = False


@dataclass(slots=True, kw_only=True)
class Event:
    """An asynchronous invocation in the queue.

    `qualified_arn` is what it was sent to, with `$LATEST` where nothing was named; `payload` is JSON text. `resolve`
    finds what to run anew for each attempt, since events that wait run on the code of the moment; it raises a
    ServiceError when that can't run. `settings` is the config of the qualifier and `dead_letter_target` an ARN or
    empty, at the moment. `onward` makes the event that brings a record (JSON) to a destination that is a function (its
    ARN); it raises a ServiceError where there is none, or it may not be invoked from here. `trace` is the X-Ray trace
    header of all its attempts.
    """

    request_id: str
    qualified_arn: str
    payload: bytes
    resolve: Callable[[], InvocationRequest]
    settings: Callable[[], EventInvokeConfig]
    dead_letter_target: Callable[[], str]
    onward: Callable[[str, bytes], Event]
    trace: str = ""

    @property
    def function_arn(self) -> str:
        """The function's ARN without the qualifier."""
        return self.qualified_arn.rpartition(":")[0]


class StreamedResponse(Protocol):
    """A response that is read while it is produced. Whoever iterates over it gets all pieces, from the first on."""

    @property
    def content_type(self) -> str:
        """What the function calls it, if it has begun to stream; empty where it answered as a whole."""

    def __iter__(self) -> Iterator[bytes]:
        """The pieces; the next one is waited for. What speaks to the test is raised."""

    def result(self) -> InvocationResult:
        """How the run ended, which is waited for."""


class Executor(Protocol):
    """One way to run a function. `elsewhere` tells that it does so in another process, while this one goes on."""

    elsewhere: ClassVar[bool]

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run it to its end. Whatever the function does, this answers.

        Raised is only what speaks to the test, a LambdaMockError first of all, and a ServiceError where Lambda can't
        begin to run the function.
        """

    def prepare(self, request: InvocationRequest) -> bool:
        """Initialise an execution environment for runs to come; False where the function fails to be initialised.

        True also where there is nothing to initialise, or nothing to do it with: a run will tell.
        """


class Runner(Protocol):
    """What operations hand invocations to."""

    def run(self, request: InvocationRequest) -> InvocationResult:
        """Run a synchronous invocation on the executor that fits."""

    def stream(self, request: InvocationRequest) -> StreamedResponse:
        """Run a synchronous invocation whose response is read while it is produced, as far as it is."""

    def prepare(self, request: InvocationRequest) -> bool:
        """Initialise an execution environment for later runs; False where the function can't be loaded."""

    def submit(self, event: Event) -> None:
        """Take an asynchronous invocation that was accepted."""
