"""Two people release at once. AWS's RevisionId tells the second one so, and so does the mock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock


def test_whoever_releases_on_stale_knowledge_is_told(mock_lambda: LambdaMock, lambda_client: LambdaClient) -> None:
    mock_lambda.function("orders", returns=None)
    seen = lambda_client.get_function_configuration(FunctionName="orders")["RevisionId"]
    lambda_client.update_function_configuration(FunctionName="orders", Timeout=10)
    with pytest.raises(lambda_client.exceptions.PreconditionFailedException):
        lambda_client.publish_version(FunctionName="orders", RevisionId=seen)


@pytest.mark.lambda_mock(lifecycle="observed")
def test_code_that_forgets_its_waiter_meets_the_conflict_that_aws_has(
    mock_lambda: LambdaMock, lambda_client: LambdaClient
) -> None:
    mock_lambda.function("orders", returns=None)
    lambda_client.update_function_configuration(FunctionName="orders", Timeout=10)
    with pytest.raises(lambda_client.exceptions.ResourceConflictException, match="An update is in progress"):
        lambda_client.publish_version(FunctionName="orders")
    lambda_client.get_waiter("function_updated_v2").wait(FunctionName="orders")
    assert lambda_client.publish_version(FunctionName="orders")["Version"] == "1"
