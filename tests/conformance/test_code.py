"""Where code comes from, what is refused as code, and what UpdateFunctionCode does with it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from lambda_mock.domain.code_storage import CodeStorage
    from tests.conformance.conftest import Account, Answer

BUCKET, KEY = "packages", "orders.zip"
IN_S3 = {"S3Bucket": BUCKET, "S3Key": KEY}
UNREADABLE = "Could not unzip uploaded file. Please check your file, then try to upload again."
EMPTY = "Uploaded file must be a non-empty zip"
NO_SOURCE = "Please provide a source for function code."
GET_OBJECT = "Error occurred while GetObject."
TOO_LARGE_TO_UNPACK = "Unzipped size must be smaller than 262144000 bytes"


def empty_archive() -> bytes:
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    return content.getvalue()


def archive_that_claims(size: int) -> bytes:
    """A zip of one small file whose table of contents says that it has `size` bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), "")
        archive.infolist()[0].file_size = size
    return content.getvalue()


def padded_archive(size: int) -> bytes:
    """A zip of exactly `size` bytes."""
    return archive_of(bytes(size - len(archive_of(b""))))


def archive_of(text: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.py"), text)
    return content.getvalue()


# Packages that are refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", EMPTY),
        (b"not a zip", UNREADABLE),
        (empty_archive(), EMPTY),
        (archive_that_claims(262_144_000), TOO_LARGE_TO_UNPACK),
    ],
    ids=["nothing", "no zip", "empty zip", "too large to unpack"],
)
def test_a_bad_package_is_refused(aws: Account, content: bytes, message: str) -> None:
    assert aws.refused_creation(Code={"ZipFile": content}) == aws.invalid(message)
    aws.create()
    before = aws.shown()
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=content) == aws.invalid(message)
    assert aws.shown() == before


def test_a_package_just_below_the_unpacked_limit_is_taken(aws: Account) -> None:
    assert aws.create(Code={"ZipFile": archive_that_claims(262_143_999)})["ResponseMetadata"] == 201


def test_a_zip_over_50_megabytes_is_refused(aws: Account) -> None:
    refusal = aws.refused_creation(Code={"ZipFile": padded_archive(52_428_801)})
    assert refusal == aws.error("RequestEntityTooLargeException", "Zipped size must be smaller than 52428800 bytes")


