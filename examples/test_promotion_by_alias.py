"""The story of AWS's page on aliases: a bucket notifies an alias, and releases come and go without the bucket knowing.

`PROD` points at version 1. Version 2 is promoted by moving the alias, and rolled back by moving it back. What was
configured once, at the bucket, is never touched again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock


def key_of(event: dict[str, Any]) -> str:
    return str(event["Records"][0]["s3"]["object"]["key"])


def release_1(event: dict[str, Any], context: Any) -> str:
    """Version 1 of the handler, as in production code."""
    return f"thumbnail of {key_of(event)}"


def release_2(event: dict[str, Any], context: Any) -> str:
    """Version 2: the new release."""
    return f"thumbnail and preview of {key_of(event)}"


@pytest.fixture
def s3() -> Iterator[Any]:
    """A bucket in moto's S3."""
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="photos")
        yield s3


@pytest.fixture
def prod(mock_lambda: LambdaMock, lambda_client: LambdaClient, s3: Any) -> str:
    """The alias PROD of version 1, which S3 may invoke and the bucket notifies. Version 2 waits for its release."""
    mock_lambda.function("thumbnails", release_1, Publish=True)
    mock_lambda.function("thumbnails", release_2, Publish=True)
    alias = lambda_client.create_alias(FunctionName="thumbnails", Name="PROD", FunctionVersion="1")["AliasArn"]
    lambda_client.add_permission(
        FunctionName="thumbnails",
        Qualifier="PROD",
        StatementId="photos",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::photos",
    )
    notify = {"Id": "new-photo", "LambdaFunctionArn": alias, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [notify]}
    )
    return alias


def uploaded(mock: LambdaMock, s3: Any, key: str) -> tuple[str, Any]:
    """Which version ran for a photo that was uploaded, and what it answered."""
    s3.put_object(Bucket="photos", Key=key, Body=b"\xff\xd8")
    run = mock.invocations[-1]
    return run.version, run.response


# A grant on the function isn't one on its alias: with this a forgotten one is a failure, as on AWS.
@pytest.mark.lambda_mock(enforce_policies=True)
def test_a_bucket_keeps_its_alias_while_releases_come_and_go(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, s3: Any, prod: str
) -> None:
    configured = s3.get_bucket_notification_configuration(Bucket="photos")["LambdaFunctionConfigurations"]
    assert uploaded(mock_lambda, s3, "cat.jpg") == ("1", "thumbnail of cat.jpg")

    lambda_client.update_alias(FunctionName="thumbnails", Name="PROD", FunctionVersion="2")
    assert uploaded(mock_lambda, s3, "dog.jpg") == ("2", "thumbnail and preview of dog.jpg")

    lambda_client.update_alias(FunctionName="thumbnails", Name="PROD", FunctionVersion="1")
    assert uploaded(mock_lambda, s3, "cow.jpg") == ("1", "thumbnail of cow.jpg")

    assert s3.get_bucket_notification_configuration(Bucket="photos")["LambdaFunctionConfigurations"] == configured
    assert [one["LambdaFunctionArn"] for one in configured] == [prod]


@pytest.mark.lambda_mock(enforce_policies=True)
def test_a_release_behind_an_alias_that_nobody_granted_is_refused(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, s3: Any, prod: str
) -> None:
    blue = lambda_client.create_alias(FunctionName="thumbnails", Name="BLUE", FunctionVersion="2")["AliasArn"]
    notify = {"LambdaFunctionArn": blue, "Events": ["s3:ObjectCreated:*"]}
    with pytest.raises(s3.exceptions.ClientError, match="Unable to validate the following destination configurations"):
        s3.put_bucket_notification_configuration(
            Bucket="photos", NotificationConfiguration={"LambdaFunctionConfigurations": [notify]}
        )
    (refusal,) = mock_lambda.refusals.assert_refused("thumbnails", qualifier="BLUE")
    assert refusal.missing.startswith("lambda_client.add_permission(FunctionName='thumbnails', Qualifier='BLUE', ")
