"""Schedule expressions: when `rate(...)`, `cron(...)` and `at(...)` of EventBridge come round.

A moment is in epoch seconds. An expression that can't be read is a ValueError: whoever keeps the schedule should have
refused it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo
from typing import Protocol
from zoneinfo import ZoneInfo

_EXPRESSION = re.compile(r"(rate|cron|at)\((.+)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_SATURDAY, _SUNDAY = 6, 7


class Recurrence(Protocol):
    """When something comes round."""

    def after(self, moment: float) -> float | None:
        """The first moment behind that one; None where there is none any more."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds, counted from when it began; for the first time after `first` periods, one or none."""

    seconds: int
    begun: float
    first: int

    def after(self, moment: float) -> float:
        """The end of the first full period behind a moment."""
        periods = int((moment - self.begun) // self.seconds) + 1
        return self.begun + max(periods, self.first) * self.seconds


@dataclass(frozen=True, slots=True)
class Once:
    """At one moment."""

    moment: float

    def after(self, moment: float) -> float | None:
        """The moment itself, unless it is past."""
        return self.moment if self.moment > moment else None


@dataclass(frozen=True, slots=True)
class Cron:
    """At certain minutes of certain days, by the clock of a time zone.

    A time that the clock skips in spring doesn't come round, and one that it repeats in autumn does so once.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    is_day: Callable[[date], bool]
    zone: tzinfo

    def after(self, moment: float) -> float | None:
        """The first of those minutes behind a moment."""
        day = datetime.fromtimestamp(moment, self.zone).date()
        while day.year <= _LAST_YEAR:
            if self.is_day(day):
                for found in self._moments_of(day):
                    if found > moment:
                        return found
            day += timedelta(days=1)
        return None

    def _moments_of(self, day: date) -> Iterator[float]:
        for hour in self.hours:
            for minute in self.minutes:
                local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
                found = local.timestamp()
                back = datetime.fromtimestamp(found, self.zone)
                if (back.hour, back.minute) == (hour, minute):
                    yield found


def recurrence(expression: str, *, begun: float, at_once: bool = False, zone: str = "UTC") -> Recurrence:
    """What an expression says, of a schedule that began at a moment. ValueError where it says nothing.

    A rate begins with its first period, or `at_once`. The zone is a name such as `Europe/Vienna`.
    """
    match = _EXPRESSION.fullmatch(expression.strip())
    if match is None:
        raise ValueError(f"{expression!r} is no schedule expression")
    kind, content = match.groups()
    if kind == "rate":
        return _rate(content, begun, 0 if at_once else 1)
    # Not every machine has a database of zones.
    where = timezone.utc if zone == "UTC" else ZoneInfo(zone)
    if kind == "at":
        return Once(datetime.fromisoformat(content).replace(tzinfo=where).timestamp())
    return _cron(content, where)


def _rate(content: str, begun: float, first: int) -> Rate:
    number, unit = content.split()
    seconds = int(number) * _SECONDS.get(unit.removesuffix("s"), 0)
    if seconds <= 0:
        raise ValueError(f"rate({content}) has no period")
    return Rate(seconds, begun, first)


def _cron(content: str, zone: tzinfo) -> Cron:
    minutes, hours, days, months, weekdays, years = content.upper().split()
    in_months = frozenset(_values(months, 1, 12, _MONTHS))
    in_years = frozenset(_values(years, _FIRST_YEAR, _LAST_YEAR))
    is_day, is_weekday = _days_of_month(days), _days_of_week(weekdays)

    def matches(day: date) -> bool:
        return day.month in in_months and day.year in in_years and is_day(day) and is_weekday(day)

    return Cron(tuple(_values(minutes, 0, 59)), tuple(_values(hours, 0, 23)), matches, zone)


def _values(field: str, least: int, most: int, names: list[str] | None = None) -> list[int]:
    """The numbers that a field allows: lists, ranges, steps, names, and `*` or `?` for all."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        if span in {"*", "?"}:
            begin, end = least, most
        else:
            begin = _number(first, least, names)
            end = _number(last, least, names) if dash else most if step else begin
        if not least <= begin <= end <= most:
            raise ValueError(f"{field} isn't within {least} to {most}")
        found.update(range(begin, end + 1, int(step) if step else 1))
    return sorted(found)


def _number(text: str, least: int, names: list[str] | None) -> int:
    return names.index(text) + least if names and text in names else int(text)


def _days_of_month(field: str) -> Callable[[date], bool]:
    """`L` is the last day, `LW` the last working day, `15W` the working day that is nearest to the 15th."""
    if field == "L":
        return lambda day: day.day == _last_of(day).day
    if field == "LW":
        return lambda day: day == _nearest_working_day(_last_of(day))
    if field.endswith("W"):
        number = int(field[:-1])
        return lambda day: number <= _last_of(day).day and day == _nearest_working_day(day.replace(day=number))
    allowed = frozenset(_values(field, 1, 31))
    return lambda day: day.day in allowed


def _days_of_week(field: str) -> Callable[[date], bool]:
    """1 is Sunday. `L` is Saturday, `6L` the last Friday of the month, `6#2` its second Friday."""
    if field == "L":
        return lambda day: _weekday(day) == _SATURDAY + 1
    if field.endswith("L"):
        last = _number(field[:-1], 1, _WEEKDAYS)
        return lambda day: _weekday(day) == last and day.day + 7 > _last_of(day).day
    wanted, nth, place = field.partition("#")
    if nth:
        weekday, number = _number(wanted, 1, _WEEKDAYS), int(place)
        return lambda day: _weekday(day) == weekday and (day.day + 6) // 7 == number
    allowed = frozenset(_values(field, 1, 7, _WEEKDAYS))
    return lambda day: _weekday(day) in allowed


def _weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _last_of(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _nearest_working_day(day: date) -> date:
    """The day itself, or for a Saturday or Sunday the nearest one that isn't, within the same month."""
    shift = {_SATURDAY: -1, _SUNDAY: 1}.get(day.isoweekday(), 0)
    moved = day + timedelta(days=shift)
    if moved.month == day.month:
        return moved
    return day + timedelta(days=2 if shift < 0 else -2)