def test_a_zip_from_s3_may_be_larger(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object(BUCKET, KEY, padded_archive(52_428_801))
    assert aws.create(Code=IN_S3)["CodeSize"] == 52_428_801


def test_a_request_over_the_limit_is_refused_before_its_zip(aws: Account) -> None:
    refusal = aws.refused_creation(Code={"ZipFile": bytes(52_700_000)})
    assert refusal == aws.error(
        "RequestEntityTooLargeException", "Request must be smaller than 70167211 bytes for the CreateFunction operation"
    )


def test_a_zip_of_any_allowed_size_is_measured(aws: Account) -> None:
    content = padded_archive(100_000)
    answer = aws.create(Code={"ZipFile": content})
    assert answer["CodeSize"] == aws.shown()["CodeSize"] == 100_000


# Sources ---------------------------------------------------------------------------------------------------------


def test_code_can_come_from_s3(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object(BUCKET, KEY, aws.package())
    assert aws.create(Code=IN_S3) == aws.answer(201, aws.configuration(**aws.PENDING))


def test_code_can_be_updated_from_s3(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object(BUCKET, KEY, aws.package("changed"))
    aws.create()
    updated = aws.call("update_function_code", FunctionName="orders", **IN_S3)
    assert updated == aws.answer(200, aws.configuration(code="changed", **aws.UPDATING))


def test_an_object_in_s3_that_is_replaced_changes_no_function(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object(BUCKET, KEY, aws.package())
    aws.create(Code=IN_S3)
    mock_lambda.s3_object(BUCKET, KEY, aws.package("changed"))
    assert aws.shown() == aws.answer(200, aws.configuration(**aws.ACTIVE))


def test_an_object_that_nobody_provided_is_the_tests_own_mistake(aws: Account) -> None:
    with pytest.raises(LambdaMockError, match="s3_object"):
        aws.create(Code=IN_S3)


def test_a_package_in_s3_is_unpacked_as_one_in_the_request(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.s3_object(BUCKET, KEY, archive_that_claims(262_144_000))
    assert aws.refused_creation(Code=IN_S3) == aws.invalid(TOO_LARGE_TO_UNPACK)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            {"S3Bucket": "nowhere", "S3Key": KEY},
            f"{GET_OBJECT} S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist",
        ),
        (
            {"S3Bucket": BUCKET, "S3Key": "nowhere"},
            f"{GET_OBJECT} S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.",
        ),
    ],
)
def test_what_s3_misses_is_told(aws: Account, source: dict[str, str], message: str) -> None:
    with mock_aws():
        boto3.client("iam").create_role(RoleName="lambda-role", AssumeRolePolicyDocument="anybody")
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=aws.package())
        assert aws.refused_creation(Code=source) == aws.invalid(message)
        aws.create(Code=IN_S3)
        assert aws.refusal("update_function_code", FunctionName="orders", **source) == aws.invalid(message)


@pytest.mark.parametrize("source", [{}, {"S3Bucket": BUCKET}, {"S3Key": KEY}])
def test_code_needs_a_source(aws: Account, source: dict[str, str]) -> None:
    assert aws.refused_creation(Code=source) == aws.invalid(NO_SOURCE)
    aws.create()
    assert aws.refusal("update_function_code", FunctionName="orders", **source) == aws.invalid(NO_SOURCE)


@pytest.mark.parametrize("other", [IN_S3, {"S3Bucket": BUCKET}, {"S3Key": KEY}])
def test_code_has_one_source(aws: Account, other: dict[str, str]) -> None:
    assert aws.refused_creation(Code={"ZipFile": aws.package(), **other}) == aws.invalid(
        "Please do not provide other FunctionCode parameters when providing a ZipFile."
    )


def test_a_key_for_the_code_is_shown_with_it_until_an_update_leaves_it_out(aws: Account) -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1"
    aws.create(Code={"ZipFile": aws.package(), "SourceKMSKeyArn": key})
    assert aws.call("get_function", FunctionName="orders")["Code"]["SourceKMSKeyArn"] == key
    aws.update_code("changed")
    assert "SourceKMSKeyArn" not in aws.call("get_function", FunctionName="orders")["Code"]


# Zips and images -------------------------------------------------------------------------------------------------


def test_a_zip_stays_a_zip(aws: Account) -> None:
    aws.create()
    before = aws.call("get_function", FunctionName="orders")
    assert aws.refusal("update_function_code", FunctionName="orders", ImageUri=aws.IMAGE) == aws.invalid(
        "Please don't provide ImageUri when updating a function with packageType Zip."
    )
    after = aws.call("get_function", FunctionName="orders")
    assert after["Configuration"] == before["Configuration"]


def test_an_image_stays_an_image(aws: Account) -> None:
    aws.create(PackageType="Image")
    assert aws.refusal("update_function_code", FunctionName="orders", ZipFile=aws.package()) == aws.invalid(
        "Please provide ImageUri when updating a function with packageType Image."
    )


@pytest.mark.parametrize(
    ("package_type", "source", "message"),
    [
        (
            "Zip",
            {"ImageUri": "shop:latest"},
            "Please don't provide ImageUri when creating a function with packageType Zip.",
        ),
        (
            "Image",
            {"S3Bucket": BUCKET, "S3Key": KEY},
            "Please provide ImageUri when creating a function with packageType Image.",
        ),
    ],
)
def test_a_package_type_goes_with_its_source(
    aws: Account, package_type: str, source: dict[str, str], message: str
) -> None:
    assert aws.refused_creation(PackageType=package_type, Code=source) == aws.invalid(message)


def test_an_image_can_be_replaced(aws: Account) -> None:
    aws.create(PackageType="Image")
    before = aws.shown()["CodeSha256"]
    following = aws.IMAGE.replace(":latest", ":next")
    updated = aws.call("update_function_code", FunctionName="orders", ImageUri=following)
    assert updated["CodeSha256"] != before
    assert aws.call("get_function", FunctionName="orders")["Code"]["ImageUri"] == following


NO_IMAGE_OF_LAMBDA = [
    "",
    "shop",
    "shop:latest",
    "public.ecr.aws/lambda/python:3.13",
    "docker.io/library/python:3.13",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop",
    "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop@sha256:1234",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:latest",
]


@pytest.mark.parametrize("uri", NO_IMAGE_OF_LAMBDA)
def test_an_image_comes_from_a_private_repository_of_the_region_by_its_tag_or_digest(aws: Account, uri: str) -> None:
    expected = aws.invalid(f"Source image {uri} is not valid. Provide a valid source image.")
    assert aws.refused_creation(PackageType="Image", Code={"ImageUri": uri}) == expected
    aws.create(PackageType="Image")
    assert aws.refusal("update_function_code", FunctionName="orders", ImageUri=uri) == expected
    assert aws.call("get_function", FunctionName="orders")["Code"]["ImageUri"] == aws.IMAGE


@pytest.mark.parametrize(
    "registry",
    [
        "210987654321.dkr.ecr.us-east-1.amazonaws.com",
        "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com",
        "123456789012.dkr-ecr.us-east-1.on.aws",
    ],
)
def test_an_image_may_come_from_another_account_and_through_any_endpoint(aws: Account, registry: str) -> None:
    uri = f"{registry}/shop/orders:1.0"
    aws.create(PackageType="Image", Code={"ImageUri": uri})
    code = aws.call("get_function", FunctionName="orders")
    digest = code["Configuration"]["CodeSha256"]
    assert code["Code"] == {
        "RepositoryType": "ECR", "ImageUri": uri, "ResolvedImageUri": f"{registry}/shop/orders@sha256:{digest}",
    }  # fmt: skip


# Updating --------------------------------------------------------------------------------------------------------


def test_an_update_answers_that_it_is_in_progress(aws: Account) -> None:
    aws.create()
    assert aws.update_code("changed") == aws.answer(200, aws.configuration(code="changed", **aws.UPDATING))
    assert aws.shown() == aws.answer(200, aws.configuration(code="changed", **aws.ACTIVE))


def test_an_update_may_change_the_architecture(aws: Account) -> None:
    aws.create()
    assert aws.update_code("changed", Architectures=["arm64"])["Architectures"] == ["arm64"]
    assert aws.update_code("changed again")["Architectures"] == ["arm64"]


def test_a_dry_run_answers_what_would_be_and_stores_nothing(aws: Account) -> None:
    aws.create()
    before = aws.shown()
    answer = aws.update_code("changed", DryRun=True, Architectures=["arm64"], Publish=True)
    assert answer == aws.answer(
        200, aws.configuration(code="changed", Architectures=["arm64"], RevisionId=before["RevisionId"], **aws.ACTIVE)
    )
    assert aws.shown() == before
    assert len(aws.call("list_versions_by_function", FunctionName="orders")["Versions"]) == 1


def test_a_dry_run_is_refused_what_the_update_would_be(aws: Account) -> None:
    aws.create()
    refusal = aws.refusal("update_function_code", FunctionName="orders", ZipFile=b"not a zip", DryRun=True)
    assert refusal == aws.invalid(UNREADABLE)


def storage_of(mock: LambdaMock) -> CodeStorage:
    """Where the mock counts code. The limit of 75 GB can't be reached in a test, so these set another one."""
    return mock._activation.backend.store("123456789012", "us-east-1").storage


def test_replacing_code_needs_room_for_the_difference_only(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(Code={"ZipFile": padded_archive(1000)})
    storage_of(mock_lambda).limit = 1999
    for size, publish in ((1999, False), (999, True)):
        content = padded_archive(size)
        answer = aws.call("update_function_code", FunctionName="orders", ZipFile=content, Publish=publish)
        assert answer["CodeSize"] == size


# What needs 1000 bytes more than are used, or just as many where it is published too.
TOO_MUCH: dict[str, Callable[[Account], Answer]] = {
    "create": lambda aws: aws.refused_creation("other", Code={"ZipFile": padded_archive(1000)}),
    "create and publish": lambda aws: aws.refused_creation(
        "other", Code={"ZipFile": padded_archive(500)}, Publish=True
    ),
    "update": lambda aws: aws.refusal("update_function_code", FunctionName="orders", ZipFile=padded_archive(2000)),
    "update and publish": lambda aws: aws.refusal(
        "update_function_code", FunctionName="orders", ZipFile=padded_archive(1000), Publish=True
    ),
    "publish": lambda aws: aws.refusal("publish_version", FunctionName="orders"),
}


@pytest.mark.parametrize("operation", TOO_MUCH)
def test_what_the_code_storage_has_no_room_for_is_refused_as_a_whole(
    aws: Account, mock_lambda: LambdaMock, operation: str
) -> None:
    aws.create(Code={"ZipFile": padded_archive(1000)})
    storage = storage_of(mock_lambda)
    storage.limit = 1999

    def state() -> list[Answer]:
        return [aws.call("list_functions", FunctionVersion="ALL"), aws.call("get_account_settings")]

    before = state()
    assert TOO_MUCH[operation](aws) == aws.error("CodeStorageExceededException", "Code storage limit exceeded.")
    assert state() == before
    storage.limit = 2000
    assert aws.publish()["Version"] == "1"
