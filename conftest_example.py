"""To copy into a project's conftest.py: a configuration for all tests, and a function deployed before a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # tests that mock nothing then load nothing
    from lambda_mock import LambdaMock


@pytest.fixture(scope="session")
def lambda_mock_config() -> dict[str, Any]:
    """Every mock is in Frankfurt; what isn't named here is as the ini file and the command line have it."""
    return {"region": "eu-central-1"}


def greet(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The handler, as in production code."""
    return {"greeting": f"Hello, {event['name']}!"}


@pytest.fixture
def greeter(mock_lambda: LambdaMock, lambda_client: Any) -> str:
    """The function `greeter`, whose alias `live` points to version 1; the value is the alias's ARN."""
    mock_lambda.function("greeter", greet, Publish=True)
    alias = lambda_client.create_alias(FunctionName="greeter", Name="live", FunctionVersion="1")
    return str(alias["AliasArn"])
