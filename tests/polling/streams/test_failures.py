"""What becomes of a batch that fails: it is tried again, in part or in whole, or given up, and somebody is told."""

from __future__ import annotations

import json
import re
import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMockWarning, mock_lambda
from lambda_mock.execution.lineage import sender
from lambda_mock.execution.post import Letter, Post
from tests.polling.streams.conftest import NOW, ORDERS, ROLE, Handler, data_of, failing, sequence_numbers, to

if TYPE_CHECKING:
    from tests.polling.streams.conftest import Streams

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def told(
    streams: Streams,
    arn: str,
    *,
    numbers: tuple[str, str],
    size: int,
    attempts: int,
    after: float,
    error: str | None = "Unhandled",
) -> Any:
    """What a destination is told of records of Kinesis that arrived at once, `after` seconds later."""
    moment = streams.mock.clock.now().replace(microsecond=0)
    assert streams.mock.clock.time() == NOW + after
    return {
        "requestContext": {
            "requestId": streams.mock.invocations[-1].request_id,
            "functionArn": ORDERS,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": error},
        "version": "1.0",
        "timestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{round(after % 1 * 1000):03}Z",
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": numbers[0],
            "endSequenceNumber": numbers[1],
            "approximateArrivalOfFirstRecord": "2033-05-18T03:33:20.000Z",
            "approximateArrivalOfLastRecord": "2033-05-18T03:33:20.000Z",
            "batchSize": size,
            "streamArn": arn,
        },
    }


# Retries --------------------------------------------------------------------------------------------------------------


def test_a_batch_whose_retries_are_exhausted_is_told_to_a_queue(streams: Streams) -> None:
    orders = streams.function(failing())
    arn = streams.stream()
    uuid = streams.map(arn, BatchSize=1, MaximumRetryAttempts=1, DestinationConfig=to(streams.queue()))
    streams.put("a")
    assert orders.batches == [["a"], ["a"]]
    (body,) = streams.bodies()
    assert body == told(streams, arn, numbers=("1", "1"), size=1, attempts=2, after=0.5)
    assert list(body) == ["requestContext", "responseContext", "version", "timestamp", "KinesisBatchInfo"]
    assert streams.result(uuid) == "PROBLEM: Function call failed"


def test_a_batch_whose_retries_are_exhausted_is_told_to_a_topic(streams: Streams) -> None:
    streams.function(failing())
    arn = streams.stream()
    topic = streams.client("sns").create_topic(Name="failures")["TopicArn"]
    streams.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=streams.queue())
    streams.map(arn, BatchSize=1, MaximumRetryAttempts=1, DestinationConfig=to(topic))
    streams.put("a")
    (body,) = streams.bodies()
    assert json.loads(body["Message"]) == told(streams, arn, numbers=("1", "1"), size=1, attempts=2, after=0.5)


def test_a_bucket_gets_the_records_too(streams: Streams) -> None:
    orders = streams.function(failing())
    arn = streams.stream()
    s3 = streams.client("s3")
    s3.create_bucket(Bucket="failures")
    uuid = streams.map(arn, MaximumRetryAttempts=0, DestinationConfig=to("arn:aws:s3:::failures"))
    streams.put("a", "b")
    (entry,) = s3.list_objects_v2(Bucket="failures")["Contents"]
    folder = f"aws/lambda/{uuid}/shardId-000000000000/2033/05/18/2033-05-18T03.33.20-"
    assert entry["Key"].startswith(folder)
    assert UUID.fullmatch(entry["Key"].removeprefix(folder))
    stored = json.loads(s3.get_object(Bucket="failures", Key=entry["Key"])["Body"].read())
    assert json.loads(stored.pop("payload")) == orders.events[0]
    assert stored == told(streams, arn, numbers=("1", "2"), size=2, attempts=1, after=0)


