"""Code in S3 is read from moto: from a bucket of the function's region, whichever version, encrypted or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conformance.conftest import Account
    from tests.conformance.neighbours.conftest import Moto

IN_S3 = {"S3Bucket": "packages", "S3Key": "orders.zip"}
GET_OBJECT = "Error occurred while GetObject."
REDIRECT = "The bucket is in this region: eu-west-1. Please use this region to retry the request"


@pytest.fixture
def s3(moto: Moto) -> Any:
    client = moto.client("s3")
    client.create_bucket(Bucket="packages")
    return client


def test_code_is_read_from_a_bucket_encrypted_or_not(aws: Account, s3: Any) -> None:
    s3.put_object(Bucket="packages", Key="orders.zip", Body=aws.package(), ServerSideEncryption="aws:kms")
    assert aws.create(Code=IN_S3) == aws.answer(201, aws.configuration(**aws.PENDING))


def test_code_is_read_in_the_version_that_is_named(aws: Account, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="packages", VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket="packages", Key="orders.zip", Body=aws.package())["VersionId"]
    s3.put_object(Bucket="packages", Key="orders.zip", Body=aws.package("changed"))
    aws.create(Code={**IN_S3, "S3ObjectVersion": first})
    assert aws.shown() == aws.answer(200, aws.configuration(**aws.ACTIVE))
    updated = aws.call("update_function_code", FunctionName="orders", **IN_S3)
    assert updated == aws.answer(200, aws.configuration(code="changed", **aws.UPDATING))


def test_a_bucket_of_another_region_is_refused(aws: Account, moto: Moto) -> None:
    there = moto.client("s3", "eu-west-1")
    there.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    there.put_object(Bucket="packages", Key="orders.zip", Body=aws.package())
    assert aws.refused_creation(Code=IN_S3) == aws.invalid(
        f"{GET_OBJECT} S3 Error Code: PermanentRedirect. S3 Error Message: {REDIRECT}"
    )


@pytest.mark.parametrize("open_to_all", [True, False])
@pytest.mark.lambda_mock(account_id="210987654321")
def test_a_bucket_of_another_account_may_be_closed(
    aws: Account, s3: Any, moto: Moto, monkeypatch: pytest.MonkeyPatch, *, open_to_all: bool
) -> None:
    s3.put_object(Bucket="packages", Key="orders.zip", Body=aws.package())
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "210987654321")
    role = moto.role("lambda-role", "anybody")
    monkeypatch.setenv("MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS", str(open_to_all))
    if open_to_all:
        assert aws.create(Role=role, Code=IN_S3)["ResponseMetadata"] == 201
    else:
        assert aws.refused_creation(Role=role, Code=IN_S3) == aws.error(
            "AccessDeniedException",
            "Your access has been denied by S3, please make sure your request credentials have permission to GetObject "
            "for packages/orders.zip. S3 Error Code: AccessDenied. S3 Error Message: Access Denied",
        )


def test_layers_are_read_from_the_same_buckets(aws: Account, moto: Moto, s3: Any) -> None:
    s3.put_object(Bucket="packages", Key="orders.zip", Body=aws.package())
    published = aws.call("publish_layer_version", LayerName="orders", Content=IN_S3)
    assert (published["Version"], published["Content"]["CodeSize"]) == (1, len(aws.package()))

    there = moto.client("s3", "eu-west-1")
    there.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for missing, text in (
        ({"S3Key": "missing"}, "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."),
        ({"S3Bucket": "missing"}, "S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"),
        ({"S3Bucket": "elsewhere"}, f"S3 Error Code: PermanentRedirect. S3 Error Message: {REDIRECT}"),
    ):
        refusal = aws.refusal("publish_layer_version", LayerName="orders", Content={**IN_S3, **missing})
        assert refusal == aws.invalid(f"{GET_OBJECT} {text}")


def test_without_a_bucket_anywhere_the_bucket_is_missing(aws: Account, moto: Moto) -> None:
    assert aws.refused_creation(Code=IN_S3) == aws.invalid(
        f"{GET_OBJECT} S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    )
