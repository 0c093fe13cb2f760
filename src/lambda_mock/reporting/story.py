"""What happened in one test, as it is gathered: bounded, and taken away in pieces that can be written as JSON.

A piece, which travels with pytest's report of a phase, has the following members; each may be missing.

- `mocks`: `[region, account, seed]` of the mocks that are new in this piece
- `functions`: `[mock, account, region, name]` of the functions that are new
- `events`: what happened, in order; an event is described at `Event`
- `steps`: `[event, function, picture or null]`, how functions changed, and by which event (0: so the test began)
- `traffic`: `[function, alias, version, [[version, weight]...], {version: runs}]`
- `counts`: how often what happened: `calls`, `runs`, `deliveries`, `call_errors`, `run_errors`
- `operations`: how often each was called
- `durations`: for each function `[runs, milliseconds in all, the longest]`
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.reporting.pictures import AliasPicture, Key, Picture

Event = dict[str, Any]
"""An event: `id`, `kind` (`call`, `run`, `delivery`, `arranged`), `mock`, `name`, `time` in epoch seconds.

Further `took` in milliseconds, `error`, `attempt`, `version`, `via` (of a call: what `mock.fail` did to it); the
details `asked`, `answered` and `log`; and `children`. One of the kind `gap` has nothing but `cut`: how many are no
longer kept in this place.
"""
Piece = dict[str, Any]

_FIRST_EVENTS, _LAST_EVENTS = 200, 300
_FIRST_CHILDREN, _LAST_CHILDREN = 20, 30
_FIRST_STEPS, _LAST_STEPS = 40, 60


class Bounded:
    """A list that keeps its first and its last entries, and counts those between them that it has let go."""

    __slots__ = ("_cut", "_first", "_last", "_most_first")

    def __init__(self, first: int, last: int) -> None:
        self._first: list[Any] = []
        self._last: deque[Any] = deque(maxlen=last)
        self._most_first = first
        self._cut = 0

    def append(self, entry: Any) -> None:
        """Keep one more."""
        if len(self._first) < self._most_first:
            self._first.append(entry)
            return
        self._cut += len(self._last) == self._last.maxlen
        self._last.append(entry)

    def entries(self) -> list[Any]:
        """Those that are kept."""
        return [*self._first, *self._last]

    def events(self) -> list[Event]:
        """Those that are kept, and between them how many are not."""
        return [*self._first, *([gap(self._cut)] if self._cut else []), *self._last]


def gap(cut: int) -> Event:
    """What stands in the place of events that are not there."""
    return {"kind": "gap", "cut": cut}


def children() -> Bounded:
    """What has come of one event."""
    return Bounded(_FIRST_CHILDREN, _LAST_CHILDREN)


class Story:
    """What happened in one test. Several threads may tell it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = 0
        self._mocks: dict[object, int] = {}
        self._functions: dict[tuple[int, Key], int] = {}
        self._clear()

    def _clear(self) -> None:
        self._new: Piece = {"mocks": [], "functions": []}
        self._events = Bounded(_FIRST_EVENTS, _LAST_EVENTS)
        self._steps = Bounded(_FIRST_STEPS, _LAST_STEPS)
        self._traffic: dict[tuple[int, AliasPicture], Counter[str]] = {}
        self._counts: Counter[str] = Counter()
        self._operations: Counter[str] = Counter()
        self._durations: dict[str, list[float]] = {}

    def next_number(self) -> int:
        """The number of an event that begins."""
        with self._lock:
            self._numbers += 1
            return self._numbers

    def mock(self, watch: object, region: str, account_id: str, seed: int) -> tuple[int, bool]:
        """The number of a mock in this test, from 1, and whether it is the first that this test hears of it."""
        with self._lock:
            is_new = watch not in self._mocks
            if is_new:
                self._mocks[watch] = len(self._mocks) + 1
                self._new["mocks"].append([region, account_id, seed])
            return self._mocks[watch], is_new

    def function(self, mock: int, key: Key, stood: Picture | None) -> int:
        """The number of a function in this test, from 0; `stood` is what it was like when the test began."""
        with self._lock:
            number = self._functions.get((mock, key))
            if number is None:
                number = self._functions[mock, key] = len(self._functions)
                self._new["functions"].append([mock, *key])
                if stood is not None:
                    self._steps.append([0, number, stood])
            return number

    def step(self, event: int, function: int, picture: Picture | None) -> None:
        """A function has changed."""
        with self._lock:
            self._steps.append([event, function, picture])

    def event(self, event: Event) -> None:
        """Something that nothing else in this test has led to."""
        with self._lock:
            self._events.append(event)

    def called(self, operation: str, error: str | None) -> None:
        """Count a call."""
        with self._lock:
            self._operations[operation] += 1
            self._counts.update(calls=1, call_errors=error is not None)

    def ran(self, function: str, duration: float, error: str | None) -> None:
        """Count a run."""
        with self._lock:
            self._counts.update(runs=1, run_errors=error is not None)
            runs, total, longest = self._durations.get(function, (0, 0.0, 0.0))
            self._durations[function] = [runs + 1, round(total + duration, 3), round(max(longest, duration), 3)]

    def delivered(self) -> None:
        """Count a delivery."""
        with self._lock:
            self._counts["deliveries"] += 1

    def went(self, function: int, alias: AliasPicture, version: str) -> None:
        """Count a run of `version` that an alias has led to, as it stood then."""
        with self._lock:
            self._traffic.setdefault((function, alias), Counter())[version] += 1

    def take(self) -> Piece | None:
        """What is new since the last time; None where nothing is."""
        with self._lock:
            piece = {
                **self._new,
                "events": self._events.events(),
                "steps": self._steps.entries(),
                "traffic": [[function, *alias, counts] for (function, alias), counts in self._traffic.items()],
                "counts": {name: count for name, count in self._counts.items() if count},
                "operations": dict(self._operations),
                "durations": self._durations,
            }
            self._clear()
        found = {name: value for name, value in piece.items() if value}
        return found or None
