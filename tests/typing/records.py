"""Types of what happened: lists of records, what filters them, and what asserts on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import assert_type

from lambda_mock import Call, Delivery, Invocation, LambdaMock, Refusal, partial
from lambda_mock.records import Calls, Invocations
from lambda_mock.records.deliveries import Deliveries
from lambda_mock.records.refusals import Refusals


def calls_are_a_sequence_of_calls(mock_lambda: LambdaMock) -> None:
    calls = mock_lambda.calls
    assert_type(calls, Calls)
    assert_type(calls[0], Call)
    assert_type(calls[-2:], Sequence[Call])
    assert_type([call.operation for call in calls], list[str])
    assert_type(len(calls), int)
    assert_type(calls.dropped, int)
    assert_type(calls.filter(operation="Invoke", error=None), Calls)
    assert_type(calls.filter(operation="Invoke").filter(function="orders")[0], Call)
    assert_type(calls.assert_called("Invoke", times=2, function="orders"), Calls)
    assert_type(calls.assert_not_called("Invoke"), None)
    assert_type(calls.clear(), None)
    as_a_sequence: Sequence[Call] = calls
    assert as_a_sequence == calls
    calls.assert_called("Invoke", times="2")  # type: ignore[arg-type]
    calls.assert_called()  # type: ignore[call-arg]
    calls.assert_invoked("orders")  # type: ignore[attr-defined]
    calls[0] = calls[1]  # type: ignore[index]


def a_call_has_its_members(call: Call) -> None:
    assert_type(call.parameters, Mapping[str, Any])
    assert_type(call.function, str | None)
    assert_type(call.error, str | None)
    assert_type(call.attempt, int)
    assert_type(call.time, float)
    call.operation = "Invoke"  # type: ignore[misc]


def invocations_are_a_sequence_of_invocations(mock_lambda: LambdaMock) -> None:
    runs = mock_lambda.invocations
    assert_type(runs, Invocations)
    assert_type(runs[0], Invocation)
    assert_type(runs.filter(function="orders", version="2"), Invocations)
    assert_type(runs.assert_invoked("orders", qualifier=None, version="2", payload={"id": 1}, times=1), Invocations)
    assert_type(runs.assert_invoked("orders")[0].response, Any)
    assert_type(runs.assert_not_invoked("orders", qualifier="live"), None)
    assert_type(runs.assert_invoked_once("orders", payload=partial({"id": 1})), Invocation)
    runs.assert_invoked("orders", versoin="2")  # type: ignore[call-arg]


def an_invocation_has_its_members(run: Invocation) -> None:
    assert_type(run.payload, bytes)
    assert_type(run.event, Any)
    assert_type(run.qualifier, str | None)
    assert_type(run.duration, float)
    assert_type(run.error_type, str | None)


def deliveries_and_refusals_are_records_too(mock_lambda: LambdaMock) -> None:
    assert_type(mock_lambda.deliveries, Deliveries)
    assert_type(mock_lambda.deliveries[0], Delivery)
    assert_type(mock_lambda.deliveries.assert_delivered("arn:aws:sqs:us-east-1:1:queue"), Deliveries)
    assert_type(mock_lambda.refusals.filter(function="orders"), Refusals)
    assert_type(mock_lambda.refusals[0], Refusal)
    assert_type(mock_lambda.refusals.assert_refused("orders"), Refusals)
