"""Queues on the mock's clock, as all mappings that read them share them.

A queue hides messages by its own clock. What is known here is when each of its messages can be received on the mock's
clock: somebody looks after every call, so that what has changed since then has changed just now.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from lambda_mock.domain.neighbours.port import MissingError, NeighbourError
from lambda_mock.domain.times import time_of_the_test
from lambda_mock.errors import warn
from lambda_mock.execution.lineage import sender

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.domain.neighbours.queues import Key, Queue, QueueSettings, ReceivedMessage
    from lambda_mock.execution.lineage import Run

_Answer = TypeVar("_Answer")

_NEVER = math.inf
_SOONEST = 1.0
"""Seconds until a message is received again at the earliest: a visibility timeout of none isn't waited for for ever."""


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What is known of a message; moments are on the mock's clock, but `stamp`, which is the queue's own.

    `stamp` is until when the queue hides it, and tells whether somebody else has done something to it since. `delayed`
    means that it is hidden because it was sent so, `ours` that Lambda has received it. `cause` is the run that sent it.
    """

    stamp: float
    visible_from: float
    sent: float
    group: str | None
    cause: Run | None
    delayed: bool = False
    ours: bool = False
    first_received: float | None = None
    dead_letter_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that was received; moments are on the mock's clock.

    `visible_from` is when it can be received again, unless it is deleted. `dead_letter_of` is the ARN of the queue that
    it was in before it became a dead letter.
    """

    message: ReceivedMessage
    sent: float
    first_received: float
    visible_from: float
    cause: Run | None
    dead_letter_of: str | None


@dataclass(slots=True, kw_only=True)
class Haul:
    """What came of receiving: messages, and those that were too old and are deleted."""

    taken: list[Taken] = field(default_factory=list)
    expired: list[Taken] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """How many messages can be received, and how many can't, of which the first can be `until`."""

    waiting: int = 0
    hidden: int = 0
    until: float | None = None


