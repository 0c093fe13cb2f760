"""Queues, streams and their consumers have to be there to be mapped, and a queue has to give the function its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.neighbours.conftest import Moto

PREFIX = "us-east-1:123456789012"
QUEUE = f"arn:aws:sqs:{PREFIX}:orders"
STREAM = f"arn:aws:kinesis:{PREFIX}:stream/orders"
TABLE_STREAM = f"arn:aws:dynamodb:{PREFIX}:table/orders/stream/2026-11-21T00:00:00.000"
NO_QUEUE = (
    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. "
    "SQS Error Message: The specified queue does not exist."
)


def mapping(source: str, **members: Any) -> Answer:
    request: Answer = {"FunctionName": "orders", "EventSourceArn": source, **members}
    return request if ":sqs:" in source else {"StartingPosition": "LATEST", **request}


def table_stream(moto: Moto, name: str = "orders") -> str:
    """The ARN of the stream of a new table."""
    table = moto.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(table["TableDescription"]["LatestStreamArn"])


SOURCES = pytest.mark.parametrize(
    ("source", "message"),
    [
        (QUEUE, NO_QUEUE),
        (STREAM, f"Stream not found: {STREAM}"),
        (f"{STREAM}/consumer/fan-out:1", f"Stream not found: {STREAM}/consumer/fan-out:1"),
        (TABLE_STREAM, f"Stream not found: {TABLE_STREAM}"),
    ],
    ids=["queue", "stream", "consumer", "stream of a table"],
)


@SOURCES
def test_a_source_that_is_not_there_is_refused(aws: Account, moto: Moto, source: str, message: str) -> None:
    aws.create()
    assert aws.refusal("create_event_source_mapping", **mapping(source)) == aws.invalid(message)
    moto.queue("others")
    moto.client("kinesis").create_stream(StreamName="others", ShardCount=1)
    table_stream(moto, "others")
    assert aws.refusal("create_event_source_mapping", **mapping(source)) == aws.invalid(message)
    assert aws.call("list_event_source_mappings")["EventSourceMappings"] == []


def test_sources_that_are_there_are_mapped(aws: Account, moto: Moto) -> None:
    kinesis = moto.client("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    consumer = kinesis.register_stream_consumer(StreamARN=STREAM, ConsumerName="fan-out")["Consumer"]["ConsumerARN"]
    aws.create()
    for source in (moto.queue(), STREAM, consumer, table_stream(moto)):
        created = aws.call("create_event_source_mapping", **mapping(source))
        assert (created["EventSourceArn"], created["ResponseMetadata"]) == (source, 202)


def test_an_older_stream_of_a_table_is_not_there(aws: Account, moto: Moto) -> None:
    table_stream(moto)
    aws.create()
    refusal = aws.refusal("create_event_source_mapping", **mapping(TABLE_STREAM))
    assert refusal == aws.invalid(f"Stream not found: {TABLE_STREAM}")


def test_a_consumer_that_is_not_registered_is_not_there(aws: Account, moto: Moto) -> None:
    moto.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    aws.create()
    consumer = f"{STREAM}/consumer/fan-out:1"
    refusal = aws.refusal("create_event_source_mapping", **mapping(consumer))
    assert refusal == aws.invalid(f"Stream not found: {consumer}")


def test_a_queue_hides_messages_for_as_long_as_the_function_may_take(aws: Account, moto: Moto) -> None:
    queue = moto.queue(VisibilityTimeout="60")
    aws.create(Timeout=61, Publish=True)
    refusal = aws.refusal("create_event_source_mapping", **mapping(queue))
    assert refusal == aws.invalid("Queue visibility timeout: 60 seconds is less than Function timeout: 61 seconds")

    aws.configure(Timeout=60)
    uuid = aws.call("create_event_source_mapping", **mapping(queue))["UUID"]
    refusal = aws.refusal("update_event_source_mapping", UUID=uuid, FunctionName="orders:1")
    assert refusal == aws.invalid("Queue visibility timeout: 60 seconds is less than Function timeout: 61 seconds")
    assert aws.call("get_event_source_mapping", UUID=uuid)["FunctionArn"] == aws.arn()


def test_an_update_that_names_no_function_does_not_look_for_the_queue(aws: Account, moto: Moto) -> None:
    aws.create()
    uuid = aws.call("create_event_source_mapping", **mapping(moto.queue()))["UUID"]
    sqs = moto.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName="orders")["QueueUrl"])
    assert aws.call("update_event_source_mapping", UUID=uuid, BatchSize=5)["BatchSize"] == 5


def test_sources_of_other_kinds_are_believed(aws: Account, moto: Moto) -> None:
    aws.create()
    broker = f"arn:aws:mq:{PREFIX}:broker:orders:b-1"
    created = aws.call("create_event_source_mapping", FunctionName="orders", EventSourceArn=broker, Queues=["q"])
    assert created["EventSourceArn"] == broker
    kafka = aws.call(
        "create_event_source_mapping",
        FunctionName="orders",
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["kafka:1000"]}},
        Topics=["bills"],
        SourceAccessConfigurations=[{"Type": "BASIC_AUTH", "URI": f"arn:aws:secretsmanager:{PREFIX}:secret:kafka"}],
    )
    assert kafka["ResponseMetadata"] == 202


@SOURCES
def test_without_moto_every_source_is_believed(aws: Account, source: str, message: str) -> None:
    aws.create(Timeout=900)
    assert aws.call("create_event_source_mapping", **mapping(source))["EventSourceArn"] == source
