"""Attempts at events, and a queue of them in the order of the moments at which they are due."""

from __future__ import annotations

import heapq
import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_mock.errors import ServiceError
    from lambda_mock.execution.destinations import Outcome
    from lambda_mock.execution.executor import Event
    from lambda_mock.execution.lineage import Run


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Attempt:
    """One try at an event, in the order of the moments at which they are due.

    `number` counts the function's runs from 1, `last` is how the one before ended. `refusals` counts the tries since
    then at which Lambda couldn't run the function, of which `refusal` is the last one's error. `endings` counts how
    many events in a row led here that came to their end without a run.
    """

    due: float
    serial: int = 0
    sent: float = field(compare=False)
    event: Event = field(compare=False)
    cause: Run | None = field(compare=False)
    number: int = field(default=1, compare=False)
    last: Outcome | None = field(default=None, compare=False)
    refusals: int = field(default=0, compare=False)
    refusal: ServiceError | None = field(default=None, compare=False)
    endings: int = field(default=0, compare=False)


class Drain:
    """A queue that is worked off; any thread of a handler may add to it.

    Once it ran empty it takes no more, unless it is `lasting`.
    """

    __slots__ = ("_attempts", "_closed", "_lasting", "_lock", "_serial")

    def __init__(self, *, lasting: bool = False) -> None:
        self._attempts: list[Attempt] = []
        self._serial = 0
        self._closed = False
        self._lasting = lasting
        self._lock = threading.Lock()

    def add(self, attempt: Attempt) -> bool:
        """Put an attempt into the queue, behind those that are due at the same moment; False where it is closed."""
        with self._lock:
            if not self._closed:
                self._serial += 1
                heapq.heappush(self._attempts, replace(attempt, serial=self._serial))
            return not self._closed

    def next(self, not_after: float | None = None) -> Attempt | None:
        """The attempt that is due first, unless it is due later than `not_after`; None when there is none."""
        with self._lock:
            if self._attempts and (not_after is None or self._attempts[0].due <= not_after):
                return heapq.heappop(self._attempts)
            if not_after is None:
                self._closed = self._closed or not self._lasting
            return None

    @property
    def is_open(self) -> bool:
        """Whether somebody works it off, or will."""
        return not self._closed

    def close(self) -> None:
        """Take no more, and drop what is left."""
        with self._lock:
            self._closed = True
            self._attempts.clear()

    def events(self) -> list[Event]:
        """The events that wait, by when they are due."""
        with self._lock:
            return [attempt.event for attempt in sorted(self._attempts)]
