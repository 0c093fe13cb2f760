"""Lambda's neighbours where moto is active: its S3 as a source of code, read in process where the test put it.

Nothing here imports moto first; in server mode it keeps its state elsewhere and counts as absent.
"""

from __future__ import annotations

import sys
from typing import Any

from lambda_mock.domain.neighbours import Neighbours, NoSuchBucketError, NoSuchKeyError


def moto_where_active() -> Neighbours | None:
    """The services of moto while a `mock_aws` is active, else None."""
    core: Any = sys.modules.get("moto.core.models")
    return _MOTO if core is not None and core.botocore_stubber.enabled else None


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
