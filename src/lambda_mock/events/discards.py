"""What Lambda tells the destination of a mapping about records of a stream that it has given up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, plain, refuse, uuid_of
from lambda_mock.events.moments import Moment, epoch, to_the_millisecond, to_the_second
from lambda_mock.events.streams import kinesis, stream_in

DiscardCondition = Literal["RetryAttemptsExhausted", "RecordAgeExceeded"]
"""Why records were given up."""

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Records that were given up together: the first and last sequence number, and when they arrived."""

    stream_arn: str
    shard_id: str
    first: str
    last: str
    first_arrived: float
    last_arrived: float
    size: int


def record(
    batch: Batch,
    *,
    moment: float,
    request_id: str,
    function_arn: str,
    condition: str,
    attempts: int,
    version: str | None,
    function_error: str | None,
) -> Event:
    """The record of a batch, with its keys in AWS's order; `version` has run last, None where none has.

    What was only too old in the end tells nothing of the run before.
    """
    is_kinesis = batch.stream_arn.split(":")[2] == "kinesis"
    told = to_the_millisecond if is_kinesis else to_the_second
    document: Event = {
        "requestContext": {
            "requestId": request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        }
    }
    if condition == RETRIES_EXHAUSTED and version is not None:
        document["responseContext"] = {
            "statusCode": 200,
            "executedVersion": version,
            "functionError": function_error,
        }
    document["version"] = "1.0"
    document["timestamp"] = to_the_millisecond(moment)
    document["KinesisBatchInfo" if is_kinesis else "DDBStreamBatchInfo"] = {
        "shardId": batch.shard_id,
        "startSequenceNumber": batch.first,
        "endSequenceNumber": batch.last,
        "approximateArrivalOfFirstRecord": told(batch.first_arrived),
        "approximateArrivalOfLastRecord": told(batch.last_arrived),
        "batchSize": batch.size,
        "streamArn": batch.stream_arn,
    }
    return document


# Builders -------------------------------------------------------------------------------------------------------------


def stream_failure(
    event: Mapping[str, Any] | None = None,
    *,
    condition: DiscardCondition = "RetryAttemptsExhausted",
    attempts: int = 3,
    function: str = "function",
    version: str = "$LATEST",
    function_error: str | None = "Unhandled",
    shard_id: str = "shardId-000000000000",
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What a mapping's destination is told of records of a stream that were given up.

    `events.stream_failure(events.kinesis("bad", stream="clicks"), attempts=2)`. It is about all records of the event,
    one of `events.kinesis` or `events.dynamodb`, and tells which they are and not what is in them. `attempts` is how
    often they ran. `function` is a name or an ARN, as the mapping names it; a `function_error` of None is that of a
    function that has reported them as failed. In a queue or topic it is the body of a message.

    LambdaMockError for another condition, and for an event of something else.

    Source: records of AWS; "Retain discarded records" in the developer guide of Lambda.
    """
    conditions = (RETRIES_EXHAUSTED, TOO_OLD)
    if condition not in conditions:
        refuse("condition of records that were given up", condition, conditions)
    records = plain("event", dict(kinesis() if event is None else event)).get("Records") or [{}]
    stream_arn = stream_in(records[0])
    (first, first_arrived), (last, last_arrived) = _told(records[0]), _told(records[-1])
    function_arn = arn_of("function", function, "lambda", region, account_id, before="function:")
    return record(
        Batch(
            stream_arn=stream_arn,
            shard_id=shard_id,
            first=first,
            last=last,
            first_arrived=first_arrived,
            last_arrived=last_arrived,
            size=len(records),
        ),
        moment=epoch(at),
        request_id=request_id or uuid_of("discarded", function_arn, first, last),
        function_arn=function_arn,
        condition=condition,
        attempts=attempts,
        version=version,
        function_error=function_error,
    )


def _told(each: Mapping[str, Any]) -> tuple[str, float]:
    """The sequence number of a record, and when it arrived."""
    if "kinesis" in each:
        return each["kinesis"]["sequenceNumber"], each["kinesis"]["approximateArrivalTimestamp"]
    return each["dynamodb"]["SequenceNumber"], each["dynamodb"]["ApproximateCreationDateTime"]
