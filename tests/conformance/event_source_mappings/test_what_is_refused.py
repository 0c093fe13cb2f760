"""What Lambda refuses of a mapping, and in which words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account
    from tests.conformance.event_source_mappings.conftest import Mappings

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
TRASH = "arn:aws:sqs:us-east-1:123456789012:trash"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-21T00:00:00.000"
CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/0123"
BROKER = "arn:aws:mq:us-east-1:123456789012:broker:orders:b-0123"
ACCESS = {"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:us-east-1:123456789012:secret:kafka"}
UNKNOWN = "00000000-0000-4000-8000-000000000000"
NO_WINDOW = "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"
MOMENT = datetime(2020, 11, 21, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("verb", ["get", "update", "delete"])
def test_an_unknown_mapping_is_not_found(aws: Account, mappings: Mappings, verb: str) -> None:
    assert aws.refusal(f"{verb}_event_source_mapping", UUID=UNKNOWN) == mappings.gone()


# Sources and functions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        None,
        "arn:aws:s3:::invoices",
        "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        "arn:aws:sns:us-east-1:123456789012:orders",
    ],
)
def test_a_source_that_lambda_can_not_read_is_refused_first(
    aws: Account, mappings: Mappings, source: str | None
) -> None:
    expected = aws.invalid("Unrecognized event source.")
    assert mappings.create_refusal(source, FunctionName="nobody") == expected


@pytest.mark.parametrize("named", ["nobody", "nobody:live", "orders:unborn", "orders:42", f"{ARN}:unborn"])
def test_a_missing_function_or_qualifier_is_a_bad_parameter(aws: Account, mappings: Mappings, named: str) -> None:
    expected = aws.invalid("Function does not exist")
    assert mappings.create_refusal(FunctionName=named) == expected
    assert mappings.update_refusal(mappings.created(), FunctionName=named) == expected


def test_a_function_of_another_region_is_out_of_reach(aws: Account, mappings: Mappings) -> None:
    message = "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"
    answer = mappings.create_refusal(FunctionName=ARN.replace("us-east-1", "eu-west-1"))
    assert answer == aws.error("ResourceNotFoundException", message)


def test_self_managed_kafka_needs_an_access_configuration(aws: Account, mappings: Mappings) -> None:
    request = mappings.kafka("kafka:1000")
    del request["SourceAccessConfigurations"]
    expected = aws.invalid("Required 'sourceAccessConfigurations' parameter is missing.")
    assert mappings.create_refusal(**request) == expected


# Settings that a kind of source doesn't have --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "named", "destination"),
    [
        (QUEUE, "orders", "OnSuccess"),
        (QUEUE, "nobody", "OnSuccess"),
        (STREAM, "orders", "OnSuccess"),
        (QUEUE, "orders", "OnFailure"),
        (BROKER, "orders", "OnFailure"),
    ],
)
def test_a_destination_that_the_source_does_not_have_is_refused(
    aws: Account, mappings: Mappings, source: str, named: str, destination: str
) -> None:
    config = {destination: {"Destination": TRASH}}
    expected = aws.invalid("Unsupported DestinationConfig parameter for given event source mapping type.")
    assert mappings.create_refusal(source, FunctionName=named, DestinationConfig=config) == expected


@pytest.mark.parametrize(
    ("source", "member", "value"),
    [
        (QUEUE, "ParallelizationFactor", 2),
        (QUEUE, "MaximumRetryAttempts", 0),
        (TABLE, "ScalingConfig", {"MaximumConcurrency": 5}),
        (CLUSTER, "TumblingWindowInSeconds", 5),
        (BROKER, "FunctionResponseTypes", ["ReportBatchItemFailures"]),
        (QUEUE, "SourceAccessConfigurations", [ACCESS]),
        (STREAM, "SourceAccessConfigurations", [ACCESS]),
    ],
)
def test_a_setting_that_the_source_does_not_have_is_refused(
    aws: Account, mappings: Mappings, source: str, member: str, value: object
) -> None:
    expected = aws.invalid(f"Unsupported {member} parameter for given event source mapping type.")
    assert mappings.create_refusal(source, **{member: value}) == expected
    assert mappings.update_refusal(mappings.created(source), **{member: value}) == expected


@pytest.mark.parametrize("source", [QUEUE, STREAM, CLUSTER])
def test_a_source_is_either_an_arn_or_self_managed(aws: Account, mappings: Mappings, source: str) -> None:
    servers = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:1000"]}}
    expected = aws.invalid("Unsupported SelfManagedEventSource parameter for given event source mapping type.")
    assert mappings.create_refusal(source, SelfManagedEventSource=servers) == expected


# Where to start -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [STREAM, TABLE])
def test_a_stream_needs_a_starting_position(aws: Account, mappings: Mappings, source: str) -> None:
    expected = aws.invalid(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: "
        "Member must not be null."
    )
    assert mappings.create_refusal(None, EventSourceArn=source) == expected


def test_a_starting_position_that_there_is_not_is_refused(aws: Account, mappings: Mappings) -> None:
    expected = aws.misshapen(
        "Value 'invalid' at 'startingPosition' failed to satisfy constraint: "
        "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"
    )
    assert mappings.create_refusal(STREAM, StartingPosition="invalid") == expected


def test_a_table_can_not_be_read_from_a_moment_on(aws: Account, mappings: Mappings) -> None:
    expected = aws.invalid(f"Unsupported starting position for arn type: {TABLE}")
    answer = mappings.create_refusal(TABLE, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=MOMENT)
    assert answer == expected


def test_a_moment_to_start_from_has_to_be_named(aws: Account, mappings: Mappings) -> None:
    expected = aws.invalid("Need to specify a timestamp")
    assert mappings.create_refusal(STREAM, StartingPosition="AT_TIMESTAMP") == expected


def test_a_moment_to_start_from_has_come_already(aws: Account, mappings: Mappings, mock_lambda: LambdaMock) -> None:
    mock_lambda.clock.freeze()
    now = datetime.fromtimestamp(int(mock_lambda.clock.time()), timezone.utc)
    at = {"StartingPosition": "AT_TIMESTAMP"}
    later = mappings.create_refusal(STREAM, **at, StartingPositionTimestamp=now + timedelta(seconds=1))
    assert later == aws.invalid("StartingPositionTimestamp cannot be in the future.")
    assert mappings.listed() == []
    assert mappings.create(STREAM, **at, StartingPositionTimestamp=now)["StartingPositionTimestamp"] == now


@pytest.mark.parametrize("source", [QUEUE, STREAM, TABLE, CLUSTER, BROKER])
def test_a_moment_to_start_from_needs_the_position_that_it_is_for(
    aws: Account, mappings: Mappings, source: str
) -> None:
    expected = aws.invalid("StartingPositionTimestamp is only valid if StartingPosition is set to AT_TIMESTAMP.")
    assert mappings.create_refusal(source, StartingPositionTimestamp=MOMENT) == expected


def test_a_queue_has_no_starting_position(aws: Account, mappings: Mappings) -> None:
    expected = aws.invalid("StartingPosition is not valid for SQS event sources.")
    assert mappings.create_refusal(StartingPosition="LATEST") == expected


# Batches and ages -----------------------------------------------------------------------------------------------------


def test_a_large_batch_of_a_queue_needs_a_window(aws: Account, mappings: Mappings) -> None:
    assert mappings.create_refusal(BatchSize=11) == aws.invalid(NO_WINDOW)
    assert mappings.create(BatchSize=11, MaximumBatchingWindowInSeconds=1)["BatchSize"] == 11


def test_an_update_to_a_large_batch_of_a_queue_needs_a_window(aws: Account, mappings: Mappings) -> None:
    uuid = mappings.created()
    assert mappings.update_refusal(uuid, BatchSize=11) == aws.invalid(NO_WINDOW)
    mappings.update(uuid, MaximumBatchingWindowInSeconds=1)
    assert mappings.update(uuid, BatchSize=11)["BatchSize"] == 11
    assert mappings.update_refusal(uuid, MaximumBatchingWindowInSeconds=0) == aws.invalid(NO_WINDOW)


def test_a_queue_that_keeps_its_order_has_no_window(aws: Account, mappings: Mappings) -> None:
    expected = aws.invalid("Batching window is not supported for FIFO queues")
    assert mappings.create_refusal(f"{QUEUE}.fifo", MaximumBatchingWindowInSeconds=1) == expected


@pytest.mark.parametrize("age", [0, 59])
def test_a_record_is_not_too_old_before_a_minute_has_passed(aws: Account, mappings: Mappings, age: int) -> None:
    expected = aws.invalid("MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)")
    assert mappings.create_refusal(STREAM, MaximumRecordAgeInSeconds=age) == expected


# Second mappings of a source ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["orders", ARN, "123456789012:function:orders"])
def test_a_second_mapping_of_a_queue_is_a_conflict(mappings: Mappings, named: str) -> None:
    uuid = mappings.created()
    message = f'An event source mapping with SQS arn (" {QUEUE} ") and function (" orders ")'
    assert mappings.create_refusal(FunctionName=named) == mappings.conflict(message, uuid)


@pytest.mark.parametrize("source", [STREAM, TABLE])
def test_a_second_mapping_of_a_stream_is_a_conflict(mappings: Mappings, source: str) -> None:
    uuid = mappings.created(source)
    message = f'The event source arn (" {source} ") and function (" orders ") provided mapping'
    assert mappings.create_refusal(source, StartingPosition="LATEST") == mappings.conflict(message, uuid)


@pytest.mark.parametrize("servers", [["kafka:1000"], ["kafka:1000", "kafka:2000"]])
def test_a_second_mapping_of_a_kafka_server_and_topic_is_a_conflict(mappings: Mappings, servers: list[str]) -> None:
    uuid = mappings.created(**mappings.kafka("kafka:1000"))
    source = ",".join(servers)
    message = f'An event source mapping with event source ("{source}"), function ("{ARN}"), topics ("bills")'
    assert mappings.create_refusal(**mappings.kafka(*servers)) == mappings.conflict(message, uuid)


def test_another_topic_or_another_server_is_no_conflict(mappings: Mappings) -> None:
    ids = {
        mappings.created(**mappings.kafka("kafka:1000")),
        mappings.created(**mappings.kafka("kafka:1000", topic="orders")),
        mappings.created(**mappings.kafka("kafka:2000")),
        mappings.created(CLUSTER, Topics=["bills"]),
        mappings.created(CLUSTER, Topics=["orders"]),
    }
    assert mappings.ids() == ids
    assert len(ids) == 5


def test_a_queue_can_feed_each_qualifier_of_a_function_once(aws: Account, mappings: Mappings) -> None:
    aws.alias("next", "1")
    qualified = ["orders", "orders:$LATEST", "orders:1", "orders:live", "orders:next"]
    ids = {named: mappings.created(FunctionName=named) for named in qualified}
    assert mappings.ids(EventSourceArn=QUEUE) == set(ids.values())
    message = f'An event source mapping with SQS arn (" {QUEUE} ") and function (" orders:live ")'
    expected = mappings.conflict(message, ids["orders:live"])
    assert mappings.create_refusal(FunctionName="orders:live") == expected


def test_an_update_can_not_make_a_second_mapping_of_a_source(mappings: Mappings) -> None:
    first, second = mappings.created(), mappings.created(FunctionName="orders:live")
    message = f'An event source mapping with SQS arn (" {QUEUE} ") and function (" orders ")'
    assert mappings.update_refusal(second, FunctionName="orders") == mappings.conflict(message, first)
