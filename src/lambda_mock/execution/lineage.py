"""Who runs whom: every run knows the run that it happens in, and runs that don't descend from one another take turns.

What a run changes in the process (variables, modules, standard output) belongs to one run at a time. A run inside
another one borrows it, taking turns with its siblings only. So no function can lock itself out, and no two share
their variables.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Protocol

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution.stopwatch import Stopwatch

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import Event, InvocationRequest

_FRAMES_OF_A_RUN = 1000

_current: ContextVar[Run | None] = ContextVar("lambda_mock_run", default=None)


class OpenQueue(Protocol):
    """A queue of events that a run is part of."""

    def add(self, event: Event, *, due: float, sent: float, number: int, cause: Run | None) -> bool:
        """Put an attempt into it; False where it takes no more."""


class Place(Protocol):
    """Where a run happens: its execution environment."""

    occupant: Run | None


class Turns:
    """A lock whose waiters notice when nothing moves any more."""

    __slots__ = ("_lock", "_patience", "_run")

    def __init__(self, patience: float = 60.0) -> None:
        self._lock = threading.Lock()
        self._patience = patience
        self._run: Run | None = None

    def take(self, run: Run) -> None:
        """Wait for the turn. Raises LambdaMockError when one and the same run has it for a minute of real time."""
        while not self._lock.acquire(blocking=False):
            ahead = self._run
            if self._lock.acquire(timeout=self._patience):
                break
            if ahead is not None and ahead is self._run:
                raise LambdaMockError(_stuck(run, ahead, self._patience))
        self._run = run

    def give_back(self) -> None:
        """Let the next one in."""
        self._run = None
        self._lock.release()


def _stuck(run: Run, ahead: Run, patience: float) -> str:
    return (
        f"{run.request.version.function_name} waited {patience:g} s for {ahead.request.version.function_name} to end: "
        "functions run one at a time in this process. If it is itself waiting for this invocation, from a thread that "
        "was not started with `threading` inside its handler, invoke from the handler's own thread instead."
    )


_turns = Turns()
_making_turns = threading.Lock()


class Run:
    """One attempt at an invocation, from its turn to its answer; a context manager that is its turn.

    `parent` is the run inside which this one happens, `cause` the one that asked for it, which may have ended by now
    if it sent an event. `log` gathers what the function writes, `init_log` holds what its initialisation wrote;
    `init_duration` is in milliseconds, None on a warm start. `status` is, once it has finished, `success`, `error`,
    `failure` (its process ended) or `timeout`. `restored` tells that the process is its caller's again; a run inside it
    that was given up, and ends after that, has nothing to put back.
    """

    __slots__ = (
        "_inside",
        "_limit",
        "_outer",
        "_turns",
        "cause",
        "drain",
        "ended",
        "environment",
        "init_duration",
        "init_log",
        "log",
        "parent",
        "request",
        "restored",
        "status",
        "watch",
    )

    def __init__(
        self,
        request: InvocationRequest,
        clock: Clock,
        *,
        cause: Run | None = None,
        drain: OpenQueue | None = None,
    ) -> None:
        parent = living()
        self.request = request
        self.parent = parent
        self.cause = parent if cause is None else cause
        self.drain: OpenQueue | None = parent.drain if drain is None and parent is not None else drain
        self.watch = Stopwatch(clock)
        self.log: list[str] = []
        self.init_log: list[str] = []
        self.init_duration: float | None = None
        self.environment: Place | None = None
        self.status = ""
        self.ended = False
        self.restored = False
        self._inside: Turns | None = None
        self._turns = _turns
        self._outer: Run | None = None
        self._limit: int | None = None

    def __enter__(self) -> None:
        self._take_turn()
        self._outer = _current.get()
        _current.set(self)
        if self.parent is None:
            self._limit = sys.getrecursionlimit()
        else:
            _make_room(sys._getframe())  # noqa: SLF001  # the only way to the depth of the stack

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.end()
        finally:
            _current.set(self._outer)
            if self._limit is not None and sys.getrecursionlimit() != self._limit:
                sys.setrecursionlimit(self._limit)
            self._turns.give_back()

    def finish(self, status: str) -> None:
        """Stop the watch. A run that was late is a timeout, whatever else came of it, and took just the time it had."""
        timeout = self.request.version.configuration.timeout
        self.watch.stop()
        self.status = status
        if self.watch.duration > timeout * 1000:
            self.status = "timeout"
            self.watch.duration = timeout * 1000.0

    @property
    def leaves_environment_usable(self) -> bool:
        """Whether its execution environment can run more: not after a timeout, or the end of the function's process."""
        return self.status in {"success", "error"}

    def end(self) -> None:
        """Let no further run begin inside this one, and wait for one that a thread left behind is still in."""
        self.ended = True
        if self._inside is not None:
            self._inside.take(self)
            self._inside.give_back()

    def _take_turn(self) -> None:
        while True:
            self._turns = _turns if self.parent is None else self.parent.turns_inside()
            self._turns.take(self)
            if self.parent is None or not self.parent.ended:
                return
            self._turns.give_back()
            self.parent = living()

    def turns_inside(self) -> Turns:
        """The turns that the runs inside this one take."""
        with _making_turns:
            if self._inside is None:
                self._inside = Turns()
            return self._inside

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


def adopt(run: Run) -> None:
    """Make the calling thread part of `run`, for as long as it lives."""
    _current.set(run)


def _make_room(frame: FrameType | None) -> None:
    """Give a nested run a stack of the usual depth for itself, as it would have in a process of its own."""
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back
    if depth + _FRAMES_OF_A_RUN > sys.getrecursionlimit():
        sys.setrecursionlimit(depth + _FRAMES_OF_A_RUN)
