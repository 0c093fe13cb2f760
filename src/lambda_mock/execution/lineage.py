"""Who runs whom: every run knows the run that it happens in, and the one that led to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from lambda_mock.execution.failures import GivenUp
from lambda_mock.execution.stopwatch import Stopwatch

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import InvocationRequest

LATE = "timeout"
"""The `init_error` of an initialisation that took too long."""

_current: ContextVar[Run | None] = ContextVar("lambda_mock_run", default=None)
_sender: ContextVar[Run | None] = ContextVar("lambda_mock_sender", default=None)
_finishing = threading.Lock()


class OpenQueue(Protocol):
    """A queue of events that a run is part of."""

    @property
    def is_open(self) -> bool:
        """Whether somebody works it off, or will."""

    def add(self, attempt: Any, /) -> bool:
        """Put an attempt at an event into it; False where it takes no more."""


class Place(Protocol):
    """Where a run happens: its execution environment."""

    occupant: Run | None
    log_group: str
    log_stream: str


class Line(Protocol):
    """Where runs wait for their turn."""

    def take(self, run: Run) -> None:
        """Wait for the turn."""

    def give_back(self) -> None:
        """Let the next one in."""


class Run:
    """One attempt at an invocation, from its beginning to its answer; a context manager, inside which it is `current`.

    `parent` is the run inside which this one happens, `cause` the one that asked for it, which may have ended by now
    if it sent an event. `log` gathers what the function writes, `init_log` holds what its initialisation wrote;
    `init_duration` is in milliseconds, None on a warm start and where the initialisation failed, with `init_error`;
    `init_lost` is then how long that took, unless it is all that the run did.
    `status` is, once it has finished, `success`, `error`, `failure` (its process ended) or `timeout`, and `error_type`
    what is to blame for it, where that isn't an exception of the handler. `whole_log` is its log in the end.

    A run in this process has `in_process` set when its turn has come, and `host`, the run whose turn it borrows;
    `turns_inside` are for those that borrow from it. `restored` tells that the process is its caller's again; a run
    inside it that was given up, and ends after that, has nothing to put back. `main_thread` is what its function takes
    for the main thread; None is the process's. A run that is `timeless` has no deadline.
    """

    __slots__ = (
        "_outer",
        "begun",
        "cause",
        "drain",
        "ended",
        "environment",
        "error_type",
        "given_up",
        "host",
        "in_process",
        "init_duration",
        "init_error",
        "init_log",
        "init_lost",
        "log",
        "main_thread",
        "parent",
        "request",
        "restored",
        "status",
        "timeless",
        "turns_inside",
        "watch",
        "whole_log",
    )  # fmt: skip

    def __init__(
        self,
        request: InvocationRequest,
        clock: Clock,
        *,
        cause: Run | None = None,
        drain: OpenQueue | None = None,
        timeless: bool = False,
    ) -> None:
        parent = living()
        self.request = request
        self.parent = parent
        self.cause = parent if cause is None else cause
        self.drain: OpenQueue | None = parent.drain if drain is None and parent is not None else drain
        self.watch = Stopwatch(clock)
        self.begun = 0.0
        self.log: list[str] = []
        self.init_log: list[str] = []
        self.whole_log: list[str] = []
        self.init_duration: float | None = None
        self.init_error: str | None = None
        self.init_lost: float | None = None
        self.error_type: str | None = None
        self.environment: Place | None = None
        self.status = ""
        self.ended = False
        self.given_up = False
        self.host: Run | None = None
        self.in_process = False
        self.restored = False
        self.main_thread: threading.Thread | None = None
        self.timeless = timeless
        self.turns_inside: Line | None = None
        self._outer: Run | None = None

    def __enter__(self) -> None:
        self._outer = _current.get()
        _current.set(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.ended = True
        _current.set(self._outer)

    def begin(self) -> None:
        """Start the watch, at the moment when an execution environment takes the run on: `begun`, in epoch seconds."""
        self.watch.start()
        self.begun = self.watch.started

    def finish(self, status: str) -> None:
        """Stop the watch. A run that was late is a timeout, whatever else came of it, and took just the time it had.

        How a run ends is said once: what comes after that is not heard, such as the end of a thread that was given up.
        """
        with _finishing:
            if self.status or self.given_up:
                return
            timeout = self.request.version.configuration.timeout
            self.watch.stop()
            self.status = status
            if self.watch.duration > timeout * 1000 and not self.timeless:
                self.status = "timeout"
                self.watch.duration = timeout * 1000.0

    def give_up(self, *, late: bool) -> None:
        """Wait no longer for its end, whatever its thread still does: it is `late`, or nobody wants to know."""
        with _finishing:
            self.given_up = True
            if late:
                self.status = "timeout"
                self.watch.duration = self.request.version.configuration.timeout * 1000.0

    def unless_given_up(self, change: Callable[[], None]) -> None:
        """Change something in the process, unless that is the test's again while a thread still works for this run."""
        with _finishing:
            if not self.given_up:
                change()

    def take_all_the_time_it_needs(self) -> None:
        """Let no deadline end it, nor the runs that wait for it: somebody is looking at what it does."""
        run: Run | None = self
        while run is not None:
            run.timeless = True
            run = run.parent

    @property
    def is_cold(self) -> bool:
        """Whether its execution environment was initialised for it."""
        return self.init_duration is not None or self.init_error is not None

    @property
    def init_took(self) -> float:
        """How long the initialisation took on a cold start, in milliseconds, whatever came of it."""
        measured = self.init_lost if self.init_duration is None else self.init_duration
        return self.watch.duration if measured is None else measured

    @property
    def leaves_environment_usable(self) -> bool:
        """Whether its execution environment can run more: not after a timeout, or the end of the function's process."""
        return self.status in {"success", "error"}

    def causes(self) -> Iterator[Run]:
        """The runs that led to this one, the nearest first."""
        run = self.cause
        while run is not None:
            yield run
            run = run.cause


def current() -> Run | None:
    """The run that this thread of control is part of, if any."""
    return _current.get()


def running() -> Run:
    """The run that this thread of control is part of."""
    run = _current.get()
    if run is None:
        raise RuntimeError("An executor was asked to run outside of any run.")
    return run


def living() -> Run | None:
    """The run that a new one here happens inside.

    A thread that outlived the run it was started in, such as one of a pool that a module keeps, works for whatever runs
    in the same execution environment by now.
    """
    run = _current.get()
    while run is not None and run.ended:
        environment = run.environment
        occupant = None if environment is None else environment.occupant
        run = occupant if occupant is not None and not occupant.ended else run.parent
    return run


def sender() -> Run | None:
    """The run that what is sent here comes of, which may have ended: it lives here, or Lambda tells of it."""
    return _sender.get() or living()


@contextmanager
def telling_of(run: Run | None) -> Iterator[None]:
    """Send something because of a run that has ended, such as its outcome."""
    token = _sender.set(run)
    try:
        yield
    finally:
        _sender.reset(token)


def end_what_was_given_up() -> None:
    """Raise GivenUp in a thread that still works for a run that nobody waits for."""
    run = _current.get()
    if run is not None and run.given_up:
        raise GivenUp


@contextmanager
def inside(run: Run) -> Iterator[None]:
    """Make the calling thread part of `run` for a while: it acts for a function in another process."""
    before = _current.get()
    _current.set(run)
    try:
        yield
    finally:
        _current.set(before)


def adopt(run: Run) -> None:
    """Make the calling thread part of `run`, for as long as it lives."""
    _current.set(run)
