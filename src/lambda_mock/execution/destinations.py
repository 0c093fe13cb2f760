"""What Lambda tells about an event that has come to its end: a record for its destination, a letter for the dead ones.

The record is the same whatever kind of destination it goes to; a dead letter is the event itself, with what went wrong
beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.port import Attributes
    from lambda_mock.errors import ServiceError
    from lambda_mock.execution.executor import Event, InvocationResult
    from lambda_mock.execution.lineage import Run

SUCCESS = "Success"
RETRIES_EXHAUSTED = "RetriesExhausted"
EVENT_AGE_EXCEEDED = "EventAgeExceeded"
ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"
RECURSIVE_LOOP_DETECTED = "RecursiveLoopDetected"

_LONGEST_ERROR_MESSAGE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An attempt that has ended: its run, and what came of it."""

    run: Run
    result: InvocationResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an event has come to its end.

    `attempts` is how often it was tried, `last` the end of the last try, None where there was none. `refusal` is why
    Lambda couldn't try it (again). `moment` is in epoch seconds.
    """

    condition: str
    attempts: int
    last: Outcome | None
    moment: float
    refusal: ServiceError | None = None


def record(event: Event, ending: Ending, *, payloads: bool = True) -> bytes:
    """The record of an event as JSON, with its keys in AWS's order.

    The ARN is qualified, also where the event was sent to the unqualified one. `payloads=False` leaves out what makes
    a record too large.
    """
    document: dict[str, Any] = {
        "version": "1.0",
        "timestamp": timestamp(ending.moment),
        "requestContext": {
            "requestId": event.request_id,
            "functionArn": event.qualified_arn,
            "condition": ending.condition,
            "approximateInvokeCount": ending.attempts,
        },
    }
    if payloads:
        document["requestPayload"] = _parsed(event.payload)
    if ending.last is not None:
        result = ending.last.result
        context = {"statusCode": 200, "executedVersion": ending.last.run.request.version.version}
        if result.function_error is not None:
            context["functionError"] = result.function_error
        document["responseContext"] = context
        if payloads:
            document["responsePayload"] = _parsed(result.payload)
    return json.dumps(document, separators=(",", ":")).encode()


def error_attributes(event: Event, ending: Ending) -> Attributes:
    """What stands beside a dead letter: whose it is, and the status and message of the last error, if there was any."""
    attributes = {"RequestID": ("String", event.request_id)}
    status, message = _error(ending)
    if status is not None:
        attributes["ErrorCode"] = ("Number", str(status))
    if message:
        shortened = message.encode(errors="replace")[:_LONGEST_ERROR_MESSAGE]
        attributes["ErrorMessage"] = ("String", shortened.decode(errors="ignore"))
    return attributes


def _error(ending: Ending) -> tuple[int | None, str | None]:
    if ending.refusal is not None:
        return ending.refusal.status, ending.refusal.message
    if ending.last is None:
        return None, None
    response = _parsed(ending.last.result.payload)
    message = response.get("errorMessage") if isinstance(response, Mapping) else None
    return 200, message if isinstance(message, str) else None


def timestamp(moment: float) -> str:
    """A moment as records tell it, to the millisecond."""
    text = datetime.fromtimestamp(moment, tz=timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _parsed(payload: bytes) -> Any:
    """A payload as it stands in the record: what isn't JSON, since a function returned bytes, stands there as text."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
