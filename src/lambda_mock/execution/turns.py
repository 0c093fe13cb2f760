"""Runs in this process take turns: what they change in it (variables, modules, standard output) is there only once.

A run inside another one borrows the process from it, and takes turns with its siblings only. So no function can lock
itself out, and no two share their variables. Runs that happen elsewhere take no turn, and don't stand between two that
do.
"""

from __future__ import annotations

import sys
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

from lambda_mock.errors import LambdaMockError
from lambda_mock.execution.lineage import living

if TYPE_CHECKING:
    from lambda_mock.execution.lineage import Line, Run

_FRAMES_OF_A_RUN = 1000


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


_outermost = Turns()
_making_turns = threading.Lock()


class Turn:
    """A run's turn in this process, as a context manager; it sets `run.host`, the run that lends the process."""

    __slots__ = ("_limit", "_run", "_turns")

    def __init__(self, run: Run) -> None:
        self._run = run
        self._turns: Line = _outermost
        self._limit: int | None = None

    def __enter__(self) -> None:
        run = self._run
        while True:
            host = _host_of(run)
            self._turns = _outermost if host is None else _turns_inside(host)
            self._turns.take(run)
            if host is None or not host.ended:
                break
            self._turns.give_back()
        run.host, run.in_process = host, True
        if host is None:
            self._limit = sys.getrecursionlimit()
        else:
            _make_room(sys._getframe())  # noqa: SLF001  # the only way to the depth of the stack

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            wait_for_those_inside(self._run)
        finally:
            if self._limit is not None and sys.getrecursionlimit() != self._limit:
                sys.setrecursionlimit(self._limit)
            self._turns.give_back()


def wait_for_those_inside(run: Run) -> None:
    """Let no further run borrow the process from this one, and wait for one that a thread left behind is still in."""
    run.ended = True
    if run.turns_inside is not None:
        run.turns_inside.take(run)
        run.turns_inside.give_back()


def _host_of(run: Run) -> Run | None:
    if run.parent is not None and run.parent.ended:
        run.parent = living()
    host = run.parent
    while host is not None and (host.ended or not host.in_process):
        host = host.parent
    return host


def _turns_inside(run: Run) -> Line:
    with _making_turns:
        if run.turns_inside is None:
            run.turns_inside = Turns()
        return run.turns_inside


def _make_room(frame: FrameType | None) -> None:
    """Give a nested run a stack of the usual depth for itself, as it would have in a process of its own."""
    depth = 0
    while frame is not None:
        depth += 1
        frame = frame.f_back
    if depth + _FRAMES_OF_A_RUN > sys.getrecursionlimit():
        sys.setrecursionlimit(depth + _FRAMES_OF_A_RUN)
