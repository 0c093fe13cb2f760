"""What Lambda itself sends: how an event has ended, for destinations, and which records of a stream were given up."""

from __future__ import annotations

import json
from typing import Any, Literal

from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, plain, refuse, uuid_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond

FailureCondition = Literal["RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency", "RecursiveLoopDetected"]
"""Why an event was given up."""

ABSENT = object()
"""What isn't in a record: there was no response, or it has become too large."""

_CONDITIONS = ("RetriesExhausted", "EventAgeExceeded", "ZeroReservedConcurrency", "RecursiveLoopDetected")
_NEVER_RUN = frozenset({"ZeroReservedConcurrency", "RecursiveLoopDetected"})
_UNQUALIFIED = 6
_TRIES = 3


def record(
    *,
    moment: float,
    request_id: str,
    function_arn: str,
    condition: str,
    attempts: int,
    request_payload: Any = ABSENT,
    version: str | None = None,
    function_error: str | None = None,
    response_payload: Any = ABSENT,
) -> Event:
    """The record of an event, with its keys in AWS's order; `version` has run last, None where none has.

    `function_arn` is qualified, `moment` in epoch seconds. A payload may be ABSENT.
    """
    document: Event = {
        "version": "1.0",
        "timestamp": to_the_millisecond(moment),
        "requestContext": {
            "requestId": request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
    }
    if request_payload is not ABSENT:
        document["requestPayload"] = request_payload
    if version is not None:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": version}
        if function_error is not None:
            context["functionError"] = function_error
        document["responseContext"] = context
    if response_payload is not ABSENT:
        document["responsePayload"] = response_payload
    return document


def as_data(payload: bytes) -> Any:
    """A payload as it stands in the record: what isn't JSON, since a function returned bytes, stands there as text."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")


# Builders -------------------------------------------------------------------------------------------------------------


def destination_success(
    request: Any = None,
    response: Any = None,
    *,
    function: str = "function",
    version: str = "$LATEST",
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What an OnSuccess destination is told of an event: `events.destination_success({"order": 1}, "done")`.

    `request` is the event that the function had, `{}` without it, and `response` what it returned. `function` is a
    name or an ARN, `:$LATEST` where it has no qualifier; `version` is the one that ran. A function is given this as its
    event; in a queue it is the body of a message, and on a bus the detail of an event.

    Source: records of AWS; "Retaining records of asynchronous invocations" in the developer guide of Lambda.
    """
    arn = _qualified(function, region, account_id)
    payload = plain("request", {} if request is None else request)
    return record(
        moment=epoch(at),
        request_id=request_id or uuid_of("destination", arn, payload),
        function_arn=arn,
        condition="Success",
        attempts=1,
        request_payload=payload,
        version=version,
        response_payload=plain("response", response),
    )


def destination_failure(
    request: Any = None,
    response: Any = None,
    *,
    condition: FailureCondition = "RetriesExhausted",
    attempts: int | None = None,
    function: str = "function",
    version: str = "$LATEST",
    function_error: str = "Unhandled",
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What an OnFailure destination is told of an event that was given up: `events.destination_failure({"order": 1})`.

    `request` is the event that the function had, and `response` its last error, an exception of Python's if it isn't
    given. `attempts` is how often it ran, 3 times by default; an event with the condition ZeroReservedConcurrency or
    RecursiveLoopDetected never did, and its record has no response. LambdaMockError for a condition that Lambda doesn't
    have. The other options are those of `events.destination_success`.

    Source: as there.
    """
    if condition not in _CONDITIONS:
        refuse("condition of a failure", condition, _CONDITIONS)
    arn = _qualified(function, region, account_id)
    payload = plain("request", {} if request is None else request)
    tries = (0 if condition in _NEVER_RUN else _TRIES) if attempts is None else attempts
    error = {"errorMessage": "intentional failure", "errorType": "Exception", "requestId": "", "stackTrace": []}
    request_id = request_id or uuid_of("destination", arn, payload)
    error["requestId"] = request_id
    ran = tries > 0
    return record(
        moment=epoch(at),
        request_id=request_id,
        function_arn=arn,
        condition=condition,
        attempts=tries,
        request_payload=payload,
        version=version if ran else None,
        function_error=function_error,
        response_payload=plain("response", error if response is None else response) if ran else ABSENT,
    )


def _qualified(function: str, region: str, account_id: str) -> str:
    arn = arn_of("function", function, "lambda", region, account_id, before="function:")
    return arn if arn.count(":") > _UNQUALIFIED else f"{arn}:$LATEST"
