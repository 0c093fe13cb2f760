"""What Lambda asks of other services, as a port: whoever knows them, the test itself or moto, answers behind it.

A neighbour that isn't there is never guessed at: only one that really keeps buckets can say that something is missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from lambda_mock.errors import InvalidParameterValueException, LambdaMockError


class NoSuchBucketError(LookupError):
    """S3 has no such bucket."""


class NoSuchKeyError(LookupError):
    """The bucket has no such object, or no such version of it."""


class Neighbours(Protocol):
    """The other services, as far as Lambda reaches into them."""

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes:
        """The object's content. Raises NoSuchBucketError, NoSuchKeyError, or the error that Lambda makes of them."""


class LocalObjects:
    """The objects that the test itself provided; their bucket, key and content are all there is to them."""

    __slots__ = ("_objects",)

    def __init__(self) -> None:
        self._objects: dict[tuple[str, str], bytes] = {}

    def put(self, bucket: str, key: str, body: bytes | bytearray | memoryview) -> None:
        """Provide an object; one of the same bucket and key is replaced."""
        if not isinstance(body, bytes | bytearray | memoryview):
            message = f"mock.s3_object({bucket!r}, {key!r}): the body must be bytes, such as a zip's, not {body!r}."
            raise LambdaMockError(message)
        self._objects[bucket, key] = bytes(body)

    def find(self, bucket: str, key: str) -> bytes | None:
        """The object's content, or None where nobody provided it."""
        return self._objects.get((bucket, key))

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes:  # noqa: ARG002  # an object here has one version, in all accounts
        """The object's content, whichever version is asked for. One that nobody provided is a LambdaMockError."""
        body = self.find(bucket, key)
        if body is None:
            message = (
                f"A package was said to be at s3://{bucket}/{key}, and nobody has put it there: "
                f"call mock.s3_object({bucket!r}, {key!r}, body) first, or put it into moto's S3 inside mock_aws()."
            )
            raise LambdaMockError(message)
        return body


class Neighbourhood:
    """The test's own objects first, then the neighbour that `outer` gives at that moment, where it gives one."""

    __slots__ = ("_local", "_outer")

    def __init__(self, local: LocalObjects, outer: Callable[[], Neighbours | None]) -> None:
        self._local = local
        self._outer = outer

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes:
        """The object's content. What the neighbour misses is AWS's error, what nobody provided a LambdaMockError."""
        outer = self._outer()
        if outer is None or self._local.find(bucket, key) is not None:
            return self._local.object_in_s3(bucket, key, version, account_id=account_id, region=region)
        try:
            return outer.object_in_s3(bucket, key, version, account_id=account_id, region=region)
        except NoSuchBucketError as error:
            raise _s3_error("NoSuchBucket", "The specified bucket does not exist") from error
        except NoSuchKeyError as error:
            raise _s3_error("NoSuchKey", "The specified key does not exist.") from error


def _s3_error(code: str, message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(
        f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    )
