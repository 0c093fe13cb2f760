"""The mock's time. Everything that AWS dates, delays or expires reads this clock, and nothing here ever waits."""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from datetime import datetime, timezone

from lambda_mock.errors import LambdaMockError


def _nothing() -> None:
    """Nobody asked to be told."""


def milliseconds(seconds: float) -> float:
    """A moment as precisely as AWS tells most of them, to the millisecond: 1569284520.333."""
    return round(seconds, 3)


class Clock:
    """Real time, plus what the test has added to it.

    `freeze` stops real time only: waiters, backoff and `advance` still move the clock. `on_advance` is told when it was
    moved.
    """

    __slots__ = ("_frozen_at", "_lock", "_moved_at", "_offset", "_offsets", "on_advance")

    def __init__(self, on_advance: Callable[[], None] = _nothing) -> None:
        self.on_advance: Callable[[], None] = on_advance
        self._offset = 0.0
        self._frozen_at: float | None = None
        self._lock = threading.Lock()
        # When it was moved in real time, and where to: the moment of something that happened before then needs it.
        self._moved_at: list[float] = []
        self._offsets = [0.0]

    def time(self) -> float:
        """The moment in seconds since the epoch."""
        frozen_at = self._frozen_at
        return (time.time() if frozen_at is None else frozen_at) + self._offset

    def moment_of(self, real: float) -> float:
        """The moment that this clock showed when it was `real` by the clock of the machine, which isn't to come."""
        with self._lock:
            offset = self._offsets[bisect_right(self._moved_at, real)]
            stopped = self._frozen_at is not None and real > self._frozen_at
            return (self._frozen_at if stopped and self._frozen_at is not None else real) + offset

    def now(self) -> datetime:
        """The moment as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.time(), tz=timezone.utc)

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`; nothing waits. It can't go back: that is a LambdaMockError."""
        given: object = seconds
        if not isinstance(given, int | float) or not math.isfinite(given) or given < 0:
            message = f"The clock can't go back, and is advanced by a number of seconds: not by {seconds!r}."
            raise LambdaMockError(message)
        with self._lock:
            self._offset += seconds
            self._moved_at.append(time.time())
            self._offsets.append(self._offset)
        self.on_advance()

    sleep = advance

    def freeze(self) -> None:
        """Stop real time, so that only `advance` and the delays that pass on this clock move it."""
        with self._lock:
            if self._frozen_at is None:
                self._frozen_at = time.time()
