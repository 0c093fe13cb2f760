"""The queue of asynchronous invocations: drained where an event is sent, in the order in which the events are due.

An event that fails is tried again after a minute and once more after two, under the same request id; nothing waits,
the delays pass on the mock's clock. What a handler sends while its own event is being handled joins the queue that is
drained already.
"""

from __future__ import annotations

import heapq
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from lambda_mock.errors import NotBuiltError, ServiceError
from lambda_mock.execution.lineage import Run, living

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import Event, InvocationRequest, InvocationResult

LONGEST_AGE = 21_600
DELAYS = (60, 120)
"""Seconds before the second attempt and before the third."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Attempt:
    """One try at an event, in the order of the moments at which they are due. `number` counts from 1."""

    due: float
    serial: int
    number: int = field(compare=False)
    sent: float = field(compare=False)
    event: Event = field(compare=False)
    cause: Run | None = field(compare=False)


class Drain:
    """A queue that is being drained; any thread of a handler may add to it. Once it ran empty it takes no more."""

    __slots__ = ("_attempts", "_closed", "_lock", "_serial")

    def __init__(self) -> None:
        self._attempts: list[Attempt] = []
        self._serial = 0
        self._closed = False
        self._lock = threading.Lock()

    def add(self, event: Event, *, due: float, sent: float, number: int, cause: Run | None) -> bool:
        """Put an attempt into the queue; False where it is empty and closed."""
        with self._lock:
            if not self._closed:
                self._serial += 1
                attempt = Attempt(due=due, serial=self._serial, number=number, sent=sent, event=event, cause=cause)
                heapq.heappush(self._attempts, attempt)
            return not self._closed

    def next(self) -> Attempt | None:
        """The attempt that is due first; None, and the queue closes, when there is none."""
        with self._lock:
            if self._attempts:
                return heapq.heappop(self._attempts)
            self._closed = True
            return None


class RunAttempt(Protocol):
    """What a queue asks for: a run of `request` not before the moment `due`."""

    def __call__(
        self, request: InvocationRequest, *, attempt: int, due: float, cause: Run | None, drain: Drain
    ) -> InvocationResult:
        """Run it to its end. A ServiceError is Lambda's refusal to run it at all."""


class AsyncQueue:
    """Takes events, and has them run."""

    __slots__ = ("_clock", "_run")

    def __init__(self, clock: Clock, run: RunAttempt) -> None:
        self._clock = clock
        self._run = run

    def submit(self, event: Event) -> None:
        """Handle an event with its retries before returning, or leave it to the queue that is being drained here."""
        inside = living()
        now = self._clock.time()
        drain = None if inside is None else inside.drain
        if drain is not None and drain.add(event, due=now, sent=now, number=1, cause=inside):
            return
        drain = Drain()
        drain.add(event, due=now, sent=now, number=1, cause=inside)
        real = time.perf_counter()
        try:
            while (attempt := drain.next()) is not None:
                self._handle(drain, attempt)
        finally:
            _leave_out(inside, self._clock.time() - now, time.perf_counter() - real)

    def _handle(self, drain: Drain, attempt: Attempt) -> None:
        if max(attempt.due, self._clock.time()) - attempt.sent > LONGEST_AGE:
            return
        try:
            request = attempt.event.resolve()
            result = self._run(request, attempt=attempt.number, due=attempt.due, cause=attempt.cause, drain=drain)
        except ServiceError:
            return  # the function is gone, or not allowed to run: the event is dropped
        if result.function_error is None:
            return
        if attempt.number <= len(DELAYS):
            due = self._clock.time() + DELAYS[attempt.number - 1]
            drain.add(attempt.event, due=due, sent=attempt.sent, number=attempt.number + 1, cause=attempt.cause)
        else:
            _refuse_dead_letters(request)


def _leave_out(inside: Run | None, clock_seconds: float, real_seconds: float) -> None:
    """On AWS an event takes none of its sender's time."""
    while inside is not None:
        inside.watch.leave_out(clock_seconds, real_seconds)
        inside = inside.parent


def _refuse_dead_letters(request: InvocationRequest) -> None:
    target = request.version.configuration.dead_letter_target
    if target:
        raise NotBuiltError(
            f"An event for {request.version.function_name} failed on every attempt, and Lambda would now send it to "
            f"{target}: delivering to dead-letter targets is not built yet."
        )
