"""CloudWatch Logs' events: what a subscription filter sends to a function, packed as it comes."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from lambda_mock.errors import LambdaMockError
from lambda_mock.events.made_up import ACCOUNT, Event, body_of, digits_of
from lambda_mock.events.moments import Moment, epoch

_MILLISECONDS = 1000
_DIGITS = 56


def subscription(
    *, account_id: str, group: str, stream: str, filter_name: str, log_events: Iterable[tuple[int, int, str]]
) -> Event:
    """What a function is given of log events: each is its number, when it was written in milliseconds, and its text."""
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": account_id,
        "logGroup": group,
        "logStream": stream,
        "subscriptionFilters": [filter_name],
        "logEvents": [
            {"id": f"{number:0{_DIGITS}d}", "timestamp": timestamp, "message": message}
            for number, timestamp, message in log_events
        ],
    }
    packed = gzip.compress(json.dumps(data, separators=(",", ":")).encode(), mtime=0)
    return {"awslogs": {"data": base64.b64encode(packed).decode()}}


# Builders -------------------------------------------------------------------------------------------------------------


def cloudwatch_logs(
    *messages: object,
    group: str = "/aws/lambda/function",
    stream: str | None = None,
    filter_name: str = "filter",
    first_id: int = 0,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """Lines of a log group that a subscription filter lets through: `events.cloudwatch_logs("ERROR: no such order")`.

    A text is the line as it is, anything else is JSON; without any there is one line. In the event they are compressed
    by gzip and in base64, as they come on AWS: `events.unpack_cloudwatch_logs` shows them. They are numbered from
    `first_id` on, and all written `at` one time.

    Source: "Subscription filters with AWS Lambda" in the user guide of CloudWatch Logs.
    """
    moment = int(epoch(at) * _MILLISECONDS)
    lines = [body_of("a line of a log", message) for message in messages or ("Hello",)]
    return subscription(
        account_id=account_id,
        group=group,
        stream=stream or digits_of(32, group),
        filter_name=filter_name,
        log_events=[(first_id + place, moment, line) for place, line in enumerate(lines)],
    )


def unpack_cloudwatch_logs(event: Mapping[str, Any]) -> Event:
    """What is packed into an event of CloudWatch Logs: `logGroup`, `logEvents` and so on.

    LambdaMockError for an event that isn't one.
    """
    try:
        unpacked: Event = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    except (KeyError, TypeError, ValueError, OSError, EOFError, zlib.error) as error:
        raise LambdaMockError(f"This is no event of CloudWatch Logs: {type(error).__name__}: {error}.") from None
    return unpacked
