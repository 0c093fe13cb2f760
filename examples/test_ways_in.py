"""The ways to have Lambda mocked: pick the one that fits the test. All of them give the same mock."""

from __future__ import annotations

import json
import unittest
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest

import lambda_mock
from lambda_mock import LambdaMock, mock_lambda

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def greet(name: str) -> str:
    """The code under test: it knows nothing of any mock."""
    client = boto3.client("lambda", region_name="us-east-1")
    reply = client.invoke(FunctionName="greeter", Payload=json.dumps({"name": name}))
    return str(json.loads(reply["Payload"].read())["greeting"])


def test_with_the_fixture(mock_lambda: LambdaMock) -> None:
    @mock_lambda.function("greeter", Timeout=5)
    def greeter(event: dict[str, str], context: object) -> dict[str, str]:
        return {"greeting": f"Hello, {event['name']}!"}

    assert greet("Ada") == "Hello, Ada!"
    mock_lambda.invocations.assert_invoked("greeter", times=1)


def test_with_a_client_that_is_ready(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    mock_lambda.function("greeter", returns={"greeting": "Hello!"})
    assert lambda_client.get_function_configuration(FunctionName="greeter")["State"] == "Active"


@mock_lambda
def test_with_the_decorator() -> None:
    lambda_mock.current().function("greeter", returns={"greeting": "Hello!"})
    assert greet("Ada") == "Hello!"


@mock_lambda(region="eu-west-1")
class TestWithADecoratedClass:
    """Each test, with its `setup_method`, gets a mock of its own."""

    def setup_method(self) -> None:
        lambda_mock.current().function("greeter", returns=None)

    def test_its_functions_are_deployed_in_its_region(self) -> None:
        client = boto3.client("lambda", region_name="eu-west-1")
        assert [found["FunctionName"] for found in client.list_functions()["Functions"]] == ["greeter"]

    def test_nothing_of_the_test_before_is_left(self) -> None:
        client = boto3.client("lambda", region_name="eu-west-1")
        client.delete_function(FunctionName="greeter")
        assert client.list_functions()["Functions"] == []


def test_with_a_context_manager() -> None:
    with mock_lambda() as mock:
        mock.function("greeter", returns={"greeting": "Hello!"})
        assert greet("Ada") == "Hello!"


@pytest.fixture
@mock_lambda
def deployed_greeter() -> Iterator[str]:
    """A generator fixture can be decorated, too: the mock is active until the test is over."""
    yield lambda_mock.current().function("greeter", lambda event, context: {"greeting": "Hi."})
    lambda_mock.current().invocations.assert_invoked("greeter", times=1)


def test_with_a_fixture_of_ones_own(deployed_greeter: str) -> None:
    assert deployed_greeter.endswith(":function:greeter")
    assert greet("Ada") == "Hi."


@mock_lambda
class TestWithUnittest(unittest.TestCase):
    """Nothing here needs pytest."""

    def setUp(self) -> None:
        lambda_mock.current().function("greeter", returns={"greeting": "Hello!"})

    def test_greeting(self) -> None:
        self.assertEqual(greet("Ada"), "Hello!")  # noqa: PT009 - as unittest has it
