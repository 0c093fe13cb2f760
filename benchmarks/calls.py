"""The main table: each task by every contestant and by both floors, with their calls alternated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial

from benchmarks.contestants import MOTO_IS_HERE, OURS, Contestant, Moto, Ours
from benchmarks.floors import BEFORE_CALL, BEFORE_SEND, Floor, record
from benchmarks.tasks import TASKS, Task
from benchmarks.timing import Effort, Entrant, race


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The medians of one task in milliseconds, by contestant."""

    task: Task
    medians: Mapping[str, float]


def measure(effort: Effort, report: Callable[[str], None]) -> list[Outcome]:
    """Time every task; `report` is told which one is on."""
    with closing(Ours()) as ours, closing(Ours(in_process=True)) as ours_in_processes:
        contestants = [ours_in_processes, *_contestants(ours)]
        outcomes = []
        for task in TASKS:
            report(task.title)
            outcomes.append(Outcome(task=task, medians=_race(_entrants(task, contestants), effort)))
    return outcomes


def _race(entrants: list[Entrant], effort: Effort) -> Mapping[str, float]:
    """Ours and the before-call floor alternate call by call, with our mock active throughout, as it is in a test.

    The others only work without it, so they have turns of their own: patching a class in and out between two calls
    makes the interpreter forget what it has learnt about both.
    """
    (ours,) = [entrant for entrant in entrants if entrant.name == OURS]
    together = [replace(entrant, active=nullcontext) for entrant in entrants if entrant.name in {OURS, BEFORE_CALL}]
    with ours.active():
        medians = dict(race(together, effort.one_by_one))
    for entrant in entrants:
        if entrant.name not in medians:
            medians |= race([entrant], effort)
    return medians


def _contestants(ours: Ours) -> list[Contestant]:
    """All there are. moto comes last: once imported, it puts a handler into every client that is made."""
    with ours.active():
        canned = {task.operation: record(ours.client, task) for task in TASKS}
    return [ours, Floor(BEFORE_CALL, canned), Floor(BEFORE_SEND, canned), *([Moto()] if MOTO_IS_HERE else [])]


def _entrants(task: Task, contestants: list[Contestant]) -> list[Entrant]:
    return [
        Entrant(
            name=contestant.name,
            call=partial(task.call, contestant.client),
            prepare=partial(task.prepare, contestant.client) if task.prepare and contestant.prepares else None,
            active=contestant.active,
        )
        for contestant in contestants
        if contestant.takes_part_in(task)
    ]


def times_of(outcome: Outcome, floor: str) -> float:
    """How many times that floor a call of ours takes."""
    return outcome.medians[OURS] / outcome.medians[floor]
