"""S3 as moto keeps it: buckets, and the content of objects."""

from __future__ import annotations

import sys
from typing import Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.domain.neighbours.port import (
    BucketClosedError,
    BucketElsewhereError,
    NoSuchBucketError,
    NoSuchKeyError,
)


def object_in_s3(bucket: str, key: str, version: str | None, account_id: str, region: str) -> bytes:
    """The content of an object, whichever account owns the bucket: bucket names are global.

    An object that was deleted, and a version that isn't there, is a missing key like any other.
    """
    models: Any = sys.modules.get("moto.s3.models")
    if models is None:
        raise NoSuchBucketError(bucket)
    exceptions: Any = sys.modules["moto.s3.exceptions"]
    s3 = models.s3_backends[account_id][partition_of(region)]
    try:
        found = s3.get_bucket(bucket)
    except exceptions.MissingBucket:
        raise NoSuchBucketError(bucket) from None
    except exceptions.AccessDeniedByLock:
        raise BucketClosedError(bucket) from None
    if found.region_name != region:
        raise BucketElsewhereError(found.region_name)
    stored = s3.get_object(bucket, key, version)
    if stored is None:
        raise NoSuchKeyError(key)
    return bytes(stored.value)


def has_bucket(arn: str) -> bool:
    """Whether any account has the bucket."""
    models: Any = sys.modules.get("moto.s3.models")
    return models is not None and arn.rpartition(":")[2] in models.s3_backends.bucket_accounts
