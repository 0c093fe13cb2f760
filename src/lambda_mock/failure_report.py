"""What the report of a failed test says about its mocks, and how they are found however they came into the test."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Any, Protocol

from lambda_mock.errors import LambdaMockError
from lambda_mock.mock import LambdaMock, active_mocks

# What lies between the test and the place where its mistake was noticed.
_BETWEEN = frozenset({"lambda_mock", "botocore", "boto3", "requests", "wrapt", "contextlib", "dataclasses"})
# pytest and its plugins.
_RUNNERS = ("_pytest", "pytest", "pluggy")
_LAST_RECORDS = 10
_MOST_LINES = 60


class Records(Collection[object], Protocol):
    """A list of what happened, and how much of it is no longer kept."""

    dropped: int


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


def where_the_test_went_wrong(raised: BaseException) -> TracebackType | None:
    """The traceback of a LambdaMockError without what lies between the test and the place where it was noticed.

    One in which no code of the test's author is ends where pytest called us. None for any other exception.
    """
    if not isinstance(raised, LambdaMockError):
        return None
    entries = list(_entries(raised.__traceback__))
    kept = [entry for entry in entries if _package(entry) not in _BETWEEN]
    if all(_package(entry).startswith(_RUNNERS) for entry in kept):
        kept += [entry for entry in entries if entry not in kept][:1]
    shown = None
    for entry in reversed(kept):
        shown = TracebackType(shown, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return shown


def _entries(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _package(entry: TracebackType) -> str:
    module: str = entry.tb_frame.f_globals.get("__name__", "")
    return module.partition(".")[0]


def section(mock: LambdaMock) -> str:
    """How to repeat the run, what is deployed, and the last calls and invocations."""
    config = mock.config
    picture = mock.describe().splitlines()
    lines = [f"seed {config.seed} · {config.region} · account {config.account_id}", "", *picture[:_MOST_LINES]]
    if len(picture) > _MOST_LINES:
        lines.append(f"… and {len(picture) - _MOST_LINES} more lines: mock.describe()")
    sent = ["", *_last("deliveries", mock.deliveries)] if mock.deliveries else []
    refused = ["", *_last("refusals", mock.refusals)] if mock.refusals else []
    return "\n".join(
        [*lines, "", *_last("calls", mock.calls), "", *_last("invocations", mock.invocations), *sent, *refused]
    )


def _last(noun: str, records: Records) -> Iterator[str]:
    made = len(records) + records.dropped
    last = list(records)[-_LAST_RECORDS:]
    if not made:
        yield f"No {noun}."
        return
    yield f"{noun.capitalize()}:" if made <= _LAST_RECORDS else f"The last {len(last)} of {made} {noun}:"
    for number, record in enumerate(last, start=made - len(last) + 1):
        yield f"  #{number}  {record}"
        failed_at = getattr(record, "failed_at", None)
        if failed_at:
            yield textwrap.indent(textwrap.dedent(failed_at.rstrip()), 8 * " ")
