from __future__ import annotations

from typing import Any, cast

import pytest

from lambda_mock.domain.neighbours.neighbourhood import Neighbourhood
from lambda_mock.domain.neighbours.objects import LocalObjects
from lambda_mock.domain.neighbours.port import (
    BucketClosedError,
    BucketElsewhereError,
    MissingError,
    Neighbours,
    NoSuchBucketError,
    NoSuchKeyError,
)
from lambda_mock.errors import AccessDeniedException, InvalidParameterValueException, LambdaMockError

CALLER = {"account_id": "123456789012", "region": "eu-west-1"}


class OtherService:
    """A neighbour that answers, or raises, the same for everything, and keeps what it was asked."""

    def __init__(self, answer: bytes | Exception | None) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def object_in_s3(self, *where: Any, **caller: Any) -> bytes | None:
        self.asked.append((where, caller))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def beside(other: OtherService | None, objects: LocalObjects | None = None) -> Neighbourhood:
    return Neighbourhood(objects or LocalObjects(), lambda: cast("Neighbours | None", other))


def test_an_object_that_the_test_provided_is_found() -> None:
    objects = LocalObjects()
    objects.put("bucket", "key", b"first")
    objects.put("bucket", "key", bytearray(b"last"))
    both = beside(None, objects)
    assert both.object_in_s3("bucket", "key", None, **CALLER) == b"last"
    assert both.object_in_s3("bucket", "key", "some-version", **CALLER) == b"last"


@pytest.mark.parametrize(("bucket", "key"), [("bucket", "other"), ("other", "key")])
@pytest.mark.parametrize("other", [None, OtherService(None)], ids=["no neighbour", "a neighbour without S3"])
def test_an_object_that_nobody_provided_is_a_mistake_of_the_test(
    bucket: str, key: str, other: OtherService | None
) -> None:
    objects = LocalObjects()
    objects.put("bucket", "key", b"")
    with pytest.raises(LambdaMockError, match=rf"mock\.s3_object\('{bucket}', '{key}', body\)"):
        beside(other, objects).object_in_s3(bucket, key, None, **CALLER)


def test_an_object_has_bytes() -> None:
    with pytest.raises(LambdaMockError, match="must be bytes"):
        LocalObjects().put("bucket", "key", "text")  # type: ignore[arg-type]


def test_the_objects_of_the_test_come_before_those_of_the_neighbour() -> None:
    objects, other = LocalObjects(), OtherService(b"its")
    objects.put("bucket", "key", b"mine")
    assert beside(other, objects).object_in_s3("bucket", "key", None, **CALLER) == b"mine"
    assert other.asked == []


@pytest.mark.parametrize("content", [b"its", b""])
def test_a_neighbour_is_asked_for_everything_else(content: bytes) -> None:
    other = OtherService(content)
    assert beside(other).object_in_s3("bucket", "key", "version", **CALLER) == content
    assert other.asked == [(("bucket", "key", "version"), CALLER)]


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (NoSuchBucketError(), "S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"),
        (NoSuchKeyError(), "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."),
        (
            BucketElsewhereError("eu-central-1"),
            (
                "S3 Error Code: PermanentRedirect. S3 Error Message: The bucket is in this region: eu-central-1. "
                "Please use this region to retry the request"
            ),
        ),
    ],
)
def test_what_a_neighbour_misses_is_an_error_of_lambda(missing: Exception, text: str) -> None:
    with pytest.raises(InvalidParameterValueException) as refused:
        beside(OtherService(missing)).object_in_s3("bucket", "key", None, **CALLER)
    assert refused.value.message == f"Error occurred while GetObject. {text}"


def test_a_bucket_that_is_closed_is_denied() -> None:
    with pytest.raises(AccessDeniedException, match="permission to GetObject for bucket/key"):
        beside(OtherService(BucketClosedError())).object_in_s3("bucket", "key", None, **CALLER)


def test_a_question_that_nobody_answers_has_no_answer() -> None:
    assert beside(None).ask(lambda them: them.has("arn")) is None


def test_a_neighbour_may_say_that_something_is_missing() -> None:
    other = OtherService(MissingError("key"))
    with pytest.raises(MissingError, match="key"):
        beside(other).ask(lambda them: them.object_in_s3("bucket", "key", None, **CALLER))
