"""SQS's events: messages of a queue, by the names and in the order that AWS was recorded with."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from lambda_mock.errors import LambdaMockError
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, body_of, digits_of, region_in, uuid_of
from lambda_mock.events.message_attributes import Attributes, attributes_of, md5_of
from lambda_mock.events.moments import Moment, epoch

Record = Mapping[str, Any]

_MILLISECONDS = 1000
_DIGITS = 20
_FIRST_SEQUENCE_NUMBER = 188
_HANDLE_DIGITS = 128


def record(
    *,
    message_id: str,
    receipt_handle: str,
    body: str,
    md5_of_body: str,
    attributes: Iterable[tuple[str, str | None]],
    message_attributes: Mapping[str, Record],
    md5_of_attributes: str | None,
    tells_no_md5: bool,
    source_arn: str,
) -> Record:
    """The record of a message that was received; of its `attributes` those are told that aren't None.

    One without attributes of its own says nothing of their MD5, or that there is none (`tells_no_md5`).
    """
    md5 = {"md5OfMessageAttributes": md5_of_attributes}
    return {
        "messageId": message_id,
        "receiptHandle": receipt_handle,
        "body": body,
        "attributes": {name: value for name, value in attributes if value is not None},
        "messageAttributes": message_attributes,
        **(md5 if tells_no_md5 or md5_of_attributes is not None else {}),
        "md5OfBody": md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": source_arn,
        "awsRegion": region_in(source_arn),
    }


def system_attributes(
    *,
    receives: int,
    sent: float,
    first_received: float,
    sender_id: str,
    group: str | None,
    deduplication_id: str | None,
    sequence_number: str | None,
    trace: str | None,
    dead_letter_of: str | None,
) -> Iterable[tuple[str, str | None]]:
    """What SQS says of a message, with moments in epoch seconds; a message of a FIFO queue has an id of duplicates."""
    yield "ApproximateReceiveCount", str(receives)
    yield "AWSTraceHeader", trace
    yield "SentTimestamp", _timestamp(sent)
    # SQS gives one to every message of a FIFO queue: moto doesn't where the body tells its duplicates.
    yield "SequenceNumber", sequence_number or (None if deduplication_id is None else _sequence_number(sent))
    yield "MessageGroupId", group
    yield "SenderId", sender_id
    yield "MessageDeduplicationId", deduplication_id
    yield "ApproximateFirstReceiveTimestamp", _timestamp(first_received)
    yield "DeadLetterQueueSourceArn", dead_letter_of


def message_attribute(data_type: str, text: str | None, binary: bytes | None) -> Record:
    """An attribute of a message."""
    said: dict[str, Any] = {}
    if text is not None:
        said["stringValue"] = text
    if binary is not None:
        said["binaryValue"] = base64.b64encode(binary).decode()
    return {**said, "stringListValues": [], "binaryListValues": [], "dataType": data_type}


def _sequence_number(sent: float, place: int = 0) -> str:
    digits = _DIGITS - len(str(_FIRST_SEQUENCE_NUMBER))
    return f"{_FIRST_SEQUENCE_NUMBER}{int(sent * _MILLISECONDS) + place:0{digits}d}"


def _timestamp(moment: float) -> str:
    return str(round(moment * _MILLISECONDS))


# Builders -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SqsMessage:
    """A message for `events.sqs` that isn't like the others: what is None is as the call says.

    `events.sqs("first", events.SqsMessage("second", attributes={"kind": "cat"}, receive_count=3))`
    """

    body: object = "Hello"
    _: KW_ONLY
    attributes: Attributes | None = None
    group_id: str | None = None
    deduplication_id: str | None = None
    sequence_number: str | None = None
    message_id: str | None = None
    receipt_handle: str | None = None
    receive_count: int | None = None
    trace_header: str | None = None
    at: Moment | None = None
    first_received: Moment | None = None


def sqs(
    *messages: object,
    queue: str = "queue",
    attributes: Attributes | None = None,
    group_id: str | None = None,
    receive_count: int = 1,
    dead_letter_source: str | None = None,
    sender_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """Messages of a queue, in one batch: `events.sqs("hello", {"id": 1}, queue="orders")`; without any there is one.

    A text is the body as it is, anything else is sent as JSON; `events.SqsMessage` has more to say of one message.
    `queue` is a name or an ARN. Of a FIFO queue (`orders.fifo`) each message has a group, `group_id` or else "group",
    an id of duplicates and a sequence number. Attributes are given as plain values, `{"kind": "cat", "size": 3,
    "raw": b"..."}`, or as boto3 takes them. `receive_count` is how often the messages have been received,
    `dead_letter_source` the ARN or name of the queue that they came from, for the functions of dead-letter queues.

    Source: events recorded from AWS; "Using Lambda with Amazon SQS" in the developer guide of Lambda.
    """
    arn = arn_of("queue", queue, "sqs", region, account_id)
    source = dead_letter_source and arn_of("dead_letter_source", dead_letter_source, "sqs", region, account_id)
    sender = sender_id or f"AIDA{digits_of(17, account_id).upper()}"
    records = []
    for place, given in enumerate(messages or ("Hello",)):
        message = given if isinstance(given, SqsMessage) else SqsMessage(given)
        sent = epoch(at if message.at is None else message.at)
        body = body_of("the body of a message", message.body)
        typed = attributes_of(attributes if message.attributes is None else message.attributes)
        handle = base64.b64encode(bytes.fromhex(digits_of(_HANDLE_DIGITS, arn, body, place)) * 2).decode()
        described = system_attributes(
            receives=message.receive_count or receive_count,
            sent=sent,
            first_received=sent if message.first_received is None else epoch(message.first_received),
            sender_id=sender,
            trace=message.trace_header,
            dead_letter_of=source or None,
            **_order(message, body, place, sent, group_id, is_fifo=arn.endswith(".fifo")),
        )
        records.append(
            record(
                message_id=message.message_id or uuid_of("sqs", arn, body, place),
                receipt_handle=message.receipt_handle or handle,
                body=body,
                md5_of_body=hashlib.md5(body.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest(),
                attributes=described,
                message_attributes={
                    name: message_attribute(each.data_type, each.text, each.binary) for name, each in typed.items()
                },
                md5_of_attributes=md5_of(typed),
                tells_no_md5=False,
                source_arn=arn,
            )
        )
    return {"Records": records}


def _order(
    message: SqsMessage, body: str, place: int, sent: float, group_id: str | None, *, is_fifo: bool
) -> dict[str, str | None]:
    """The group of a message, and in a FIFO queue its id of duplicates and its place."""
    group = message.group_id or group_id
    if not is_fifo:
        for name in ("deduplication_id", "sequence_number"):
            if getattr(message, name) is not None:
                raise LambdaMockError(f"{name}= is of messages of FIFO queues, whose names end with .fifo.")
        return {"group": group, "deduplication_id": None, "sequence_number": None}
    return {
        "group": group or "group",
        "deduplication_id": message.deduplication_id
        or hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest(),
        "sequence_number": message.sequence_number or _sequence_number(sent, place),
    }
