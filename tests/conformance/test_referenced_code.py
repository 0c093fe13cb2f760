"""Code that Lambda refers to in S3 (`S3ObjectStorageMode="REFERENCE"`), and doesn't keep a copy of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.session import Session
from moto import mock_aws

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

MODEL: Any = Session().get_service_model("lambda")
MEMBERS = MODEL.shape_for("FunctionCode").members
pytestmark = pytest.mark.skipif("S3ObjectStorageMode" not in MEMBERS, reason="this botocore always copies")

IN_S3 = {"S3Bucket": "packages", "S3Key": "orders.zip"}
REFERENCE = {"S3ObjectStorageMode": "REFERENCE"}
COPY = {"S3ObjectStorageMode": "COPY"}
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ONLY_IN_S3 = "S3ObjectStorageMode REFERENCE is only supported for code in Amazon S3."


@pytest.fixture
def aws(aws: Account, mock_lambda: LambdaMock) -> Account:
    """An account with a package in S3."""
    mock_lambda.s3_object("packages", "orders.zip", aws.package())
    return aws


def code_of(aws: Account, qualifier: str | None = None) -> Any:
    """What GetFunction says of the code."""
    parameters = {} if qualifier is None else {"Qualifier": qualifier}
    return aws.call("get_function", FunctionName="orders", **parameters)["Code"]


def replace(aws: Account, **members: Any) -> Answer:
    return aws.call("update_function_code", FunctionName="orders", **members)


def stored(aws: Account) -> Any:
    """How many bytes of code the account has."""
    return aws.call("get_account_settings")["AccountUsage"]["TotalCodeSize"]


def test_where_it_is_is_shown_and_no_link_to_a_copy(aws: Account) -> None:
    created = aws.create(Code=IN_S3 | REFERENCE, Publish=True)
    assert created == aws.answer(201, aws.configuration(Version="1", **aws.PENDING))
    assert code_of(aws) == code_of(aws, "1") == {"RepositoryType": "S3", "ResolvedS3Object": IN_S3}


def test_the_key_that_it_is_encrypted_with_is_shown_beside_it(aws: Account) -> None:
    aws.create(Code=IN_S3 | REFERENCE | {"SourceKMSKeyArn": KEY})
    assert code_of(aws) == {"RepositoryType": "S3", "ResolvedS3Object": IN_S3, "SourceKMSKeyArn": KEY}


@mock_aws
def test_the_version_of_the_object_is_shown_where_it_was_named(aws: Account) -> None:
    boto3.client("iam").create_role(RoleName="lambda-role", AssumeRolePolicyDocument="anybody")
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="packages")
    s3.put_bucket_versioning(Bucket="packages", VersioningConfiguration={"Status": "Enabled"})
    put = s3.put_object(Bucket="packages", Key="orders.zip", Body=aws.package())
    versioned = IN_S3 | {"S3ObjectVersion": put["VersionId"]}
    aws.create(Code=versioned | REFERENCE)
    assert code_of(aws)["ResolvedS3Object"] == versioned


def test_it_runs_like_any_other(aws: Account) -> None:
    aws.create(Code=IN_S3 | REFERENCE)
    assert aws.result() == ('{"event": {}, "version": "$LATEST"}', "$LATEST")


def test_it_takes_none_of_the_accounts_storage(aws: Account) -> None:
    aws.create(Code=IN_S3 | REFERENCE, Publish=True)
    assert stored(aws) == 0
    replace(aws, **IN_S3)
    assert stored(aws) == len(aws.package())
    replace(aws, **IN_S3, **REFERENCE)
    assert stored(aws) == 0


@pytest.mark.lambda_mock(limits={"total_code_size": 1})
def test_it_fits_into_an_account_that_has_no_room(aws: Account) -> None:
    aws.create(Code=IN_S3 | REFERENCE)
    replace(aws, **IN_S3, **REFERENCE, Publish=True)
    before = code_of(aws)
    refusal = aws.refusal("update_function_code", FunctionName="orders", **IN_S3)
    assert refusal == aws.error("CodeStorageExceededException", "Code storage limit exceeded.")
    assert code_of(aws) == before


def test_an_update_that_does_not_say_so_makes_a_copy(aws: Account) -> None:
    aws.create(Code=IN_S3 | REFERENCE)
    for members in (IN_S3, IN_S3 | COPY, {"ZipFile": aws.package()}):
        replace(aws, **members)
        assert code_of(aws) == {"RepositoryType": "S3", "Location": aws.LINK}
        replace(aws, **IN_S3, **REFERENCE)
        assert code_of(aws) == {"RepositoryType": "S3", "ResolvedS3Object": IN_S3}


def test_a_change_of_where_it_is_kept_is_a_change_to_publish(aws: Account) -> None:
    aws.create(Code=IN_S3, Publish=True)
    replace(aws, **IN_S3, **REFERENCE)
    assert aws.publish()["Version"] == "2"
    assert (code_of(aws, "1"), code_of(aws, "2")) == (
        {"RepositoryType": "S3", "Location": aws.LINK},
        {"RepositoryType": "S3", "ResolvedS3Object": IN_S3},
    )


def test_only_what_is_in_s3_can_be_referred_to(aws: Account) -> None:
    assert aws.refused_creation(Code={"ZipFile": aws.package()} | REFERENCE) == aws.invalid(ONLY_IN_S3)
    assert aws.refused_creation(PackageType="Image", Code={"ImageUri": aws.IMAGE} | REFERENCE) == aws.invalid(
        ONLY_IN_S3
    )
    aws.create()
    refused = {"FunctionName": "orders", "ZipFile": aws.package()} | REFERENCE
    assert aws.refusal("update_function_code", **refused) == aws.invalid(ONLY_IN_S3)


def test_a_layer_can_refer_to_its_archive_too(aws: Account) -> None:
    published = aws.call("publish_layer_version", LayerName="libraries", Content=IN_S3 | REFERENCE)
    shown = aws.call("get_layer_version", LayerName="libraries", VersionNumber=1)
    created = aws.create()
    sizes = {member: created[member] for member in ("CodeSha256", "CodeSize")}
    assert published["Content"] == shown["Content"] == {"ResolvedS3Object": IN_S3, **sizes}


def test_a_layer_that_refers_takes_none_of_the_accounts_storage(aws: Account) -> None:
    aws.call("publish_layer_version", LayerName="libraries", Content=IN_S3 | REFERENCE)
    assert stored(aws) == 0
    aws.call("delete_layer_version", LayerName="libraries", VersionNumber=1)
    assert stored(aws) == 0


def test_only_a_layer_in_s3_can_be_referred_to(aws: Account) -> None:
    content = {"ZipFile": aws.package()} | REFERENCE
    assert aws.refusal("publish_layer_version", LayerName="libraries", Content=content) == aws.invalid(ONLY_IN_S3)