def test_what_is_told_is_in_the_deliveries_of_the_mock(streams: Streams) -> None:
    streams.function(failing())
    queue = streams.queue()
    streams.map(streams.stream(), MaximumRetryAttempts=0, DestinationConfig=to(queue))
    streams.put("a")
    (delivery,) = streams.mock.deliveries.assert_delivered(
        queue, condition="RetryAttemptsExhausted", kind="destination"
    )
    assert (delivery.function, delivery.qualifier, delivery.error) == ("orders", "$LATEST", None)
    assert delivery.request_id == streams.mock.invocations[0].request_id
    assert [delivery.record] == streams.bodies()


def test_the_record_names_the_alias_of_the_mapping_and_the_version_that_ran(streams: Streams) -> None:
    streams.function(failing(), Publish=True)
    streams.aws.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    streams.map(streams.stream(), "orders:live", MaximumRetryAttempts=0, DestinationConfig=to(streams.queue()))
    streams.put("a")
    (body,) = streams.bodies()
    assert body["requestContext"]["functionArn"] == f"{ORDERS}:live"
    assert body["responseContext"]["executedVersion"] == "1"
    assert streams.mock.deliveries[0].qualifier == "live"


def test_without_a_destination_what_is_given_up_is_still_on_record(streams: Streams) -> None:
    streams.function(failing())
    streams.map(streams.stream(), MaximumRetryAttempts=0)
    streams.put("a")
    (delivery,) = streams.mock.deliveries
    assert (delivery.kind, delivery.target, delivery.error) == ("discarded", "", None)
    assert delivery.record["KinesisBatchInfo"]["batchSize"] == 1
    assert str(delivery) == "discarded of orders:$LATEST (RetryAttemptsExhausted)"


def test_a_destination_that_refuses_is_a_warning_and_the_stream_goes_on(streams: Streams) -> None:
    orders = streams.function(failing("a"))
    nowhere = "arn:aws:sqs:us-east-1:123456789012:nowhere"
    streams.map(streams.stream(), BatchSize=1, MaximumRetryAttempts=0, DestinationConfig=to(nowhere))
    with pytest.warns(
        LambdaMockWarning, match=r"can't send the record .* to arn:aws:sqs:us-east-1:123456789012:nowhere"
    ):
        streams.put("a", "b")
    assert orders.batches == [["a"], ["b"]]
    assert "NonExistentQueue" in (streams.mock.deliveries[0].error or "")


@pytest.mark.parametrize("service", ["lambda", "kafka"])
def test_a_destination_of_another_service_is_a_warning(streams: Streams, service: str) -> None:
    streams.function(failing())
    there = f"arn:aws:{service}:us-east-1:123456789012:function:other"
    streams.map(streams.stream(), MaximumRetryAttempts=0, DestinationConfig=to(there))
    with pytest.warns(LambdaMockWarning, match="Lambda sends nothing to this service"):
        streams.put("a")


def test_each_wait_is_twice_as_long(streams: Streams) -> None:
    moments: list[float] = []

    def fail(_: Any) -> None:
        moments.append(streams.mock.clock.time() - NOW)
        raise ValueError

    streams.function(fail)
    streams.map(streams.stream(), MaximumRetryAttempts=13)
    streams.put("a")
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_what_fails_for_ever_waits_for_the_clock(streams: Streams) -> None:
    orders = streams.function(failing("a"))
    streams.map(streams.stream(), BatchSize=1)
    streams.put("a", "b")
    assert orders.batches == [["a"]]
    streams.mock.clock.advance(0.4)
    assert orders.batches == [["a"]]
    streams.mock.clock.advance(0.1)
    assert orders.batches == [["a"], ["a"]]


def test_the_description_says_what_is_blocked(streams: Streams) -> None:
    streams.function(failing("a"))
    streams.map(streams.stream(), BatchSize=1)
    streams.put("a", "b")
    assert streams.mock.describe().endswith(
        "Records and messages that wait:\n"
        "  Kinesis stream/clicks ──▶ orders: shardId-000000000000: 2 records, next try in 0.5 s (after 1 failed run)"
    )


