"""Lambda's neighbours where moto is active: its S3 as a source of code, its IAM and STS as issuers of access keys.

Nothing here imports moto first; in server mode it keeps its state elsewhere and counts as absent.
"""

from __future__ import annotations

import sys
from typing import Any

from lambda_mock.domain.callers import Caller
from lambda_mock.domain.neighbours import Neighbours, NoSuchBucketError, NoSuchKeyError


def moto_where_active() -> Neighbours | None:
    """The services of moto while a `mock_aws` is active, else None."""
    return _MOTO if _is_active() else None


def issued_by_moto(access_key: str) -> Caller | None:
    """The user or role that moto's IAM or STS handed an access key to; None for keys that it doesn't know.

    Keys have AWS's form. moto keeps those of all kinds by account and partition, and of a role's session who it is.
    """
    iam: Any = sys.modules.get("moto.iam.models")
    if not access_key.startswith(("AKIA", "ASIA")) or iam is None or not _is_active():
        return None
    for account_id, partitions in list(iam.iam_backends.items()):
        for partition, backend in list(partitions.items()):
            key = backend.access_keys.get(access_key)
            if key is not None:
                return Caller(account_id=account_id, arns=_arns(account_id, partition, backend, key))
    return None


def _arns(account_id: str, partition: str, iam: Any, key: Any) -> tuple[str, ...]:
    """What the holder of a key goes by: a user's ARN, or that of a session and of its role."""
    if key.role_arn is not None:
        from moto.sts.models import sts_backends  # noqa: PLC0415 - moto is loaded only where it is active

        session = sts_backends[account_id][partition].get_assumed_role_from_access_key(key.access_key_id)
        return () if session is None else (session.arn, key.role_arn)
    user = iam.users.get(key.user_name)
    return () if user is None else (user.arn,)


def _is_active() -> bool:
    core: Any = sys.modules.get("moto.core.models")
    return core is not None and bool(core.botocore_stubber.enabled)


class _Moto:
    """The services of an active moto."""

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes:
        """The content of an object, whichever account owns the bucket: bucket names are global.

        A deleted object, and a version that isn't there, is a NoSuchKeyError like any other.
        """
        from moto.s3.exceptions import MissingBucket  # noqa: PLC0415 - moto is loaded only where it is active
        from moto.s3.models import s3_backends  # noqa: PLC0415
        from moto.utilities.utils import get_partition  # noqa: PLC0415

        try:
            stored = s3_backends[account_id][get_partition(region)].get_object(bucket, key, version)
        except MissingBucket:
            raise NoSuchBucketError(bucket) from None
        if stored is None:
            raise NoSuchKeyError(key)
        return bytes(stored.value)


_MOTO = _Moto()
