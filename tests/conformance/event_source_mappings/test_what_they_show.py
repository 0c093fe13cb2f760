"""What a mapping shows: the defaults of its kind of source, what it was given, and the function as it was named."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.event_source_mappings.conftest import Mappings

ARN = "arn:aws:lambda:us-east-1:123456789012:function:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:orders"
TRASH = "arn:aws:sqs:us-east-1:123456789012:trash"
STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-11-21T00:00:00.000"
CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/0123"
BROKER = "arn:aws:mq:us-east-1:123456789012:broker:orders:b-0123"
DOCUMENTS = "arn:aws:rds:us-east-1:123456789012:cluster:orders"

OF_QUEUE = {
    "BatchSize": 10,
    "EventSourceArn": QUEUE,
    "FunctionArn": ARN,
    "FunctionResponseTypes": [],
    "MaximumBatchingWindowInSeconds": 0,
    "State": "Creating",
    "StateTransitionReason": "USER_INITIATED",
}
OF_STREAM = {
    "BatchSize": 100,
    "BisectBatchOnFunctionError": False,
    "DestinationConfig": {"OnFailure": {}},
    "FunctionArn": ARN,
    "FunctionResponseTypes": [],
    "LastProcessingResult": "No records processed",
    "MaximumBatchingWindowInSeconds": 0,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
    "StartingPosition": "TRIM_HORIZON",
    "State": "Creating",
    "StateTransitionReason": "User action",
    "TumblingWindowInSeconds": 0,
}
OF_OTHERS = {
    "BatchSize": 100,
    "FunctionArn": ARN,
    "LastProcessingResult": "No records processed",
    "State": "Creating",
    "StateTransitionReason": "USER_INITIATED",
}


def test_a_mapping_of_a_queue_shows_its_defaults(aws: Account, mappings: Mappings) -> None:
    assert mappings.plain(mappings.create()) == aws.answer(202, OF_QUEUE)


@pytest.mark.parametrize("source", [STREAM, f"{STREAM}/consumer/fan-out:1", TABLE])
def test_a_mapping_of_a_stream_shows_its_defaults(aws: Account, mappings: Mappings, source: str) -> None:
    assert mappings.plain(mappings.create(source)) == aws.answer(202, {**OF_STREAM, "EventSourceArn": source})


def test_a_mapping_shows_what_it_was_given_over_its_defaults(aws: Account, mappings: Mappings) -> None:
    given = {
        "BatchSize": 1,
        "DestinationConfig": {"OnFailure": {"Destination": TRASH}},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRecordAgeInSeconds": 60,
        "MaximumRetryAttempts": 0,
        "StartingPosition": "LATEST",
    }
    expected = aws.answer(202, {**OF_STREAM, "EventSourceArn": TABLE, **given})
    assert mappings.plain(mappings.create(TABLE, **given)) == expected


def test_a_mapping_shows_no_destination_for_successes(mappings: Mappings) -> None:
    config = {"OnSuccess": {}, "OnFailure": {"Destination": TRASH}}
    assert mappings.create(STREAM, DestinationConfig=config)["DestinationConfig"] == {"OnFailure": config["OnFailure"]}


def test_a_mapping_of_self_managed_kafka_names_its_consumer_group_after_itself(
    aws: Account, mappings: Mappings
) -> None:
    kafka = mappings.kafka("kafka:1000")
    answer = mappings.create(**kafka)
    assert mappings.plain(answer) == aws.answer(
        202,
        {
            **OF_OTHERS,
            "SelfManagedEventSource": {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:1000"]}},
            "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": answer["UUID"]},
            "SourceAccessConfigurations": kafka["SourceAccessConfigurations"],
            "StartingPosition": "TRIM_HORIZON",
            "Topics": ["bills"],
        },
    )


def test_a_mapping_of_self_managed_kafka_keeps_the_consumer_group_it_was_given(mappings: Mappings) -> None:
    group: Answer = {"SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "accounting"}}
    answer = mappings.create(**mappings.kafka("kafka:1000", BatchSize=1, StartingPosition="LATEST", **group))
    assert answer["SelfManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": "accounting"}
    assert (answer["BatchSize"], answer["StartingPosition"]) == (1, "LATEST")


def test_a_mapping_of_msk_is_like_one_of_self_managed_kafka(aws: Account, mappings: Mappings) -> None:
    answer = mappings.create(CLUSTER, Topics=["bills"])
    assert mappings.plain(answer) == aws.answer(
        202,
        {
            **OF_OTHERS,
            "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": answer["UUID"]},
            "EventSourceArn": CLUSTER,
            "StartingPosition": "TRIM_HORIZON",
            "Topics": ["bills"],
        },
    )


def test_a_mapping_of_a_broker_shows_its_queues(aws: Account, mappings: Mappings) -> None:
    expected = aws.answer(202, {**OF_OTHERS, "EventSourceArn": BROKER, "Queues": ["bills"]})
    assert mappings.plain(mappings.create(BROKER, Queues=["bills"])) == expected


def test_a_mapping_of_documents_shows_its_collection(aws: Account, mappings: Mappings) -> None:
    collection = {"DatabaseName": "shop", "CollectionName": "orders", "FullDocument": "UpdateLookup"}
    assert mappings.plain(mappings.create(DOCUMENTS, DocumentDBEventSourceConfig=collection)) == aws.answer(
        202,
        {
            **OF_OTHERS,
            "DocumentDBEventSourceConfig": collection,
            "EventSourceArn": DOCUMENTS,
            "StartingPosition": "TRIM_HORIZON",
        },
    )


def test_a_mapping_keeps_the_moment_to_start_from(mappings: Mappings) -> None:
    moment = datetime(2020, 11, 21, 12, tzinfo=timezone.utc)
    answer = mappings.create(STREAM, StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=moment)
    assert (answer["StartingPosition"], answer["StartingPositionTimestamp"]) == ("AT_TIMESTAMP", moment)


@pytest.mark.parametrize(
    ("source", "member", "value"),
    [
        (QUEUE, "ScalingConfig", {"MaximumConcurrency": 5}),
        (QUEUE, "MetricsConfig", {"Metrics": ["EventCount"]}),
        (QUEUE, "KMSKeyArn", "arn:aws:kms:us-east-1:123456789012:key/1"),
        (CLUSTER, "ProvisionedPollerConfig", {"MinimumPollers": 2, "MaximumPollers": 5}),
    ],
)
def test_a_mapping_keeps_what_it_only_echoes(mappings: Mappings, source: str, member: str, value: object) -> None:
    answer = mappings.create(source, **{member: value})
    assert answer[member] == value
    assert mappings.get(answer["UUID"])[member] == value


def test_each_mapping_has_an_id_of_its_own(aws: Account, mappings: Mappings) -> None:
    first, second = mappings.create()["UUID"], mappings.create(TRASH)["UUID"]
    assert (first, second) == (aws.UUID, aws.UUID)
    assert first != second


@pytest.mark.parametrize(
    ("named", "arn"),
    [
        ("orders", ARN),
        ("orders:$LATEST", f"{ARN}:$LATEST"),
        ("orders:1", f"{ARN}:1"),
        ("orders:live", f"{ARN}:live"),
        ("function:orders:live", f"{ARN}:live"),
        ("123456789012:function:orders", ARN),
        (ARN, ARN),
        (f"{ARN}:1", f"{ARN}:1"),
        (f"{ARN}:live", f"{ARN}:live"),
    ],
)
def test_a_mapping_keeps_the_function_as_it_was_named(mappings: Mappings, named: str, arn: str) -> None:
    answer = mappings.create(FunctionName=named)
    assert answer["FunctionArn"] == arn
    assert mappings.get(answer["UUID"])["FunctionArn"] == arn


def test_a_mapping_of_an_alias_stays_as_it_is_when_the_alias_moves(aws: Account, mappings: Mappings) -> None:
    answer = mappings.create(FunctionName="orders:live")
    aws.configure(Timeout=9)
    aws.publish()
    aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    assert mappings.get(answer["UUID"]) == {**answer, "State": "Enabled", "ResponseMetadata": 200}
