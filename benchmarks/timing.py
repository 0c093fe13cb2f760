"""Timing contestants in turn, so that a slow moment of the machine meets all of them alike.

A number alone says little on a shared machine. What counts are the ratios between medians of the same run.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

Active = Callable[[], AbstractContextManager[object]]

_WARMING = 2
"""Calls at the start of a batch that don't count: the contestant before has filled the processor's caches."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How often to measure: `rounds` times a batch of `calls` for each contestant."""

    rounds: int
    calls: int

    @property
    def one_by_one(self) -> Effort:
        """As many calls in all, with the contestants taking turns at every single one."""
        return Effort(rounds=self.rounds * self.calls, calls=1)


@dataclass(frozen=True, kw_only=True)
class Entrant:
    """One contestant at one task: `call` is timed, `prepare` isn't; both get the number of the call, counted from 0."""

    name: str
    call: Callable[[int], object]
    prepare: Callable[[int], object] | None = None
    active: Active = nullcontext


def race(entrants: Sequence[Entrant], effort: Effort) -> Mapping[str, float]:
    """The median of a call for each entrant in milliseconds. They alternate, and take turns at being first.

    With one call a batch nobody is warmed up: each call comes after one of another entrant.
    """
    warming = _WARMING if effort.calls > 1 else 0
    times: dict[str, list[int]] = {entrant.name: [] for entrant in entrants}
    for number in range(effort.rounds):
        first = number % len(entrants)
        for entrant in (*entrants[first:], *entrants[:first]):
            with entrant.active(), _no_collections():
                batch = _batch(entrant, number * (effort.calls + warming), warming + effort.calls)
                times[entrant.name] += batch[warming:]
    return {name: statistics.median(values) / 1e6 for name, values in times.items()}


def _batch(entrant: Entrant, start: int, calls: int) -> list[int]:
    times = []
    for number in range(start, start + calls):
        if entrant.prepare is not None:
            entrant.prepare(number)
        began = time.perf_counter_ns()
        entrant.call(number)
        times.append(time.perf_counter_ns() - began)
    return times


@contextmanager
def _no_collections() -> Iterator[None]:
    gc.collect(0)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