def test_the_description_says_what_waits_to_be_drained() -> None:
    with mock_aws(), mock_lambda(async_mode="manual") as mock:
        mock.function("orders", returns=None)
        kinesis = boto3.client("kinesis", region_name="us-east-1")
        kinesis.create_stream(StreamName="clicks", ShardCount=1)
        boto3.client("lambda", region_name="us-east-1").create_event_source_mapping(
            FunctionName="orders",
            EventSourceArn="arn:aws:kinesis:us-east-1:123456789012:stream/clicks",
            StartingPosition="LATEST",
        )
        kinesis.put_record(StreamName="clicks", Data=b"a", PartitionKey="1")
        assert mock.describe().endswith(
            "Records and messages that wait, to be read by mock.drain():\n"
            "  Kinesis stream/clicks ──▶ orders: shardId-000000000000: 1 record to be handled"
        )
        mock.drain()
        assert "to be handled" not in mock.describe()


def test_drained_it_fails_until_the_stream_forgets_the_records(streams: Streams) -> None:
    orders = streams.function(failing("a"))
    streams.map(streams.stream(), BatchSize=1)
    streams.put("a")
    with pytest.warns(LambdaMockWarning, match=r"1 records of .*clicks .* the stream keeps them for 86400 seconds"):
        runs = streams.mock.drain()
    assert streams.mock.clock.time() == NOW + 86_400
    assert len(orders.events) == len(runs) + 1
    (delivery,) = streams.mock.deliveries
    assert (delivery.kind, delivery.condition) == ("discarded", "RecordAgeExceeded")
    streams.put("b")
    assert orders.batches[-1] == ["b"]


def test_where_warnings_are_errors_records_expire_once(streams: Streams) -> None:
    streams.function(failing())
    streams.map(streams.stream())
    streams.put("a")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(LambdaMockWarning, match="have expired"):
            streams.mock.drain()
    streams.mock.drain()
    assert [each.condition for each in streams.mock.deliveries] == ["RecordAgeExceeded"]


def test_a_stream_that_keeps_records_longer_is_read_longer(streams: Streams) -> None:
    streams.function(failing())
    arn = streams.stream()
    streams.client("kinesis").increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=48)
    streams.map(arn, DestinationConfig=to(streams.queue()))
    streams.put("a")
    streams.mock.drain()
    assert streams.mock.clock.time() == NOW + 2 * 86_400
    assert streams.bodies()[0]["requestContext"]["condition"] == "RecordAgeExceeded"


# What isn't the function's failure ------------------------------------------------------------------------------------


def test_throttles_are_no_retries(streams: Streams) -> None:
    orders = streams.function()
    uuid = streams.map(streams.stream(), MaximumRetryAttempts=0, DestinationConfig=to(streams.queue()))
    streams.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    streams.put("a")
    streams.mock.clock.advance(10)
    assert orders.batches == []
    assert streams.result(uuid) == "PROBLEM: Function call failed"
    assert "(TooManyRequestsException: Rate Exceeded.)" in streams.mock.describe()
    streams.aws.delete_function_concurrency(FunctionName="orders")
    streams.mock.clock.advance(300)
    assert orders.batches == [["a"]]
    assert streams.bodies() == []


def test_what_is_throttled_is_waited_for_until_it_is_too_old(streams: Streams) -> None:
    streams.function()
    streams.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    streams.map(streams.stream(), MaximumRecordAgeInSeconds=60, DestinationConfig=to(streams.queue()))
    streams.put("a")
    (body,) = streams.bodies()
    assert (body["requestContext"]["condition"], body["requestContext"]["approximateInvokeCount"]) == (
        "RecordAgeExceeded",
        1,
    )