class WatchedQueue:
    """One queue. Where it is kept in a way that isn't known here, that is a warning, and it seems to be empty."""

    __slots__ = ("_clock", "_lock", "_queue", "_queues", "_seen", "_strange", "_touched", "_wake_at", "arn")

    def __init__(self, arn: str, clock: Clock, queues: Queues) -> None:
        self.arn = arn
        self._clock = clock
        self._queues = queues
        self._queue: Queue | None = None
        self._seen: dict[Key, _Seen] = {}
        self._touched = 0
        self._wake_at = _NEVER
        self._strange = False
        self._lock = threading.RLock()

    def notice(self) -> None:
        """See what has come, and who has sent it, and let others receive what can be received again by now."""
        self._softly(self._notice, None)

    def due(self) -> float | None:
        """When there is something to receive, for which it is worth while to wait.

        That is a message that was sent with a delay, or one that Lambda has received and that will be a dead letter one
        day; not one that would come again and again, and not one that somebody else has received.
        """
        return self._softly(self._due, None)

    def receive(self, most: int, hide_for: float) -> Haul:
        """Receive messages, which are hidden for the visibility timeout, and for longer than `hide_for` seconds."""
        return self._softly(lambda queue: self._receive(queue, most, hide_for), Haul())

    def holds(self, taken: Collection[Taken]) -> Collection[Key]:
        """Which messages are still in the queue, and weren't received by anybody else since."""
        receipts = {each.message.key: each.message.receipt_handle for each in taken}
        return self._softly(lambda queue: queue.holds(receipts), ())

    def delete(self, taken: Collection[Taken]) -> None:
        """Delete messages, as far as they are still there."""
        self._softly(lambda queue: self._delete(queue, [each.message.key for each in taken]), None)

    def settings(self) -> QueueSettings | None:
        """How the queue is set up; None where there is none."""
        return self._softly(lambda queue: queue.settings(), None)

    def contents(self) -> Contents:
        """What is in it at the moment."""
        with self._lock:
            return self._softly(self._contents, None) or self._left()

    def expect(self, key: Key, of: _Seen, source_arn: str) -> None:
        """Know that a message comes that was in another queue until now."""
        with self._lock:
            self._seen[key] = _Seen(
                stamp=0.0,
                visible_from=self._clock.time(),
                sent=of.sent,
                group=of.group,
                cause=of.cause,
                first_received=of.first_received,
                dead_letter_of=source_arn,
            )

    def _softly(self, ask: Callable[[Queue], _Answer], otherwise: _Answer) -> _Answer:
        """What the queue says; `otherwise` where there is none, or none that is known how to read."""
        with self._lock:
            try:
                queue = None if self._strange else self._queues.find(self.arn)
                if queue is not None and queue != self._queue:
                    self._queue, self._seen, self._touched, self._wake_at = queue, {}, 0, _NEVER
                return otherwise if queue is None else ask(queue)
            except MissingError:
                self._queue, self._seen = None, {}
                return otherwise
            except NeighbourError as error:
                self._strange, self._seen = True, {}
                warn(f"{error} Event source mappings of {self.arn} read nothing from now on.")
                return otherwise

    def _notice(self, queue: Queue) -> None:
        now = self._clock.time()
        if queue.touched() != self._touched or now >= self._wake_at:
            self._look_at_all(queue, now)
            return
        real = time_of_the_test()
        for key, stamp in queue.messages(newest_first=True):
            if key in self._seen:
                break
            self._look(queue, key, stamp, now, real)

    def _look_at_all(self, queue: Queue, now: float) -> None:
        """Look at every message, and forget those that are gone."""
        real = time_of_the_test()
        seen: dict[Key, _Seen] = {}
        shown, wake_at = [], _NEVER
        for key, stamp in queue.messages():
            each = seen[key] = self._look(queue, key, stamp, now, real)
            if each.visible_from > now:
                wake_at = min(wake_at, each.visible_from)
            elif stamp > real:
                each.stamp = 0.0
                shown.append(key)
        self._seen = seen
        if shown:
            queue.show(shown)
        self._wake_at = wake_at
        self._touched = queue.touched()

    def _look(self, queue: Queue, key: Key, stamp: float, now: float, real: float) -> _Seen:
        """What is known of a message, after a look at it."""
        seen = self._seen.get(key)
        if seen is None:
            arrival = queue.arrival(key)
            hidden = stamp > real
            seen = self._seen[key] = _Seen(
                stamp=stamp,
                visible_from=now + stamp - real if hidden else now,
                sent=self._clock.moment_of(arrival.sent),
                group=arrival.group,
                cause=sender(),
                delayed=hidden and stamp == arrival.delayed_until,
            )
            if hidden:
                self._wake_at = min(self._wake_at, seen.visible_from)
        elif seen.stamp != stamp:
            seen.stamp = stamp
            seen.visible_from = now + max(0.0, stamp - real)
            seen.delayed = seen.ours = False
        return seen

    def _available(self, queue: Queue, settings: QueueSettings, now: float) -> Iterator[tuple[Key, _Seen]]:
        """The messages in order that aren't hidden, and whose group isn't blocked by one that is, in a FIFO queue."""
        real = time_of_the_test()
        blocked: set[str | None] = set()
        for key, stamp in queue.messages():
            seen = self._seen.get(key)
            if seen is None or seen.stamp != stamp:  # a call less for most of many messages
                seen = self._look(queue, key, stamp, now, real)
            if seen.visible_from > now:
                if settings.is_fifo:
                    blocked.add(seen.group)
            elif seen.group not in blocked:
                yield key, seen

    def _due(self, queue: Queue) -> float | None:
        settings, now = queue.settings(), self._clock.time()
        if next(self._available(queue, settings, now), None) is not None:
            return now
        bounded = settings.most_receives is not None
        return min(
            (seen.visible_from for seen in self._hidden(queue, now) if seen.delayed or (seen.ours and bounded)),
            default=None,
        )

    def _hidden(self, queue: Queue, now: float) -> Iterator[_Seen]:
        for key, _ in queue.messages():
            seen = self._seen[key]
            if seen.visible_from > now:
                yield seen

    def _receive(self, queue: Queue, most: int, hide_for: float) -> Haul:
        settings, now = queue.settings(), self._clock.time()
        taken, expired, dead = [], [], []
        for key, seen in self._available(queue, settings, now):
            if seen.sent + settings.retention <= now:
                expired.append(key)
            elif settings.most_receives is not None and queue.receives(key) >= settings.most_receives:
                dead.append(key)
            else:
                taken.append(key)
                if len(taken) >= most:
                    break
        if dead:
            self._redrive(queue, dead, str(settings.dead_letter_arn))
        hidden = max(settings.visibility_timeout, hide_for + _SOONEST)
        haul = Haul(
            taken=[self._taken(message, now, hidden) for message in queue.receive(taken)],
            expired=[self._taken(message, now, hidden) for message in queue.receive(expired)],
        )
        if expired:
            self._delete(queue, expired)
        self._touched = queue.touched()
        return haul

    def _taken(self, message: ReceivedMessage, now: float, hidden: float) -> Taken:
        seen = self._seen[message.key]
        if seen.first_received is None:
            before = message.first_received
            seen.first_received = now if before is None else self._clock.moment_of(before)
        seen.stamp, seen.visible_from = message.hidden_until, now + hidden
        seen.ours, seen.delayed = True, False
        self._wake_at = min(self._wake_at, seen.visible_from)
        return Taken(
            message=message,
            sent=seen.sent,
            first_received=seen.first_received,
            visible_from=seen.visible_from,
            cause=seen.cause,
            dead_letter_of=seen.dead_letter_of,
        )

    def _redrive(self, queue: Queue, keys: Collection[Key], target_arn: str) -> None:
        target = self._queues.watched(target_arn)
        for key in keys:
            seen = self._seen.pop(key)
            if target is not None:
                target.expect(key, seen, self.arn)
        queue.redrive(keys)

    def _delete(self, queue: Queue, keys: Collection[Key]) -> None:
        queue.delete(keys)
        for key in keys:
            self._seen.pop(key, None)
        self._touched = queue.touched()

    def _contents(self, queue: Queue) -> Contents:
        self._look_at_all(queue, self._clock.time())
        return self._left()

    def _left(self) -> Contents:
        """What was in it when somebody looked, which is told where it ended before: with moto, before the mock."""
        now = self._clock.time()
        hidden = [seen.visible_from for seen in self._seen.values() if seen.visible_from > now]
        return Contents(waiting=len(self._seen) - len(hidden), hidden=len(hidden), until=min(hidden, default=None))


class Queues:
    """The queues that mappings of a mock read."""

    __slots__ = ("_clock", "_neighbourhood", "_watched")

    def __init__(self, clock: Clock, neighbourhood: Neighbourhood) -> None:
        self._clock = clock
        self._neighbourhood = neighbourhood
        self._watched: dict[str, WatchedQueue] = {}

    def notice(self) -> None:
        """See what has come to all of them."""
        for queue in list(self._watched.values()):
            queue.notice()

    def watch(self, arn: str) -> WatchedQueue:
        """The queue of that ARN, which is watched from now on."""
        return self._watched.setdefault(arn, WatchedQueue(arn, self._clock, self))

    def watched(self, arn: str) -> WatchedQueue | None:
        """The queue of that ARN, if it is watched."""
        return self._watched.get(arn)

    def find(self, arn: str) -> Queue | None:
        """The queue itself, where somebody keeps it. Raises NeighbourError."""
        return self._neighbourhood.ask(lambda them: them.queue(arn))
