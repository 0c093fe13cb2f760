"""The queue of asynchronous invocations: drained where an event is sent, in the order in which the events are due.

An event that fails is tried again after a minute and once more after two, under the same request id, as far as the
config of its qualifier lets it; nothing waits, the delays pass on the mock's clock. Its outcome goes to its destination
as an event of the same queue. What a handler sends while its own event is being handled joins the queue that is
drained already.
"""

from __future__ import annotations

import heapq
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from lambda_mock.errors import NotBuiltError, ServiceError, TooManyRequestsException
from lambda_mock.execution.destinations import (
    EVENT_AGE_EXCEEDED,
    RETRIES_EXHAUSTED,
    SUCCESS,
    ZERO_RESERVED_CONCURRENCY,
    Outcome,
    record,
)
from lambda_mock.execution.lineage import Run, living

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import Event, InvocationRequest, InvocationResult

DELAYS = (60, 120)
"""Seconds before the second attempt and before the third."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Attempt:
    """One try at an event, in the order of the moments at which they are due.

    `number` counts from 1; `last` is how the one before ended.
    """

    due: float
    serial: int
    number: int = field(compare=False)
    sent: float = field(compare=False)
    event: Event = field(compare=False)
    cause: Run | None = field(compare=False)
    last: Outcome | None = field(compare=False)


class Drain:
    """A queue that is being drained; any thread of a handler may add to it. Once it ran empty it takes no more."""

    __slots__ = ("_attempts", "_closed", "_lock", "_serial")

    def __init__(self) -> None:
        self._attempts: list[Attempt] = []
        self._serial = 0
        self._closed = False
        self._lock = threading.Lock()

    def add(
        self, event: Event, *, due: float, sent: float, number: int, cause: Run | None, last: Outcome | None = None
    ) -> bool:
        """Put an attempt into the queue; False where it is empty and closed."""
        with self._lock:
            if not self._closed:
                self._serial += 1
                attempt = Attempt(
                    due=due, serial=self._serial, number=number, sent=sent, event=event, cause=cause, last=last
                )
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
    """What a queue asks for: `run` to happen not before the moment `due`."""

    def __call__(self, run: Run, *, attempt: int, due: float) -> InvocationResult:
        """Run it to its end. A ServiceError is Lambda's refusal to run it at all."""


class Begin(Protocol):
    """How a queue gets the run of an attempt."""

    def __call__(self, request: InvocationRequest, *, cause: Run | None, drain: Drain) -> Run:
        """A run of `request` that has not begun."""


class AsyncQueue:
    """Takes events, and has them run."""

    __slots__ = ("_begin", "_clock", "_run")

    def __init__(self, clock: Clock, begin: Begin, run: RunAttempt) -> None:
        self._clock = clock
        self._begin = begin
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
        try:
            request = attempt.event.resolve()
        except ServiceError:
            return  # the function is gone: the event is dropped
        try:
            self._attempt(drain, attempt, request)
        finally:
            request.done()

    def _attempt(self, drain: Drain, attempt: Attempt, request: InvocationRequest) -> None:
        event = attempt.event
        run = self._begin(request, cause=attempt.cause, drain=drain)
        if max(attempt.due, self._clock.time()) - attempt.sent >= event.settings().longest_age:
            self._give_up(drain, attempt, run, EVENT_AGE_EXCEEDED)
            return
        try:
            result = self._run(run, attempt=attempt.number, due=attempt.due)
        except TooManyRequestsException:
            self._without_room(drain, attempt, run)
        except ServiceError:
            return  # the function is not allowed to run: the event is dropped
        else:
            self._follow_up(drain, attempt, Outcome(run=run, result=result))

    def _follow_up(self, drain: Drain, attempt: Attempt, outcome: Outcome) -> None:
        """Have the event tried again, or pass its outcome on."""
        event, number, request = attempt.event, attempt.number, outcome.run.request
        now = self._clock.time()
        if outcome.result.function_error is None:
            told = record(request, SUCCESS, attempts=number, last=outcome, moment=now)
            _send_on(drain, event, event.settings().on_success, told, now, outcome.run)
        elif number <= event.settings().retries:
            due = now + DELAYS[number - 1]
            drain.add(event, due=due, sent=attempt.sent, number=number + 1, cause=attempt.cause, last=outcome)
        else:
            told = record(request, RETRIES_EXHAUSTED, attempts=number, last=outcome, moment=now)
            _send_on(drain, event, event.settings().on_failure, told, now, outcome.run)
            _refuse_dead_letters(request)

    def _without_room(self, drain: Drain, attempt: Attempt, run: Run) -> None:
        """Give up an event whose turn can't come.

        With nothing reserved for the function AWS does so at once. Where provisioned concurrency of others takes all
        that is reserved, it tries again until the event is too old.
        """
        if run.request.limits.reserved == 0:
            self._give_up(drain, attempt, run, ZERO_RESERVED_CONCURRENCY)
        else:
            late = replace(attempt, due=attempt.sent + attempt.event.settings().longest_age)
            self._give_up(drain, late, run, EVENT_AGE_EXCEEDED)

    def _give_up(self, drain: Drain, attempt: Attempt, run: Run, condition: str) -> None:
        """Pass on that the event isn't tried (again). The run that it didn't get counts in a loop all the same."""
        moment = max(attempt.due, self._clock.time())
        told = record(run.request, condition, attempts=attempt.number - 1, last=attempt.last, moment=moment)
        _send_on(drain, attempt.event, attempt.event.settings().on_failure, told, moment, run)
        _refuse_dead_letters(run.request)


def _send_on(drain: Drain, event: Event, destination: str, told: bytes, moment: float, cause: Run) -> None:
    if destination:
        drain.add(event.onward(destination, told), due=moment, sent=moment, number=1, cause=cause)


def _leave_out(inside: Run | None, clock_seconds: float, real_seconds: float) -> None:
    """On AWS an event takes none of its sender's time."""
    while inside is not None:
        inside.watch.leave_out(clock_seconds, real_seconds)
        inside = inside.parent


def _refuse_dead_letters(request: InvocationRequest) -> None:
    target = request.version.configuration.dead_letter_target
    if target:
        raise NotBuiltError(
            f"An event for {request.version.function_name} could not be handled, and Lambda would now send it to "
            f"{target}: delivering to dead-letter targets is not built yet. Leave DeadLetterConfig out in this "
            "test, or set a function as the event's destination instead."
        )