def test_records_that_expire_because_of_a_refusal_say_so(streams: Streams) -> None:
    streams.function()
    streams.map(streams.stream())
    streams.aws.delete_function(FunctionName="orders")
    streams.put("a")
    with pytest.warns(LambdaMockWarning, match="ResourceNotFoundException: Function not found"):
        streams.mock.drain()


@pytest.mark.lambda_mock(async_mode="manual")
def test_records_that_expire_before_they_are_read_say_so(streams: Streams) -> None:
    orders = streams.function()
    streams.map(streams.stream())
    streams.put("a")
    streams.mock.clock.advance(86_401)
    with pytest.warns(LambdaMockWarning, match="it wasn't run in time"):
        streams.mock.drain()
    assert orders.batches == []


# Age ------------------------------------------------------------------------------------------------------------------


def too_old(streams: Streams, arn: str, *, attempts: int, request_id: str, timestamp: str) -> Any:
    return {
        "requestContext": {
            "requestId": request_id,
            "functionArn": ORDERS,
            "condition": "RecordAgeExceeded",
            "approximateInvokeCount": attempts,
        },
        "version": "1.0",
        "timestamp": timestamp,
        "KinesisBatchInfo": {
            "shardId": "shardId-000000000000",
            "startSequenceNumber": "1",
            "endSequenceNumber": "1",
            "approximateArrivalOfFirstRecord": "2033-05-18T03:33:20.000Z",
            "approximateArrivalOfLastRecord": "2033-05-18T03:33:20.000Z",
            "batchSize": 1,
            "streamArn": arn,
        },
    }


def test_a_record_may_get_too_old_while_it_is_tried_again(streams: Streams) -> None:
    orders = streams.function(failing())
    arn = streams.stream()
    streams.map(arn, BatchSize=1, MaximumRecordAgeInSeconds=60, DestinationConfig=to(streams.queue()))
    streams.put("a")
    assert len(orders.batches) == 7
    last = streams.mock.invocations[-1].request_id
    assert streams.bodies() == [
        too_old(streams, arn, attempts=8, request_id=last, timestamp="2033-05-18T03:34:20.000Z")
    ]


