"""What an assertion about records says when it fails: what was expected, what was found, and what came nearest.

It knows records only by their text and by the criteria that it is given.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Criteria = Mapping[str, Callable[[Any], object]]
"""By name, how to read from a record what a test may ask about."""

_MOST_SHOWN = 5
_MOST_DIFFERENCES = 3
_MOST_NAMED = 12
_LONGEST_VALUE = 60
_ABSENT: Any = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a test expects of the records: `times` of them (None: at least one) that have all the `wanted` values."""

    noun: str
    wanted: Mapping[str, object]
    criteria: Criteria
    times: int | None

    def matches(self, record: object) -> bool:
        """Whether the record is one of those that the test asks for."""
        return all(self.criteria[name](record) == value for name, value in self.wanted.items())

    def is_met_by(self, found: int) -> bool:
        """Whether that many matching records are as expected."""
        return found > 0 if self.times is None else found == self.times

    def failure(self, records: Sequence[object], dropped: int) -> str:
        """The whole text of the failed assertion. Records are numbered as they came, the `dropped` ones included."""
        numbered = list(enumerate(records, start=dropped + 1))
        found = [f"#{number}  {record}" for number, record in numbered if self.matches(record)]
        lines = [
            f"Expected: {_counted(self.times, self.noun)} with {_listed(self.wanted)}",
            f"Found:    {len(found) or 'none'}"
            + (f" among {len(records)}" if records else f": there was no {self.noun} at all"),
            *_indented(_shortened(found)),
        ]
        if dropped:
            lines.append(f"The first {dropped} are no longer kept.")
        if self.times is None or len(found) < self.times:
            lines += [*self._never_seen(records), *self._nearest(numbered)]
        return "\n".join(lines)

    def _never_seen(self, records: Sequence[object]) -> Iterator[str]:
        """For each value that no record has: what there is instead, the most similar ones first."""
        for name, value in self.wanted.items():
            seen = {_shown(self.criteria[name](record)) for record in records if name != "payload"}
            if seen and _shown(value) not in seen:
                similar = difflib.get_close_matches(_shown(value), seen, n=3)
                known = similar + sorted(seen.difference(similar))
                yield f"No {self.noun} has {name}={_shown(value)}. There are: {', '.join(known[:_MOST_NAMED])}"

    def _nearest(self, numbered: Sequence[tuple[int, object]]) -> list[str]:
        """Those that have at least one of the values and lack the fewest."""
        misses = []
        for number, record in numbered:
            wrong = [name for name, value in self.wanted.items() if self.criteria[name](record) != value]
            if 0 < len(wrong) < len(self.wanted):
                misses.append((len(wrong), number, record, wrong))
        if not misses:
            return []
        misses.sort(key=lambda miss: miss[:2])
        lines = ["Nearest:"]
        for _, number, record, wrong in misses[:_MOST_SHOWN]:
            differences = [line for name in wrong for line in self._differences(name, record)]
            lines += [f"  #{number}  {record}", *(f"        {line}" for line in differences)]
        return lines

    def _differences(self, name: str, record: object) -> list[str]:
        return list(_differences(name, self.wanted[name], self.criteria[name](record)))[:_MOST_DIFFERENCES]


def _differences(path: str, wanted: object, found: object) -> Iterator[str]:
    """Where two values differ, down through the mappings and lists that they share."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in {**wanted, **found}:
            yield from _differences(f"{path}[{key!r}]", wanted.get(key, _ABSENT), found.get(key, _ABSENT))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, (one, other) in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif found is _ABSENT:
        yield f"{path} is missing"
    elif wanted is _ABSENT:
        yield f"{path} is there, and is {_shown(found)}"
    elif wanted != found:
        yield f"{path} is {_shown(found)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _listed(wanted: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_shown(value)}" for name, value in wanted.items())


def _counted(times: int | None, noun: str) -> str:
    words = {None: f"at least one {noun}", 0: f"no {noun}", 1: f"exactly 1 {noun}"}
    return words.get(times, f"exactly {times} {noun}s")


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST_SHOWN
    return lines if more <= 0 else [*lines[:_MOST_SHOWN], f"… and {more} more"]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
