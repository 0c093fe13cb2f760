"""What Lambda tells the destination of an event: one record, whatever kind of destination it goes to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.version import LATEST

if TYPE_CHECKING:
    from lambda_mock.execution.executor import InvocationRequest, InvocationResult
    from lambda_mock.execution.lineage import Run

SUCCESS = "Success"
RETRIES_EXHAUSTED = "RetriesExhausted"
EVENT_AGE_EXCEEDED = "EventAgeExceeded"
ZERO_RESERVED_CONCURRENCY = "ZeroReservedConcurrency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """An attempt that has ended: its run, and what came of it."""

    run: Run
    result: InvocationResult


def record(request: InvocationRequest, condition: str, *, attempts: int, last: Outcome | None, moment: float) -> bytes:
    """The record of an event as JSON, with its keys in AWS's order.

    `attempts` is how often it was tried, `last` the end of the last try, None where there was none; `moment` is in
    epoch seconds. The ARN is qualified, also where the event was sent to the unqualified one.
    """
    document: dict[str, Any] = {
        "version": "1.0",
        "timestamp": _timestamp(moment),
        "requestContext": {
            "requestId": request.request_id,
            "functionArn": f"{request.version.function_arn}:{request.qualifier or LATEST}",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": _parsed(request.payload),
    }
    if last is not None:
        context = {"statusCode": 200, "executedVersion": last.run.request.version.version}
        if last.result.function_error is not None:
            context["functionError"] = last.result.function_error
        document |= {"responseContext": context, "responsePayload": _parsed(last.result.payload)}
    return json.dumps(document, separators=(",", ":")).encode()


def _timestamp(moment: float) -> str:
    text = datetime.fromtimestamp(moment, tz=timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _parsed(payload: bytes) -> Any:
    """A payload as it stands in the record: what isn't JSON, since a function returned bytes, stands there as text."""
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
