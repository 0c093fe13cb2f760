"""What one resource costs to read and to write, family by family: against the floor, and among ever more of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.contestants import new_client
from benchmarks.floors import BEFORE_CALL, Floor, record
from benchmarks.resources import FAMILIES, Family, Work
from benchmarks.tasks import READS, WRITES, Task
from benchmarks.timing import Effort, Entrant, race
from lambda_mock import mock_lambda

_REGIONS = ("us-east-1", "eu-west-1")
_PLENTY = 1_000_000


@dataclass(frozen=True, kw_only=True)
class FamilyCost:
    """The medians of one operation in milliseconds: at the floor, among few resources and among many.

    `wanted` is how many times the floor the call among few may take.
    """

    family: str
    operation: str
    floor: float
    few: float
    many: float
    wanted: float

    @property
    def to_the_floor(self) -> float:
        """The call among few resources against the floor."""
        return self.few / self.floor

    @property
    def growth(self) -> float:
        """The call among many resources against the call among few."""
        return self.many / self.few


@dataclass(frozen=True, kw_only=True)
class _Place:
    """A region with so many resources of a family: a client of it, and the resource that is called about."""

    client: Any
    resource: Any


def measure(few: int, many: int, effort: Effort, report: Callable[[str], None]) -> list[FamilyCost]:
    """Time the reading and the writing of each family, in a mock of its own."""
    found = []
    for family in FAMILIES:
        report(f"{family.title}, making {many:,}")
        with mock_lambda(limits={"concurrent_executions": _PLENTY, "capacity_providers": _PLENTY}):
            places = {size: _filled(family, size, region) for size, region in zip((few, many), _REGIONS, strict=True)}
            for work, wanted in ((family.read, READS), (family.write, WRITES)):
                report(f"{family.title}, {work.operation}")
                found.append(_cost(family, work, wanted, places, effort))
    return found


def _filled(family: Family, size: int, region: str) -> _Place:
    client = new_client(region)
    family.begin(client)
    made = [family.make(client, number) for number in range(size)]
    return _Place(client=client, resource=made[size // 2])


def _cost(family: Family, work: Work, wanted: float, places: Mapping[int, _Place], effort: Effort) -> FamilyCost:
    few, many = places.values()
    task = Task(title=work.operation, operation=work.operation, call=partial(work.call, few.resource))
    if work.prepare is not None:
        work.prepare(few.resource, few.client, 0)
    floor = Floor(BEFORE_CALL, {work.operation: record(few.client, task)})
    entrants = [
        Entrant(name=BEFORE_CALL, call=partial(work.call, few.resource, floor.client)),
        *(
            Entrant(
                name=name,
                call=partial(work.call, place.resource, place.client),
                prepare=None if work.prepare is None else partial(work.prepare, place.resource, place.client),
            )
            for name, place in (("few", few), ("many", many))
        ),
    ]
    medians = race(entrants, effort.one_by_one)
    return FamilyCost(
        family=family.title,
        operation=work.operation,
        floor=medians[BEFORE_CALL],
        few=medians["few"],
        many=medians["many"],
        wanted=wanted,
    )
