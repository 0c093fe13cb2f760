"""Promotion and rollback as AWS's page on aliases has it: who holds the alias's ARN never needs to know of versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock


@pytest.fixture
def alias(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> str:
    """The ARN of an alias of version 1; version 2 is published."""
    mock_lambda.function("resize", returns="small", Publish=True)
    mock_lambda.function("resize", returns="large", Publish=True)
    return lambda_client.create_alias(FunctionName="resize", Name="PROD", FunctionVersion="1")["AliasArn"]


def resized(client: LambdaClient, arn: str) -> str:
    return str(json.loads(client.invoke(FunctionName=arn)["Payload"].read()))


def test_moving_the_alias_promotes_and_moving_it_back_rolls_back(alias: str, lambda_client: LambdaClient) -> None:
    answers = []
    for version in ("1", "2", "1"):
        lambda_client.update_alias(FunctionName="resize", Name="PROD", FunctionVersion=version)
        answers.append(resized(lambda_client, alias))
    assert answers == ["small", "large", "small"]


def test_what_refers_to_the_alias_is_left_alone_by_a_promotion(alias: str, lambda_client: LambdaClient) -> None:
    mapping = lambda_client.create_event_source_mapping(
        FunctionName=alias, EventSourceArn="arn:aws:sqs:us-east-1:123456789012:uploads"
    )
    lambda_client.update_alias(FunctionName="resize", Name="PROD", FunctionVersion="2")
    assert lambda_client.get_event_source_mapping(UUID=mapping["UUID"])["FunctionArn"] == alias


def test_a_version_keeps_its_code_for_ever(mock_lambda: LambdaMock, alias: str, lambda_client: LambdaClient) -> None:
    mock_lambda.function("resize", returns="huge")
    assert resized(lambda_client, alias) == "small"


def test_a_version_that_an_alias_needs_cannot_be_deleted(alias: str, lambda_client: LambdaClient) -> None:
    with pytest.raises(lambda_client.exceptions.ResourceConflictException, match=r"reference it: \[PROD\]"):
        lambda_client.delete_function(FunctionName="resize", Qualifier="1")
