"""Who answers Lambda's questions: what the test itself provided, then the neighbour that is there at the moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lambda_mock.domain.neighbours.port import (
    BucketClosedError,
    BucketElsewhereError,
    NoSuchBucketError,
    NoSuchKeyError,
)
from lambda_mock.errors import AccessDeniedException, InvalidParameterValueException, LambdaMockError

if TYPE_CHECKING:
    from lambda_mock.domain.neighbours.objects import LocalObjects
    from lambda_mock.domain.neighbours.port import Neighbours

_Fact = TypeVar("_Fact")


class Neighbourhood:
    """The test's own objects and roles, and the neighbour that `outer` gives, where it gives one.

    `roles` are the ARNs of roles that exist because the test said so, without IAM.
    """

    __slots__ = ("_objects", "_outer", "roles")

    def __init__(self, objects: LocalObjects, outer: Callable[[], Neighbours | None]) -> None:
        self._objects = objects
        self._outer = outer
        self.roles: set[str] = set()

    def active(self) -> Neighbours | None:
        """The neighbour that is there at the moment, if any."""
        return self._outer()

    def ask(self, question: Callable[[Neighbours], _Fact | None]) -> _Fact | None:
        """What the neighbour says, which may be MissingError; None where nobody knows."""
        outer = self._outer()
        return None if outer is None else question(outer)

    def object_in_s3(self, bucket: str, key: str, version: str | None, *, account_id: str, region: str) -> bytes:
        """The object's content. What the neighbour refuses is AWS's error, what nobody provided a LambdaMockError."""
        body = self._objects.find(bucket, key)
        if body is None:
            try:
                body = self.ask(
                    lambda them: them.object_in_s3(bucket, key, version, account_id=account_id, region=region)
                )
            except NoSuchBucketError:
                raise _s3_error("NoSuchBucket", "The specified bucket does not exist") from None
            except NoSuchKeyError:
                raise _s3_error("NoSuchKey", "The specified key does not exist.") from None
            except BucketElsewhereError as there:
                raise _s3_error(
                    "PermanentRedirect",
                    f"The bucket is in this region: {there}. Please use this region to retry the request",
                ) from None
            except BucketClosedError:
                raise AccessDeniedException(
                    "Your access has been denied by S3, please make sure your request credentials have permission to "
                    f"GetObject for {bucket}/{key}. S3 Error Code: AccessDenied. S3 Error Message: Access Denied"
                ) from None
        if body is None:
            message = (
                f"A package was said to be at s3://{bucket}/{key}, and nobody has put it there: "
                f"call mock.s3_object({bucket!r}, {key!r}, body) first, or put it into moto's S3 inside mock_aws()."
            )
            raise LambdaMockError(message)
        return body


def _s3_error(code: str, message: str) -> InvalidParameterValueException:
    return InvalidParameterValueException(
        f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    )
