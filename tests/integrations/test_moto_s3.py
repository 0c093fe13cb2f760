"""Code that a test put into moto's S3 is read from there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock.domain.neighbours.port import NoSuchBucketError, NoSuchKeyError
from lambda_mock.integrations.moto import moto_where_active

ACCOUNT = "123456789012"


@pytest.fixture
def s3() -> Iterator[Any]:
    """A client of moto's S3 with a bucket `code`, versioned."""
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="code")
        client.put_bucket_versioning(Bucket="code", VersioningConfiguration={"Status": "Enabled"})
        yield client


def read(key: str = "resize.zip", *, bucket: str = "code", version: str | None = None, account: str = ACCOUNT) -> bytes:
    neighbours = moto_where_active()
    assert neighbours is not None
    body = neighbours.object_in_s3(bucket, key, version, account_id=account, region="us-east-1")
    assert body is not None
    return body


def test_an_object_is_read(s3: Any) -> None:
    s3.put_object(Bucket="code", Key="resize.zip", Body=b"PK")
    assert read() == b"PK"


def test_a_large_object_is_read_whole(s3: Any) -> None:
    body = b"0123456789abcdef" * 1_000_000
    s3.put_object(Bucket="code", Key="resize.zip", Body=body)
    assert read() == body


def test_a_version_is_read(s3: Any) -> None:
    first = s3.put_object(Bucket="code", Key="resize.zip", Body=b"one")["VersionId"]
    s3.put_object(Bucket="code", Key="resize.zip", Body=b"two")
    assert (read(version=first), read()) == (b"one", b"two")


def test_a_bucket_is_found_from_another_account(s3: Any) -> None:
    s3.put_object(Bucket="code", Key="resize.zip", Body=b"PK")
    assert read(account="210987654321") == b"PK"


def test_a_missing_bucket_is_named(s3: Any) -> None:
    with pytest.raises(NoSuchBucketError, match="other"):
        read(bucket="other")


def test_a_missing_key_is_named(s3: Any) -> None:
    with pytest.raises(NoSuchKeyError, match=r"resize\.zip"):
        read()


def test_a_deleted_object_is_a_missing_key(s3: Any) -> None:
    s3.put_object(Bucket="code", Key="resize.zip", Body=b"PK")
    s3.delete_object(Bucket="code", Key="resize.zip")
    with pytest.raises(NoSuchKeyError):
        read()


def test_a_missing_version_is_a_missing_key(s3: Any) -> None:
    s3.put_object(Bucket="code", Key="resize.zip", Body=b"PK")
    with pytest.raises(NoSuchKeyError):
        read(version="other")
