"""The queue of asynchronous invocations, worked off in the order in which the events are due.

In eager mode an event is handled where it is sent, and what a handler sends while its own event is handled joins the
queue that is worked off already. In manual mode there is one queue, which waits for `drain`. Nothing ever waits for
real: the delays between attempts pass on the mock's clock.

Whoever reads queues and streams for event source mappings has its turn in the same loop, at the moments at which it has
something to do: what comes of one leads to the other.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from lambda_mock.domain.times import measured
from lambda_mock.errors import LambdaMockError, RecursiveInvocationException, ServiceError, TooManyRequestsException
from lambda_mock.execution.destinations import (
    EVENT_AGE_EXCEEDED,
    RECURSIVE_LOOP_DETECTED,
    RETRIES_EXHAUSTED,
    SUCCESS,
    ZERO_RESERVED_CONCURRENCY,
    Ending,
    Outcome,
)
from lambda_mock.execution.drain import Attempt, Drain
from lambda_mock.execution.lineage import Run, current, living, telling_of
from lambda_mock.execution.sources import NoSources, Sources

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.execution.executor import Event, InvocationRequest, InvocationResult
    from lambda_mock.execution.post import Post

DELAYS = (60, 120)
"""Seconds before the second attempt and before the third, of a function that failed."""

LONGEST_DELAY = 300
"""Seconds between two tries at most, where Lambda itself couldn't run the function."""

MOST_ENDINGS_IN_A_LOOP = 16

_CONFLICT = 409
_THROTTLED = 429
_SERVER_ERROR = 500
# The clock is a float: two ways to the same moment differ by less.
_SAME_MOMENT = 0.001


class RunAttempt(Protocol):
    """What a queue asks for: `run` to happen not before the moment `due`."""

    def __call__(self, run: Run, *, attempt: int, due: float) -> InvocationResult:
        """Run it to its end. A ServiceError is Lambda's refusal to run it at all."""


class Begin(Protocol):
    """How a queue gets the run of an attempt."""

    def __call__(self, request: InvocationRequest, *, cause: Run | None, drain: Drain) -> Run:
        """A run of `request` that has not begun."""


