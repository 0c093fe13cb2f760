"""Kinesis's events: records of a data stream; and the tumbling windows that mappings of all streams can have."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.errors import LambdaMockError
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, numbered, plain, region_in, text_of
from lambda_mock.events.moments import Moment, epoch, to_the_second

_FIRST = 49590338271490256608559692538361571095921575989136588898
_SHARD = "shardId-000000000000"
_A_MINUTE = 60


def record(
    *,
    partition_key: str,
    sequence_number: str,
    data: str,
    arrived: float,
    shard_id: str,
    role: str,
    stream_arn: str,
) -> Event:
    """The record of a stream, with its data in base64; `arrived` is in epoch seconds."""
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": partition_key,
            "sequenceNumber": sequence_number,
            "data": data,
            "approximateArrivalTimestamp": round(arrived, 3),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{sequence_number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": role,
        "awsRegion": region_in(stream_arn),
        "eventSourceARN": stream_arn,
    }


def of_window(
    *, start: float, end: float, state: Any, shard_id: str, stream_arn: str, is_final: bool, is_early: bool
) -> Event:
    """What an event says of a tumbling window beside its records; moments are in epoch seconds."""
    return {
        "window": {"start": to_the_second(start), "end": to_the_second(end)},
        "state": state,
        "shardId": shard_id,
        "eventSourceARN": stream_arn,
        "isFinalInvokeForWindow": is_final,
        "isWindowTerminatedEarly": is_early,
    }


# Builders -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KinesisRecord:
    """A record for `events.kinesis` that isn't like the others: what is None is as the call says.

    `events.kinesis("first", events.KinesisRecord("second", partition_key="other"))`
    """

    data: object = "Hello"
    _: KW_ONLY
    partition_key: str | None = None
    sequence_number: int | str | None = None
    at: Moment | None = None


def kinesis(
    *records: object,
    stream: str = "stream",
    partition_key: str = "partition-key",
    shard_id: str = _SHARD,
    sequence_number: int | str = _FIRST,
    role: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """Records of a data stream, in one batch: `events.kinesis("hello", {"id": 1}, b"...", stream="clicks")`.

    Bytes and texts are the data as they are, anything else is JSON; without any there is one record. All stand in
    base64 in the event. `events.KinesisRecord` has more to say of one record. `stream` is a name or an ARN, `role` the
    ARN of the function's role; the records are numbered from `sequence_number` on.

    Source: events recorded from AWS; "Using Lambda with Kinesis Data Streams" in the developer guide of Lambda.
    """
    arn = arn_of("stream", stream, "kinesis", region, account_id, before="stream/")
    told = []
    for place, given in enumerate(records or ("Hello",)):
        each = given if isinstance(given, KinesisRecord) else KinesisRecord(given)
        number = numbered(sequence_number, place) if each.sequence_number is None else each.sequence_number
        told.append(
            record(
                partition_key=each.partition_key or partition_key,
                sequence_number=str(number),
                data=base64.b64encode(_bytes(each.data)).decode(),
                arrived=epoch(at if each.at is None else each.at),
                shard_id=shard_id,
                role=role or f"arn:{partition_of(region_in(arn))}:iam::{account_id}:role/lambda-role",
                stream_arn=arn,
            )
        )
    return {"Records": told}


def tumbling_window(
    event: Mapping[str, Any],
    *,
    state: Any = None,
    start: Moment | None = None,
    end: Moment | None = None,
    is_final: bool = False,
    is_early: bool = False,
    shard_id: str = _SHARD,
) -> Event:
    """An event of a stream as a mapping with a TumblingWindowInSeconds sends it.

    `events.tumbling_window(events.kinesis(1, 2), state={"sum": 40})`. `state` is what the function has made of the
    window up to now, `{}` at first. A window without a `start` begins with the default time, one without an `end` ends
    a minute later. The last invocation for a window ( `is_final`) has no records any more; `is_early` where the state
    had become too large.

    LambdaMockError for an event that isn't one of `events.kinesis` or `events.dynamodb`.

    Source: "Tumbling windows" in the developer guide of Lambda.
    """
    records = plain("event", dict(event)).get("Records") or [{}]
    stream_arn = stream_in(records[0])
    begins = epoch(start)
    return {
        "Records": [] if is_final else records,
        **of_window(
            start=begins,
            end=begins + _A_MINUTE if end is None else epoch(end),
            state={} if state is None else plain("state", state),
            shard_id=shard_id,
            stream_arn=stream_arn,
            is_final=is_final,
            is_early=is_early,
        ),
    }


def stream_in(each: Mapping[str, Any]) -> str:
    """The ARN of the stream that a record comes from. LambdaMockError where that isn't one."""
    arn = str(each.get("eventSourceARN", ""))
    if arn.split(":")[2:3] not in (["kinesis"], ["dynamodb"]):
        raise LambdaMockError("This is no event of a stream: give one of events.kinesis or events.dynamodb.")
    return arn


def _bytes(data: object) -> bytes:
    if isinstance(data, bytes | bytearray):
        return bytes(data)
    return (data if isinstance(data, str) else text_of("the data of a record", data)).encode()
