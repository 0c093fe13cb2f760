"""What the code under test does when Lambda is busy or broken: retries are botocore's own, and nobody really waits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock

STANDARD = Config(region_name="us-east-1", retries={"mode": "standard", "total_max_attempts": 3})


@pytest.fixture
def client(mock_lambda: LambdaMock) -> LambdaClient:
    """A client whose way to retry is said, since botocore's default has changed over time."""
    mock_lambda.function("orders", returns={"total": 15})
    return boto3.client("lambda", config=STANDARD)


def test_a_throttled_call_is_tried_again(mock_lambda: LambdaMock, client: LambdaClient) -> None:
    mock_lambda.fail("Invoke", "TooManyRequestsException", times=2)
    reply = client.invoke(FunctionName="orders")
    assert json.loads(reply["Payload"].read()) == {"total": 15}
    assert reply["ResponseMetadata"]["RetryAttempts"] == 2
    assert [call.error for call in mock_lambda.calls.filter(operation="Invoke")] == [
        "TooManyRequestsException",
        "TooManyRequestsException",
        None,
    ]


def test_botocore_gives_up_in_the_end(mock_lambda: LambdaMock, client: LambdaClient) -> None:
    mock_lambda.fail("Invoke", "ServiceException", times=3)
    with pytest.raises(client.exceptions.ServiceException):
        client.invoke(FunctionName="orders")


def test_the_waits_between_attempts_pass_on_the_clock_of_the_mock(
    mock_lambda: LambdaMock, client: LambdaClient
) -> None:
    mock_lambda.clock.freeze()
    before = mock_lambda.clock.now()
    mock_lambda.fail("GetFunction", "TooManyRequestsException", times=2)
    client.get_function(FunctionName="orders")
    assert mock_lambda.clock.now() > before


def test_a_fault_can_concern_one_function_only(mock_lambda: LambdaMock, client: LambdaClient) -> None:
    mock_lambda.function("invoices", returns="sent")
    mock_lambda.fail("Invoke", "ResourceNotFoundException", function="invoices")
    assert client.invoke(FunctionName="orders")["StatusCode"] == 200
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.invoke(FunctionName="invoices")


def test_a_function_that_raises_is_an_answer_and_no_exception(mock_lambda: LambdaMock, client: LambdaClient) -> None:
    mock_lambda.function("orders", raises=ValueError("no such item"))
    reply = client.invoke(FunctionName="orders")
    failure: dict[str, Any] = json.loads(reply["Payload"].read())
    assert reply["StatusCode"] == 200
    assert reply["FunctionError"] == "Unhandled"
    assert (failure["errorType"], failure["errorMessage"]) == ("ValueError", "no such item")


def test_an_answer_that_is_lost_leaves_its_effect_behind(mock_lambda: LambdaMock, client: LambdaClient) -> None:
    lost = mock_lambda.fail("Invoke", "ReadTimeoutError", when="after")
    assert client.invoke(FunctionName="orders")["ResponseMetadata"]["RetryAttempts"] == 1
    lost.assert_struck(times=1)
    assert len(mock_lambda.invocations) == 2


def test_a_slow_lambda_takes_the_time_of_whoever_waits(mock_lambda: LambdaMock, client: LambdaClient) -> None:
    mock_lambda.clock.freeze()
    before = mock_lambda.clock.now()
    with mock_lambda.fail("Invoke", latency=2.5, times="always"):
        for _ in range(2):
            client.invoke(FunctionName="orders")
    assert (mock_lambda.clock.now() - before).total_seconds() == 5


def test_an_event_whose_first_run_runs_out_of_time_is_tried_again(
    mock_lambda: LambdaMock, client: LambdaClient
) -> None:
    mock_lambda.fail_run("orders", "Sandbox.Timedout")
    client.invoke(FunctionName="orders", InvocationType="Event")
    assert [run.error_type for run in mock_lambda.invocations] == ["Sandbox.Timedout", None]