def test_a_record_may_be_too_old_before_it_is_read(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    streams.put("a")
    streams.mock.clock.advance(90)
    streams.map(arn, BatchSize=1, MaximumRecordAgeInSeconds=60, DestinationConfig=to(streams.queue()))
    assert orders.batches == []
    (body,) = streams.bodies()
    made_up = body["requestContext"]["requestId"]
    assert UUID.fullmatch(made_up)
    assert body == too_old(streams, arn, attempts=1, request_id=made_up, timestamp="2033-05-18T03:34:50.000Z")


def test_what_is_not_too_old_in_a_batch_is_still_run(streams: Streams) -> None:
    orders = streams.function()
    arn = streams.stream()
    streams.put("old")
    streams.mock.clock.advance(90)
    streams.put("b", "c")
    streams.map(arn, BatchSize=10, MaximumRecordAgeInSeconds=60, DestinationConfig=to(streams.queue()))
    assert orders.batches == [["b", "c"]]
    (body,) = streams.bodies()
    assert body["KinesisBatchInfo"]["batchSize"] == 1


# Halving --------------------------------------------------------------------------------------------------------------


def test_halving_finds_the_record_that_fails(streams: Streams) -> None:
    orders = streams.function(failing("c"))
    arn = streams.stream()
    streams.map(arn, BisectBatchOnFunctionError=True, MaximumRetryAttempts=2, DestinationConfig=to(streams.queue()))
    streams.put("a", "b", "c", "d")
    assert orders.batches == [["a", "b", "c", "d"], ["a", "b"], ["c", "d"], ["c"], ["c"], ["c"], ["d"]]
    (body,) = streams.bodies()
    assert body["KinesisBatchInfo"]["batchSize"] == 1
    assert body["requestContext"]["approximateInvokeCount"] == 3


def test_halving_takes_no_time_and_no_retry(streams: Streams) -> None:
    orders = streams.function(failing("c"))
    streams.map(streams.stream(), BisectBatchOnFunctionError=True, MaximumRetryAttempts=0)
    streams.put("a", "b", "c")
    assert orders.batches == [["a", "b", "c"], ["a"], ["b", "c"], ["b"], ["c"]]
    assert streams.mock.clock.time() == NOW


def test_halving_helps_where_a_function_says_that_the_first_record_fails(streams: Streams) -> None:
    def answer(event: Any) -> Any:
        failed = [number for number, data in zip(sequence_numbers(event), data_of(event), strict=True) if data == "a"]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    orders = streams.function(answer)
    streams.map(
        streams.stream(),
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    streams.put("a", "b", "c", "d")
    assert orders.batches == [["a", "b", "c", "d"], ["a", "b"], ["a"], ["b"], ["c", "d"]]


# Partial failures -----------------------------------------------------------------------------------------------------


def reporting(*bad: str) -> Any:
    """What says of batches which records have failed: those with this data."""

    def answer(event: Any) -> Any:
        failed = [number for number, data in zip(sequence_numbers(event), data_of(event), strict=True) if data in bad]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}

    return answer


def test_what_comes_before_the_first_failure_is_done(streams: Streams) -> None:
    orders = streams.function(reporting("f"))
    arn = streams.stream()
    streams.map(
        arn,
        BatchSize=3,
        MaximumBatchingWindowInSeconds=1,
        MaximumRetryAttempts=3,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        DestinationConfig=to(streams.queue()),
    )
    streams.put("a", "b", "c", "d", "e", "f")
    assert orders.batches == [["a", "b", "c"], ["d", "e", "f"], ["f"], ["f"], ["f"], ["f"]]
    assert streams.bodies() == [told(streams, arn, numbers=("6", "6"), size=1, attempts=4, after=3.5, error=None)]


def test_of_several_failures_the_first_in_the_stream_counts(streams: Streams) -> None:
    def answer(event: Any) -> Any:
        if len(event["Records"]) == 4:
            return {"batchItemFailures": [{"itemIdentifier": "4"}, {"itemIdentifier": "2"}]}
        return None

    orders = streams.function(answer)
    streams.map(streams.stream(), FunctionResponseTypes=["ReportBatchItemFailures"])
    streams.put("a", "b", "c", "d")
    assert orders.batches == [["a", "b", "c", "d"], ["b", "c", "d"]]


def test_halving_is_done_at_the_record_that_was_reported(streams: Streams) -> None:
    orders = streams.function(reporting("c"))
    streams.map(
        streams.stream(),
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    streams.put("a", "b", "c", "d")
    assert orders.batches == [["a", "b", "c", "d"], ["c", "d"], ["c"], ["d"]]


@pytest.mark.parametrize("answer", [None, {}, [], "", {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_an_answer_that_names_nothing_is_a_success(streams: Streams, answer: Any) -> None:
    orders = streams.function(lambda _: answer)
    uuid = streams.map(streams.stream(), FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=2)
    streams.put("a")
    assert len(orders.batches) == 1
    assert streams.result(uuid) == "OK"


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"foo": "1"}]},
        {"batchItemFailures": [{"foo": None}]},
        {"batchItemFailures": [{"itemIdentifier": "unknown"}]},
        {"batchItemFailures": [{"itemIdentifier": 2}]},
        {"batchItemFailures": ["2"]},
        {"batchItemFailures": "2"},
        "neither",
    ],
)
def test_an_answer_that_makes_no_sense_lets_the_whole_batch_fail(streams: Streams, answer: Any) -> None:
    orders = streams.function(lambda _: answer)
    arn = streams.stream()
    streams.map(
        arn,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=3,
        DestinationConfig=to(streams.queue()),
    )
    streams.put("a", "b")
    assert orders.batches == [["a", "b"]] * 4
    assert streams.bodies() == [told(streams, arn, numbers=("1", "2"), size=2, attempts=4, after=3.5, error=None)]


