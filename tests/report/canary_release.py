"""What the browser's tests run to have a page to open, and what the picture in the documentation shows."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from lambda_mock import LambdaMock, mock_lambda

HOSTILE = "</script><img src=x onerror=document.title='broken'>"


def release(mock: LambdaMock, number: int) -> None:
    def handler(event: Any, context: Any) -> Any:
        print(f"order {event['id']}, release {number}")
        return {"release": number, "total": event["id"] * 3}

    mock.function("orders", handler, Description=f"release {number}", Publish=True)


def invoke(client: Any, times: int = 1) -> None:
    for number in range(times):
        client.invoke(FunctionName="orders", Qualifier="live", Payload=json.dumps({"id": number}))


def move(client: Any, version: str, **weights: float) -> None:
    routing = {"AdditionalVersionWeights": {name[1:]: weight for name, weight in weights.items()}}
    client.update_alias(FunctionName="orders", Name="live", FunctionVersion=version, RoutingConfig=routing)


def test_canary_release(lambda_client: Any, mock_lambda: LambdaMock) -> None:
    release(mock_lambda, 1)
    lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    invoke(lambda_client)
    release(mock_lambda, 2)
    move(lambda_client, "1", v2=0.1)
    invoke(lambda_client, 100)
    mock_lambda.clock.advance(3600)
    move(lambda_client, "1", v2=0.5)
    invoke(lambda_client, 100)
    mock_lambda.clock.advance(3600)
    move(lambda_client, "2")
    invoke(lambda_client)


def test_orders_are_booked(lambda_client: Any, mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("stock")
    def stock(event: Any, context: Any) -> None:
        print("asked for", event["id"])
        raise LookupError(f"no stock for {event['id']}")

    @mock_lambda.function("orders")
    def orders(event: Any, context: Any) -> Any:
        answer = boto3.client("lambda", region_name="us-east-1").invoke(
            FunctionName="stock", Payload=json.dumps({"id": event["id"]})
        )
        return {"booked": "FunctionError" not in answer}

    failed = "arn:aws:sqs:us-east-1:123456789012:failed-orders"
    lambda_client.put_function_event_invoke_config(
        FunctionName="stock", MaximumRetryAttempts=2, DestinationConfig={"OnFailure": {"Destination": failed}}
    )
    mock_lambda.fail("Invoke", "TooManyRequestsException", function="orders")
    answer = lambda_client.invoke(FunctionName="orders", Payload=b'{"id": 7}')
    lambda_client.invoke(FunctionName="stock", InvocationType="Event", Payload=b'{"id": 8}')
    assert json.load(answer["Payload"]) == {"booked": True}


@mock_lambda(region="eu-west-1")
def test_hostile_text() -> None:
    with mock_lambda() as mock:
        mock.function(
            "orders", raises=ValueError(HOSTILE), Description=HOSTILE, Environment={"Variables": {"NAME": HOSTILE}}
        )
        client = boto3.client("lambda", region_name="us-east-1")
        client.invoke(FunctionName="orders", Payload=json.dumps({HOSTILE: HOSTILE}))


@pytest.mark.parametrize("number", [1])
def test_listed(lambda_client: Any, number: int) -> None:
    assert lambda_client.list_functions()["Functions"] == []
