"""An event on its way: it waits, fails, is run again, and ends in a queue, while six hours pass in a moment."""

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

# Events wait for `mock.drain()`, so that a test can look in between.
pytestmark = pytest.mark.lambda_mock(async_mode="manual")
FAILED = "arn:aws:sqs:us-east-1:123456789012:failed-orders"


def bake(event: dict[str, Any], context: Any) -> str:
    """The handler, as in production code."""
    if event["item"] != "bread":
        raise LookupError(f"nobody bakes {event['item']}")
    return "baked"


@pytest.fixture
def failed_orders() -> Iterator[Any]:
    """The queue that failed events go to, in moto's SQS: what a worker of the shop would read from."""
    with mock_aws():
        yield boto3.resource("sqs", region_name="us-east-1").create_queue(QueueName="failed-orders")


@pytest.fixture
def baker(mock_lambda: LambdaMock, lambda_client: LambdaClient, failed_orders: Any) -> str:
    """A function whose events are tried twice, and then told to the queue."""
    mock_lambda.function("baker", bake)
    lambda_client.put_function_event_invoke_config(
        FunctionName="baker", MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": FAILED}}
    )
    return "baker"


def test_an_event_waits_until_it_is_its_turn(mock_lambda: LambdaMock, lambda_client: LambdaClient, baker: str) -> None:
    lambda_client.invoke(FunctionName=baker, InvocationType="Event", Payload=b'{"item": "bread"}')
    mock_lambda.invocations.assert_not_invoked(baker)
    (run,) = mock_lambda.drain()
    assert run.response == "baked"


def test_an_event_that_fails_twice_is_in_the_queue(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, baker: str, failed_orders: Any
) -> None:
    lambda_client.invoke(FunctionName=baker, InvocationType="Event", Payload=b'{"item": "honey"}')
    assert [run.attempt for run in mock_lambda.drain()] == [1, 2]

    (message,) = failed_orders.receive_messages()
    record = json.loads(message.body)
    assert record["requestPayload"] == {"item": "honey"}
    assert record["responsePayload"]["errorMessage"] == "nobody bakes honey"
    mock_lambda.deliveries.assert_delivered(FAILED, condition="RetriesExhausted", times=1)


def test_an_event_that_nobody_came_to_in_six_hours_is_in_the_queue_unheard(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, baker: str, failed_orders: Any
) -> None:
    lambda_client.invoke(FunctionName=baker, InvocationType="Event", Payload=b'{"item": "bread"}')
    mock_lambda.clock.advance(6 * 60 * 60)
    assert list(mock_lambda.drain()) == []
    (message,) = failed_orders.receive_messages()
    assert json.loads(message.body)["requestContext"]["condition"] == "EventAgeExceeded"
