"""A message of a queue as a function is given it, by the names and in the order that AWS was recorded with."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.queues import MessageAttribute
    from lambda_mock.polling.queues import Taken

Record = Mapping[str, Any]

_MILLISECONDS = 1000
_DIGITS = 20
_FIRST_SEQUENCE_NUMBER = 188


def record_of(taken: Taken, source_arn: str, *, windowed: bool) -> Record:
    """The record of a message that was received.

    A mapping with a batching window (`windowed`) says of a message without attributes that they have no MD5, one
    without says nothing of it.
    """
    message = taken.message
    md5 = {"md5OfMessageAttributes": message.md5_of_attributes}
    return {
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {name: value for name, value in _attributes(taken) if value is not None},
        "messageAttributes": {name: _attribute(value) for name, value in message.attributes.items()},
        **(md5 if windowed or message.md5_of_attributes is not None else {}),
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": source_arn,
        "awsRegion": source_arn.split(":")[3],
    }


def _attributes(taken: Taken) -> Iterator[tuple[str, str | None]]:
    message = taken.message
    yield "ApproximateReceiveCount", str(message.receives)
    yield "AWSTraceHeader", message.trace
    yield "SentTimestamp", _timestamp(taken.sent)
    yield "SequenceNumber", message.sequence_number or _sequence_number(taken)
    yield "MessageGroupId", message.group
    yield "SenderId", message.sender_id
    yield "MessageDeduplicationId", message.deduplication_id
    yield "ApproximateFirstReceiveTimestamp", _timestamp(taken.first_received)
    yield "DeadLetterQueueSourceArn", taken.dead_letter_of


def _sequence_number(taken: Taken) -> str | None:
    """What SQS gives to every message of a FIFO queue: moto doesn't where the body tells its duplicates."""
    if taken.message.deduplication_id is None:
        return None
    return f"{_FIRST_SEQUENCE_NUMBER}{int(taken.sent * _MILLISECONDS):0{_DIGITS - len(str(_FIRST_SEQUENCE_NUMBER))}d}"


def _attribute(value: MessageAttribute) -> Record:
    said: dict[str, Any] = {}
    if value.text is not None:
        said["stringValue"] = value.text
    if value.binary is not None:
        said["binaryValue"] = base64.b64encode(value.binary).decode()
    return {**said, "stringListValues": [], "binaryListValues": [], "dataType": value.data_type}


def _timestamp(moment: float) -> str:
    return str(round(moment * _MILLISECONDS))