def test_what_a_function_answers_does_not_matter_unless_it_reports(streams: Streams) -> None:
    orders = streams.function(lambda _: {"batchItemFailures": [{"itemIdentifier": "1"}]})
    streams.map(streams.stream(), MaximumRetryAttempts=2)
    with pytest.warns(LambdaMockWarning, match="all of them count as handled"):
        streams.put("a")
    assert len(orders.batches) == 1


def test_a_batch_that_waits_is_run_by_the_code_of_the_moment(streams: Streams) -> None:
    streams.function(failing())
    uuid = streams.map(streams.stream())
    streams.put("a")
    repaired = Handler()
    streams.mock.function("orders", repaired, Role=ROLE)
    streams.mock.clock.advance(1)
    assert repaired.batches == [["a"]]
    assert streams.result(uuid) == "OK"


def test_new_limits_hold_for_a_batch_that_waits(streams: Streams) -> None:
    orders = streams.function(failing())
    uuid = streams.map(streams.stream())
    streams.put("a")
    streams.aws.update_event_source_mapping(UUID=uuid, MaximumRetryAttempts=1)
    assert len(orders.batches) == 2
    assert [each.condition for each in streams.mock.deliveries] == ["RetryAttemptsExhausted"]


def test_a_lane_that_is_not_blocked_is_not_described(streams: Streams) -> None:
    streams.function(failing("a"))
    streams.map(streams.stream(shards=2))
    streams.client("kinesis").put_record(StreamName="clicks", Data=b"a", PartitionKey="1", ExplicitHashKey="0")
    assert streams.mock.describe().count(", next try in") == 1


@pytest.mark.parametrize(
    "settings", [{"FunctionResponseTypes": ["ReportBatchItemFailures"]}, {"TumblingWindowInSeconds": 60}]
)
def test_an_answer_that_is_no_json_is_a_failure_where_the_answer_counts(streams: Streams, settings: Any) -> None:
    orders = streams.function(lambda _: b"no JSON")
    streams.map(streams.stream(), MaximumRetryAttempts=1, **settings)
    streams.put("a")
    assert orders.batches == [["a"], ["a"]]


def test_a_record_gets_no_older_than_its_stream_lets_it(streams: Streams) -> None:
    streams.function(failing())
    streams.map(streams.stream(), MaximumRecordAgeInSeconds=604_800, DestinationConfig=to(streams.queue()))
    streams.put("a")
    assert streams.mock.clock.time() == NOW + 86_400
    assert [body["requestContext"]["condition"] for body in streams.bodies()] == ["RecordAgeExceeded"]


def test_retries_are_waited_for_again_once_the_function_can_be_run(streams: Streams) -> None:
    orders = streams.function(failing())
    streams.map(streams.stream(), MaximumRetryAttempts=1)
    streams.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    streams.put("a")
    streams.aws.delete_function_concurrency(FunctionName="orders")
    streams.mock.clock.advance(1)
    assert orders.batches == [["a"], ["a"]]
    assert [each.condition for each in streams.mock.deliveries] == ["RetryAttemptsExhausted"]


def test_what_is_told_comes_of_the_run_that_wrote_the_records(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a loop that leads through the destination is found."""
    told_of: list[str | None] = []

    def send(_: Post, __: Letter) -> None:
        run = sender()
        told_of.append(None if run is None else run.request.version.function_name)

    monkeypatch.setattr(Post, "send", send)
    streams.function(failing())
    streams.function(lambda _: streams.put("a"), name="writer")
    streams.map(streams.stream(), MaximumRetryAttempts=0)
    streams.aws.invoke(FunctionName="writer")
    streams.put("b")
    assert told_of == ["writer", None]
