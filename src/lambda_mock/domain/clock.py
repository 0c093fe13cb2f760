"""The mock's time. Everything that AWS dates, delays or expires reads this clock, and nothing here ever waits."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import NamedTuple

from lambda_mock.domain.times import measured, time_of_the_test
from lambda_mock.errors import LambdaMockError

_MOVES_REMEMBERED = 10_000


def _nothing() -> None:
    """Nobody asked to be told."""


def milliseconds(seconds: float) -> float:
    """A moment as precisely as AWS tells most of them, to the millisecond: 1569284520.333."""
    return round(seconds, 3)


class _Setting(NamedTuple):
    """How the clock is set, from the moment `since` of the test's time on: `stopped_at`, or running, and how far ahead.

    It is replaced as a whole, so that who reads the clock meanwhile sees the one or the other.
    """

    since: float
    stopped_at: float | None
    stopped_measure: float
    ahead: float
    passed: float


class Frozen:
    """A clock that `freeze` has stopped: as a `with` block, until the end of the block."""

    __slots__ = ("_clock", "_was_frozen")

    def __init__(self, clock: Clock, *, was_frozen: bool) -> None:
        self._clock = clock
        self._was_frozen = was_frozen

    def __enter__(self) -> Clock:
        return self._clock

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._was_frozen:
            self._clock.resume()


class Clock:
    """The time of a mock: the test's, plus what has passed on this clock alone. Nothing on it ever really waits.

    The test's time is what `time.time()` says, so that freezegun and time-machine move this clock, too, back as well as
    forward. What passes on this clock alone are waiters, backoff, the delays of retries and of queues, latency that was
    ordered with `mock.fail`, and what the test adds with `advance`.
    """

    __slots__ = ("_lock", "_set", "_settings", "on_advance")

    def __init__(self, on_advance: Callable[[], None] = _nothing) -> None:
        self.on_advance: Callable[[], None] = on_advance
        self._lock = threading.Lock()
        self._set = _Setting(-math.inf, None, 0.0, 0.0, 0.0)
        # What happened before it was moved needs to be told by how it was set then.
        self._settings: deque[_Setting] = deque([self._set], maxlen=_MOVES_REMEMBERED)

    def time(self) -> float:
        """The moment in seconds since the epoch."""
        setting = self._set
        return (time_of_the_test() if setting.stopped_at is None else setting.stopped_at) + setting.ahead

    def now(self) -> datetime:
        """The moment as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), tz=timezone.utc)

    def passed(self) -> float:
        """The seconds that have passed since some moment, for how long things take.

        Really, unless the clock is frozen, and on this clock; that somebody sets the test's time makes no difference.
        """
        setting = self._set
        return (measured() if setting.stopped_at is None else setting.stopped_measure) + setting.passed

    def moment_of(self, real: float) -> float:
        """The moment that this clock showed when it was `real` by the test's time, which isn't to come."""
        with self._lock:
            setting = self._set
            # Unless the test's time has been set back since: then it says nothing of what came first.
            if real < setting.since <= time_of_the_test():
                setting = next((each for each in reversed(self._settings) if each.since <= real), self._settings[0])
        return (real if setting.stopped_at is None else setting.stopped_at) + setting.ahead

    def advance(self, seconds: float | timedelta) -> None:
        """Move the clock forward by a number of seconds or by a timedelta; nothing waits.

        What becomes due with that, schedules and what queues and streams hold, is done before this returns (with
        `async_mode="manual"` by `drain`). It can't go back: that is a LambdaMockError.
        """
        ahead = _seconds(seconds)
        with self._lock:
            self._ahead_by(ahead)
        self.on_advance()

    sleep = advance

    def advance_to(self, moment: datetime) -> None:
        """Move the clock forward to a moment, an aware datetime. One that has passed is a LambdaMockError."""
        at = _moment("advance_to", moment)
        with self._lock:
            now = self.time()
            if at < now:
                raise LambdaMockError(
                    f"The clock can't go back: it is {self.now().isoformat()} already, after {moment.isoformat()}. "
                    "Only mock.clock.freeze(at=...) sets it to any moment."
                )
            self._ahead_by(at - now)
        self.on_advance()

    def freeze(self, at: datetime | None = None) -> Frozen:
        """Stop time where it is, so that only `advance` and the delays that pass on this clock move it.

        With `at`, an aware datetime, it is set to that moment first, which may be long ago: functions that are deployed
        then are dated so. Use it as a `with` block to have time run again at its end, from where it stands then; or
        call `resume`. A clock that is frozen already stays so.
        """
        moment = None if at is None else _moment("freeze", at)
        with self._lock:
            was_frozen = self._set.stopped_at is not None
            if moment is not None or not was_frozen:
                self._stop(self.time() if moment is None else moment)
        if moment is not None:
            self.on_advance()
        return Frozen(self, was_frozen=was_frozen)

    def resume(self) -> None:
        """Let time run again, from where it stands. A clock that runs goes on as it does."""
        with self._lock:
            setting, now = self._set, time_of_the_test()
            if setting.stopped_at is not None:
                passed = setting.passed + setting.stopped_measure - measured()
                self._put(_Setting(now, None, 0.0, setting.stopped_at + setting.ahead - now, passed))

    def _ahead_by(self, seconds: float) -> None:
        setting = self._set
        ahead, passed = setting.ahead + seconds, setting.passed + seconds
        self._put(setting._replace(since=time_of_the_test(), ahead=ahead, passed=passed))

    def _stop(self, moment: float) -> None:
        setting = self._set
        measure = measured() if setting.stopped_at is None else setting.stopped_measure
        self._put(_Setting(time_of_the_test(), moment, measure, 0.0, setting.passed))

    def _put(self, setting: _Setting) -> None:
        self._settings.append(setting)
        self._set = setting


def _seconds(given: object) -> float:
    seconds = given.total_seconds() if isinstance(given, timedelta) else given
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds) or seconds < 0:
        message = "The clock can't go back, and is advanced by a number of seconds or a timedelta"
        raise LambdaMockError(f"{message}: not by {given!r}.")
    return seconds


def _moment(method: str, given: object) -> float:
    if not isinstance(given, datetime) or given.tzinfo is None:
        example = "datetime(2024, 1, 1, tzinfo=timezone.utc)"
        message = f"mock.clock.{method} takes a datetime with its time zone, such as {example}: not {given!r}."
        raise LambdaMockError(message)
    return given.timestamp()
