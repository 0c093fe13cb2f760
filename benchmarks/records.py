"""What it takes to record a call and a run, and to ask a full list for something."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from timeit import repeat

from benchmarks.execution import Figure
from lambda_mock.records import Call, Calls, Invocation, Invocations

_WANTED = 5
_REPEATS = 7
_REGION, _ACCOUNT, _REQUEST = "us-east-1", "123456789012", "f5e4b1f6-9a35-4d1c-8f0c-1f4e3d0f6b5a"


def measure(records: int) -> list[Figure]:
    """The time of making and keeping one record, the lists being full, and of going through all of a list."""
    calls, runs = Calls(limit=records), Invocations(limit=records)
    recorded = [
        ("recording a call", _time(lambda: calls.append(_call()), records)),
        ("recording a run", _time(lambda: runs.append(_run()), records)),
    ]
    asked = [
        ("asking a call for an operation and a function", lambda: calls.assert_called("Invoke", function="orders")),
        ("asking a run for its event", lambda: runs.assert_invoked("orders", payload={"item": "honey"})),
    ]
    return [
        *(Figure(title=title, value=microseconds, unit="µs", wanted=_WANTED) for title, microseconds in recorded),
        *(Figure(title=title, value=_time(ask, 1) / records, unit="µs", wanted=None) for title, ask in asked),
    ]


def _time(work: Callable[[], object], number: int) -> float:
    return min(repeat(work, timer=process_time, number=number, repeat=_REPEATS)) / number * 1e6


def _call() -> Call:
    parameters = {"FunctionName": "orders", "Payload": b'{"item": "honey"}'}
    return Call(
        operation="Invoke",
        parameters=parameters,
        region=_REGION,
        account_id=_ACCOUNT,
        request_id=_REQUEST,
        attempt=1,
        error=None,
        time=1.0,
    )


def _run() -> Invocation:
    return Invocation(
        function="orders",
        version="1",
        qualifier=None,
        payload=b'{"item": "honey"}',
        result=b"null",
        function_error=None,
        log="START\nEND\n",
        duration=1.5,
        request_id=_REQUEST,
        region=_REGION,
        account_id=_ACCOUNT,
        time=1.0,
    )
