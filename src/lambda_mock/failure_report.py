"""What the report of a failed test says about its mocks, and how they are found however they came into the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lambda_mock.mock import LambdaMock, active_mocks

_LAST_CALLS = 10
_MOST_LINES = 60


def mocks_of(test: Any, error: Any) -> list[LambdaMock]:
    """The mocks that are active, and those that `test` (pytest's item) or its `error` (an ExceptionInfo) leads to."""
    found = [*active_mocks(), *_values_at_hand(test, error)]
    # By type, since isinstance would ask objects that answer as they like.
    return list({id(mock): mock for mock in found if issubclass(type(mock), LambdaMock)}.values())


def _values_at_hand(test: Any, error: Any) -> Iterator[Any]:
    """The values of its fixtures, the attributes of its class's instance, and the local variables where it failed."""
    yield from getattr(test, "funcargs", {}).values()
    yield from getattr(getattr(test, "instance", None), "__dict__", {}).values()
    for entry in error.traceback:
        yield from entry.locals.values()


def section(mock: LambdaMock) -> str:
    """How to repeat the run, what is deployed, and the last calls."""
    config = mock.config
    calls = mock.calls
    picture = mock.describe().splitlines()
    lines = [f"seed {config.seed} · {config.region} · account {config.account_id}", "", *picture[:_MOST_LINES]]
    if len(picture) > _MOST_LINES:
        lines.append(f"… and {len(picture) - _MOST_LINES} more lines: mock.describe()")
    made = len(calls) + calls.dropped
    last = list(calls)[-_LAST_CALLS:]
    heading = "No calls." if not made else "Calls:" if made <= _LAST_CALLS else f"The last {len(last)} of {made} calls:"
    numbered = enumerate(last, start=made - len(last) + 1)
    return "\n".join([*lines, "", heading, *(f"  #{number}  {call}" for number, call in numbered)])
