"""To copy into a project's conftest.py: a configuration, a context, and functions that are there before a test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # tests that mock nothing then load nothing
    from lambda_mock import LambdaContext, LambdaMock

SOURCE = Path(__file__).parent / "src"


@pytest.fixture(scope="session")
def lambda_mock_config() -> dict[str, Any]:
    """Every mock is in Frankfurt; what isn't named here is as the ini file and the command line have it."""
    return {"region": "eu-central-1"}


@pytest.fixture
def lambda_context(lambda_context: LambdaContext) -> LambdaContext:
    """For handlers that a test calls itself: `handler(event, lambda_context)`."""
    return lambda_context(function_name="greeter", memory_limit_in_mb=512, timeout=30)


def greet(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The handler, as in production code."""
    return {"greeting": f"Hello, {event['name']}!"}


@pytest.fixture
def greeter(mock_lambda: LambdaMock, lambda_client: Any) -> str:
    """The function `greeter`, whose alias `live` points to version 1; the value is the alias's ARN."""
    mock_lambda.function("greeter", greet, Publish=True)
    alias = lambda_client.create_alias(FunctionName="greeter", Name="live", FunctionVersion="1")
    return str(alias["AliasArn"])


@pytest.fixture
def orders(mock_lambda: LambdaMock) -> str:
    """The function in the folder src/orders, as it would be deployed; the value is its ARN."""
    return mock_lambda.deploy(SOURCE / "orders", "orders", exclude=["tests"], Timeout=30)
