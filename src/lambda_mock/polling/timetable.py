"""The timetable: schedules that neighbours keep, and when each of them comes round on the mock's clock.

It is the test that lets the time pass in which a schedule comes round. What passes while events are worked off, such as
the minutes before a retry, doesn't count: a schedule whose function fails would lead to more and more runs for ever.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.domain.schedules import Recurrence, recurrence
from lambda_mock.errors import warn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_mock.domain.clock import Clock
    from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
    from lambda_mock.domain.neighbours.port import Schedule
    from lambda_mock.domain.triggers import Functions
    from lambda_mock.execution.lineage import OpenQueue

# What comes round at the very moment at which it begins comes behind this much less.
_AN_INSTANT = 0.001

_Key = tuple[str, str, str, float | None]


@dataclass(slots=True)
class _Entry:
    """A schedule, and when it comes round next."""

    schedule: Schedule
    recurrence: Recurrence | None
    due: float | None

    def move_on(self, moment: float) -> None:
        """See when it comes round behind a moment, and not before it begins."""
        begins = self.schedule.begins
        if begins is not None:
            moment = max(moment, begins - _AN_INSTANT)
        due = None if self.recurrence is None else self.recurrence.after(moment)
        ends = self.schedule.ends
        self.due = None if due is None or (ends is not None and due > ends) else due


@dataclass(frozen=True, slots=True)
class _Turn:
    """The moment of a schedule."""

    due: float
    _entry: _Entry
    _functions: Functions

    def work(self, drain: OpenQueue) -> None:  # noqa: ARG002  # the events find their queue themselves
        """Send what the schedule sends."""
        self._entry.move_on(self.due)
        self._entry.schedule.fire(self._functions, self.due)
        if self._entry.due is None:
            self._entry.schedule.over()


class Timetable:
    """Which of the neighbours' schedules have come round."""

    __slots__ = ("_clock", "_entries", "_functions", "_horizon", "_neighbours", "_noticing")

    def __init__(self, clock: Clock, neighbours: Neighbourhood, functions: Functions) -> None:
        self._clock = clock
        self._neighbours = neighbours
        self._functions = functions
        self._entries: dict[_Key, _Entry] = {}
        self._horizon: float | None = None
        self._noticing = threading.Lock()

    def notice(self) -> None:
        """See which schedules there are by now: new ones begin, those that were changed begin anew."""
        # One thread at a time, so that none begins a schedule that another one has begun.
        with self._noticing:
            found = self._neighbours.ask(lambda them: them.schedules()) or ()
            if found or self._entries:
                self._take(found)

    def begin(self) -> None:
        """Take this moment for the last one that the test has let come."""
        self._horizon = self._clock.time()

    def rest(self) -> None:
        """Leave out what came round while events were worked off."""
        horizon, self._horizon = self._horizon, None
        now = self._clock.time()
        for entry in self._entries.values():
            if horizon is not None and entry.due is not None and horizon < entry.due <= now:
                entry.move_on(now)

    def first(self, *, everything: bool) -> _Turn | None:  # noqa: ARG002  # no schedule ever ends by being waited for
        """The schedule that has come round first, if one has."""
        now = self._clock.time() if self._horizon is None else self._horizon
        ready = [
            (entry.due, number, entry)
            for number, entry in enumerate(self._entries.values())
            if entry.due is not None and entry.due <= now
        ]
        if not ready:
            return None
        due, _, entry = min(ready)
        return _Turn(due, entry, self._functions)

    def shown(self) -> list[tuple[Schedule, float | None]]:
        """Each schedule, and how many seconds it is until it comes round; None where it does so no more."""
        now = self._clock.time()
        return [
            (entry.schedule, None if entry.due is None else max(0.0, entry.due - now))
            for entry in list(self._entries.values())
        ]

    def _take(self, schedules: Sequence[Schedule]) -> None:
        now = self._clock.time()
        entries: dict[_Key, _Entry] = {}
        for schedule in schedules:
            key = (schedule.arn, schedule.expression, schedule.zone, schedule.begins)
            entry = self._entries.get(key)
            if entry is None:
                entry = _Entry(schedule, _recurrence(schedule, now), None)
                entry.move_on(now - _AN_INSTANT)
            entry.schedule = schedule
            entries[key] = entry
        self._entries = entries


def _recurrence(schedule: Schedule, now: float) -> Recurrence | None:
    try:
        return recurrence(
            schedule.expression,
            begun=now if schedule.begins is None else schedule.begins,
            at_once=schedule.at_once,
            zone=schedule.zone,
        )
    except (ValueError, KeyError) as error:
        warn(f"{schedule.arn} never comes round: its expression {schedule.expression!r} isn't one ({error}).")
        return None
