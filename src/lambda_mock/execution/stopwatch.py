"""How long a run takes: on the mock's clock or for real, whichever is longer, less what passed for somebody else.

That the test's time is set, by freezegun or time-machine, in the midst of a run or before it, takes none of its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.times import measured

if TYPE_CHECKING:
    from lambda_mock.domain.clock import Clock


class Stopwatch:
    """Times one run. A frozen clock doesn't stop real time, and a clock that is advanced counts as time that passed."""

    __slots__ = ("_clock", "_passed", "_real", "begun", "duration", "started")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._passed = self._real = 0.0
        self.begun = 0.0
        """The clock's moment at which it started, whatever has been left out since; in epoch seconds."""
        self.started = 0.0
        """The same, later by what has been left out."""
        self.duration = 0.0
        """In milliseconds, once it has stopped."""

    def start(self) -> None:
        """Begin at zero."""
        self.started = self.begun = self._clock.time()
        self._passed = self._clock.passed()
        self._real = measured()

    def stop(self) -> None:
        """Read the time that has passed into `duration`."""
        self.duration = self.elapsed() * 1000

    def elapsed(self) -> float:
        """The seconds since the start."""
        return max(self._clock.passed() - self._passed, measured() - self._real)

    def leave_out(self, clock_seconds: float, real_seconds: float) -> None:
        """Don't count that much of what has passed: it was an event's time, which on AWS passes elsewhere."""
        self.started += clock_seconds
        self._passed += clock_seconds
        self._real += real_seconds

    def now(self) -> float:
        """The clock's moment in epoch seconds."""
        return self._clock.time()
