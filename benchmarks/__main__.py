"""`python -m benchmarks`: every measure of the mock's speed and size beside what is wanted of it, from one run."""

from __future__ import annotations

import argparse
import platform
import sys
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchmarks import (
    calls,
    coming_and_going,
    documents,
    execution,
    families,
    filters,
    growth,
    memory,
    queues,
    records,
    report,
)
from benchmarks.timing import Effort


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much to measure."""

    calls: Effort
    tests: Effort
    starts: int
    sizes: tuple[int, ...]
    family_calls: Effort
    functions: int
    traced: int
    invocations: int
    crowd: int
    decisions: int
    messages: int


FULL = Plan(
    calls=Effort(rounds=30, calls=12),
    tests=Effort(rounds=6, calls=4),
    starts=5,
    sizes=(10, 1_000, 10_000),
    family_calls=Effort(rounds=30, calls=8),
    functions=1_000,
    traced=200,
    invocations=300,
    crowd=200,
    decisions=10_000,
    messages=10_000,
)
QUICK = Plan(
    calls=Effort(rounds=5, calls=6),
    tests=Effort(rounds=2, calls=2),
    starts=1,
    sizes=(10, 100, 500),
    family_calls=Effort(rounds=4, calls=5),
    functions=20,
    traced=10,
    invocations=20,
    crowd=20,
    decisions=1_000,
    messages=500,
)
VERSIONS = 20


def main() -> None:
    """Measure all there is, and print it table by table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some seconds, for a first look")
    parser.add_argument("--update-docs", action="store_true", help="put the tables of calls into the documents")
    options = parser.parse_args()
    plan = QUICK if options.quick else FULL
    began = time.perf_counter()
    print(f"\n  {_versions()}")
    outcomes = calls.measure(plan.calls, _tell)
    print(report.calls(outcomes))
    costs = coming_and_going.measure(plan.tests, plan.starts, _tell)
    print(report.costs(costs))
    print(report.growth(growth.measure(plan.sizes, plan.calls, _tell)))
    few, many = plan.sizes[0], plan.sizes[-1]
    kinds = families.measure(few, many, plan.family_calls, _tell)
    print(report.families(kinds, few, many))
    _tell("running functions")
    print(report.figures("Execution", execution.measure(plan.invocations, plan.functions, plan.crowd)))
    print(report.figures("Filters of mappings: one decision", filters.measure(plan.decisions)))
    print(report.figures("Records: one of them", records.measure(plan.decisions)))
    print(report.figures("Queues", queues.measure(plan.invocations, plan.messages)))
    _tell("filling the memory")
    whole = memory.measure(plan.functions, VERSIONS, traced=False)
    traced = memory.measure(plan.traced, VERSIONS, traced=True)
    print(report.memory(whole, traced))
    print(f"\n  Measured in {time.perf_counter() - began:.0f} s.\n")
    if options.update_docs:
        documents.update(_versions(), outcomes, kinds, costs)


def _tell(what: str) -> None:
    """Say what is being measured, on a line that the next one, or a table, takes away."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K  {what}\r")
        sys.stderr.flush()


def _versions() -> str:
    libraries = ", ".join(f"{name} {_version(name)}" for name in ("lambda-mock", "botocore", "moto"))
    return f"{libraries}, Python {platform.python_version()}, {platform.system()}"


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
