"""What Lambda tells about an event that has come to its end: a record for its destination, a letter for the dead ones.

The record is the same whatever kind of destination it goes to; a dead letter is the event itself, with what went wrong
beside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_mock.events import outcomes

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
    last = ending.last
    document = outcomes.record(
        moment=ending.moment,
        request_id=event.request_id,
        function_arn=event.qualified_arn,
        condition=ending.condition,
        attempts=ending.attempts,
        request_payload=outcomes.as_data(event.payload) if payloads else outcomes.ABSENT,
        version=None if last is None else last.run.request.version.version,
        function_error=None if last is None else last.result.function_error,
        response_payload=outcomes.ABSENT if last is None or not payloads else outcomes.as_data(last.result.payload),
    )
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
    response = outcomes.as_data(ending.last.result.payload)
    message = response.get("errorMessage") if isinstance(response, Mapping) else None
    return 200, message if isinstance(message, str) else None
