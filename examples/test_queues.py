"""A queue that a function reads: what fails comes back and becomes a dead letter, while releases come and go.

The event source mapping leads to the alias `live`. Nothing here waits for real: visibility timeouts pass on the mock's
clock, and a redrive policy lets it move on by itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock

ARN = "arn:aws:sqs:us-east-1:123456789012:"


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The handler, as in production code: it bakes what it can, and names the messages that it couldn't handle."""
    failed = [record["messageId"] for record in event["Records"] if record["body"] != "bread"]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def bake_anything(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The next release: it bakes honey, too."""
    return {"batchItemFailures": []}


@pytest.fixture
def sqs() -> Iterator[Any]:
    """The SQS of moto, for as long as the test runs."""
    with mock_aws():
        yield boto3.resource("sqs", region_name="us-east-1")


@pytest.fixture
def dead_orders(sqs: Any) -> Any:
    """The queue that orders end in when they have failed three times."""
    return sqs.create_queue(QueueName="dead-orders")


@pytest.fixture
def orders(mock_lambda: LambdaMock, lambda_client: LambdaClient, sqs: Any, dead_orders: Any) -> Any:
    """The queue of orders, which version 1 of the baker reads by its alias `live`."""
    redrive = {"deadLetterTargetArn": f"{ARN}dead-orders", "maxReceiveCount": 3}
    queue = sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": json.dumps(redrive)})
    mock_lambda.function("baker", handler, Publish=True)
    alias = lambda_client.create_alias(FunctionName="baker", Name="live", FunctionVersion="1")
    lambda_client.create_event_source_mapping(
        FunctionName=alias["AliasArn"],
        EventSourceArn=f"{ARN}orders",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    return queue


def send(queue: Any, *bodies: str) -> None:
    """Send all messages at once, so that they are one batch."""
    queue.send_messages(Entries=[{"Id": str(place), "MessageBody": body} for place, body in enumerate(bodies)])


def bodies(messages: Any) -> list[str]:
    return [message.body for message in messages]


def test_what_is_handled_is_deleted(mock_lambda: LambdaMock, orders: Any, dead_orders: Any) -> None:
    send(orders, "bread", "bread")
    (run,) = mock_lambda.invocations.assert_invoked("baker", qualifier="live", times=1)
    assert [record["body"] for record in run.event["Records"]] == ["bread", "bread"]
    assert bodies(orders.receive_messages()) == bodies(dead_orders.receive_messages()) == []


def test_what_fails_three_times_is_a_dead_letter(mock_lambda: LambdaMock, orders: Any, dead_orders: Any) -> None:
    send(orders, "bread", "honey")
    received = [[record["body"] for record in run.event["Records"]] for run in mock_lambda.invocations]
    assert received == [["bread", "honey"], ["honey"], ["honey"]]
    assert bodies(dead_orders.receive_messages()) == ["honey"]


def test_a_release_handles_what_the_one_before_it_could_not(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, orders: Any, dead_orders: Any
) -> None:
    send(orders, "honey")
    mock_lambda.function("baker", bake_anything, Publish=True)
    lambda_client.update_alias(FunctionName="baker", Name="live", FunctionVersion="2")
    for letter in dead_orders.receive_messages():
        send(orders, letter.body)
        letter.delete()
    assert [run.version for run in mock_lambda.invocations] == ["1", "1", "1", "2"]
    assert bodies(dead_orders.receive_messages()) == []


# By hand: messages wait until the test says so, and the mapping can be switched off in between.
@pytest.mark.lambda_mock(async_mode="manual")
def test_a_mapping_that_is_switched_off_leaves_messages_in_the_queue(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, orders: Any
) -> None:
    (mapping,) = lambda_client.list_event_source_mappings(FunctionName="baker:live")["EventSourceMappings"]
    lambda_client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    send(orders, "bread")
    assert list(mock_lambda.drain()) == []
    lambda_client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    assert [run.version for run in mock_lambda.drain()] == ["1"]