class AsyncQueue:
    """Takes events, and has them run: at once, or with `manual` when it is drained.

    `sources` are worked off with them.
    """

    __slots__ = ("_begin", "_clock", "_draining", "_here", "_left", "_polling", "_post", "_run", "_waiting", "sources")

    def __init__(self, clock: Clock, begin: Begin, run: RunAttempt, post: Post, *, manual: bool = False) -> None:
        self._clock = clock
        self._begin = begin
        self._run = run
        self._post = post
        self._waiting = Drain(lasting=True) if manual else None
        self._draining = threading.Lock()
        self._polling = threading.Lock()
        self._here = threading.local()
        self._left: Sequence[str] = ()
        self.sources: Sources = NoSources()

    def submit(self, event: Event) -> None:
        """Handle an event with its retries before returning, or leave it to the queue that takes it."""
        inside = living()
        # What comes of a run that has just ended, of its log for one, belongs to it.
        cause = inside or current()
        now = self._clock.time()
        attempt = Attempt(due=now, sent=now, event=event, cause=cause)
        if getattr(self._here, "at_once", False):
            self._here.at_once = False
            self._handle_alone(attempt, inside)
            return
        if self._waiting is not None:
            self._waiting.add(attempt)
            return
        around = getattr(self._here, "drain", None) if cause is None else cause.drain
        if around is None or not around.add(attempt):
            drain = Drain()
            drain.add(attempt)
            self._work_off(drain, inside)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Have the next event that this thread sends handled in there with all that comes of it, whatever the mode."""
        self._here.at_once = True
        try:
            yield
        finally:
            self._here.at_once = False

    def look(self) -> None:
        """Have done what is to be done for the sources, after something may have come there, or time has passed.

        In manual mode it waits to be drained, and inside a run that is part of a queue for the end of that run.
        """
        self.sources.notice()
        if self._waiting is not None or getattr(self._here, "drain", None) is not None:
            return
        inside = living()
        if inside is not None and inside.drain is not None and inside.drain.is_open:
            return
        if self.sources.first(everything=False) is not None:
            self._work_off(Drain(), inside)

    def drain(self) -> None:
        """Handle everything that waits, and all that comes of it, until nothing is left.

        From a handler whose own event is being handled this is a LambdaMockError: it would wait for itself.
        """
        inside = living()
        waiting = Drain() if self._waiting is None else self._waiting
        if inside is not None and inside.drain is not None and inside.drain.is_open:
            raise LambdaMockError(
                f"{inside.request.version.function_name} asks for a queue to be drained that is being drained: it runs "
                "because of that. What it sends is handled before the outer mock.drain() returns."
            )
        with self._draining:
            self.sources.notice()
            self._work_off(waiting, inside, everything=True)

    @property
    def waiting(self) -> Sequence[str]:
        """The ARNs of the functions for which events wait, or waited when the queue was closed; once for each event."""
        if self._waiting is None or self._left:
            return self._left
        return [event.function_arn for event in self._waiting.events()]

    def close(self) -> None:
        """Drop the events that still wait."""
        if self._waiting is not None:
            self._left = self.waiting
            self._waiting.close()

    def _work_off(self, drain: Drain, inside: Run | None, *, everything: bool = False) -> None:
        began, real = self._clock.passed(), measured()
        outer, self._here.drain = getattr(self._here, "drain", None), drain
        if outer is None:
            self.sources.begin()
        try:
            while self._step(drain, everything=everything):
                pass
        except Exception:
            self._handle_the_rest(drain)
            raise
        finally:
            self._here.drain = outer
            if outer is None:
                self.sources.rest()
            _leave_out(inside, self._clock.passed() - began, measured() - real)

    def _handle_alone(self, first: Attempt, inside: Run | None) -> None:
        """Handle an event in a queue of its own, and leave the sources to those who look at them."""
        drain = Drain()
        drain.add(first)
        began, real = self._clock.passed(), measured()
        try:
            while (attempt := drain.next()) is not None:
                self._wait_for(attempt.due)
                self._handle(drain, attempt)
        finally:
            _leave_out(inside, self._clock.passed() - began, measured() - real)

    def _handle_the_rest(self, drain: Drain) -> None:
        """Handle the events that are left, since an error that speaks to the test mustn't cost others than its own.

        The first error is the one that is told. What sources hold stays there.
        """
        while (attempt := drain.next()) is not None:
            self._wait_for(attempt.due)
            with suppress(Exception):
                self._handle(drain, attempt)

    def _step(self, drain: Drain, *, everything: bool) -> bool:
        """Do what is due first, an attempt before a poll of the same moment; False where nothing is left."""
        poll = self.sources.first(everything=everything)
        attempt = drain.next(None if poll is None else poll.due)
        if attempt is not None:
            self._wait_for(attempt.due)
            self._handle(drain, attempt)
        elif poll is not None:
            self._poll(drain, everything=everything)
        return attempt is not None or poll is not None

    def _poll(self, drain: Drain, *, everything: bool) -> None:
        """Work for the sources, one thread at a time: another one may have done meanwhile what there was to do."""
        with self._polling:
            poll = self.sources.first(everything=everything)
            if poll is not None:
                self._wait_for(poll.due)
                poll.work(drain)

    def _wait_for(self, due: float) -> None:
        delay = due - self._clock.time()
        if delay > 0:
            self._clock.advance(delay)

    def _handle(self, drain: Drain, attempt: Attempt) -> None:
        oldest = attempt.sent + attempt.event.settings().longest_age
        if self._clock.time() > oldest - _SAME_MOMENT:
            self._give_up(drain, attempt, EVENT_AGE_EXCEEDED)
            return
        try:
            request = attempt.event.resolve()
        except ServiceError as refusal:
            self._refused(drain, replace(attempt, refusal=refusal.with_traceback(None)), refusal.status)
            return
        try:
            self._attempt(drain, attempt, request)
        finally:
            request.done()

    def _attempt(self, drain: Drain, attempt: Attempt, request: InvocationRequest) -> None:
        run = self._begin(request, cause=attempt.cause, drain=drain)
        try:
            result = self._run(run, attempt=attempt.number, due=attempt.due)
        except ServiceError as refusal:
            refused = replace(attempt, refusal=refusal.with_traceback(None))
            if isinstance(refusal, TooManyRequestsException) and request.limits.reserved == 0:
                self._give_up(drain, refused, ZERO_RESERVED_CONCURRENCY)
            elif isinstance(refusal, RecursiveInvocationException):
                self._give_up(drain, refused, RECURSIVE_LOOP_DETECTED)
            else:
                self._refused(drain, refused, refusal.status)
        else:
            self._follow_up(drain, attempt, Outcome(run=run, result=result))

    def _follow_up(self, drain: Drain, attempt: Attempt, outcome: Outcome) -> None:
        """Have the event tried again, or pass its outcome on."""
        number = attempt.number
        if outcome.result.function_error is None:
            self._end(drain, attempt, SUCCESS, outcome)
        elif number > attempt.event.settings().retries:
            self._end(drain, attempt, RETRIES_EXHAUSTED, outcome)
        else:
            again = Attempt(
                due=self._clock.time() + DELAYS[number - 1],
                sent=attempt.sent,
                event=attempt.event,
                cause=attempt.cause,
                number=number + 1,
                last=outcome,
            )
            drain.add(again)

    def _refused(self, drain: Drain, attempt: Attempt, status: int) -> None:
        """Have an event tried again that Lambda couldn't run now; one that it never can is dropped.

        AWS does so for throttling and for errors of its own, first after a second and then after twice as long each
        time, until the event is too old. A state that passes counts like those.
        """
        if status not in {_THROTTLED, _CONFLICT} and status < _SERVER_ERROR:
            return
        due = self._clock.time() + min(2**attempt.refusals, LONGEST_DELAY)
        oldest = attempt.sent + attempt.event.settings().longest_age
        drain.add(replace(attempt, due=min(due, oldest), refusals=attempt.refusals + 1))

    def _end(self, drain: Drain, attempt: Attempt, condition: str, outcome: Outcome) -> None:
        ending = Ending(condition=condition, attempts=attempt.number, last=outcome, moment=self._clock.time())
        with telling_of(outcome.run):
            for event in self._post.tell(attempt.event, ending):
                drain.add(Attempt(due=ending.moment, sent=ending.moment, event=event, cause=outcome.run))

    def _give_up(self, drain: Drain, attempt: Attempt, condition: str) -> None:
        """Pass on that the event isn't tried (again), unless that only goes round in a circle."""
        if attempt.endings >= MOST_ENDINGS_IN_A_LOOP:
            return
        ending = Ending(
            condition=condition,
            attempts=attempt.number - 1,
            last=attempt.last,
            refusal=attempt.refusal,
            moment=self._clock.time(),
        )
        with telling_of(attempt.cause):
            for event in self._post.tell(attempt.event, ending):
                drain.add(
                    Attempt(
                        due=ending.moment,
                        sent=ending.moment,
                        event=event,
                        cause=attempt.cause,
                        endings=attempt.endings + 1,
                    )
                )


def _leave_out(inside: Run | None, clock_seconds: float, real_seconds: float) -> None:
    """On AWS an event takes none of its sender's time."""
    while inside is not None:
        inside.watch.leave_out(clock_seconds, real_seconds)
        inside = inside.parent
