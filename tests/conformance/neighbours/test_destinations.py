"""Destinations of events have to be there, in whichever account and region their ARN says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account, Answer
    from tests.conformance.neighbours.conftest import Moto

PREFIX = "us-east-1:123456789012"
MISSING = pytest.mark.parametrize(
    "destination",
    [
        f"arn:aws:sqs:{PREFIX}:missing",
        f"arn:aws:sqs:eu-west-1:{PREFIX[-12:]}:orders",
        "arn:aws:sqs:us-east-1:210987654321:orders",
        f"arn:aws:sns:{PREFIX}:missing",
        f"arn:aws:events:{PREFIX}:event-bus/missing",
        "arn:aws:s3:::missing",
    ],
)


def failures_to(destination: str) -> Answer:
    return {"FunctionName": "orders", "DestinationConfig": {"OnFailure": {"Destination": destination}}}


@MISSING
def test_a_destination_that_is_not_there_is_refused(aws: Account, moto: Moto, destination: str) -> None:
    aws.create()
    refusal = aws.refusal("put_function_event_invoke_config", **failures_to(destination))
    assert refusal == aws.invalid(f"The destination ARN {destination} is invalid.")
    moto.queue()
    moto.topic()
    moto.client("events").create_event_bus(Name="orders")
    moto.client("s3").create_bucket(Bucket="orders")
    refusal = aws.refusal("put_function_event_invoke_config", **failures_to(destination))
    assert refusal == aws.invalid(f"The destination ARN {destination} is invalid.")
    assert aws.call("list_function_event_invoke_configs", FunctionName="orders")["FunctionEventInvokeConfigs"] == []


def test_destinations_that_are_there_are_taken(aws: Account, moto: Moto) -> None:
    aws.create()
    moto.client("s3").create_bucket(Bucket="orders")
    bus = moto.client("events").create_event_bus(Name="orders")["EventBusArn"]
    default = f"arn:aws:events:{PREFIX}:event-bus/default"
    for destination in (
        moto.queue(),
        moto.topic(),
        moto.queue(region="eu-west-1"),
        bus,
        default,
        "arn:aws:s3:::orders",
    ):
        answer = aws.call("put_function_event_invoke_config", **failures_to(destination))
        assert answer["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {"Destination": destination}}


def test_an_update_of_a_destination_is_refused_too(aws: Account, moto: Moto) -> None:
    aws.create()
    aws.call("put_function_event_invoke_config", **failures_to(moto.queue()))
    missing = f"arn:aws:sqs:{PREFIX}:missing"
    refusal = aws.refusal("update_function_event_invoke_config", **failures_to(missing))
    assert refusal == aws.invalid(f"The destination ARN {missing} is invalid.")


@MISSING
def test_without_moto_every_destination_is_believed(aws: Account, destination: str) -> None:
    aws.create()
    answer = aws.call("put_function_event_invoke_config", **failures_to(destination))
    assert answer["DestinationConfig"]["OnFailure"] == {"Destination": destination}
