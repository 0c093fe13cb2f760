from __future__ import annotations

from typing import Any

import pytest

from lambda_mock.domain.neighbours import LocalObjects, Neighbourhood, NoSuchBucketError, NoSuchKeyError
from lambda_mock.errors import InvalidParameterValueException, LambdaMockError

CALLER = {"account_id": "123456789012", "region": "eu-west-1"}


class OtherService:
    """A neighbour that answers, or raises, the same for everything, and keeps what it was asked."""

    def __init__(self, answer: bytes | Exception) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def object_in_s3(self, *where: Any, **caller: Any) -> bytes:
        self.asked.append((where, caller))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_an_object_that_the_test_provided_is_found() -> None:
    objects = LocalObjects()
    objects.put("bucket", "key", b"first")
    objects.put("bucket", "key", bytearray(b"last"))
    assert objects.object_in_s3("bucket", "key", None, **CALLER) == b"last"
    assert objects.object_in_s3("bucket", "key", "some-version", **CALLER) == b"last"


@pytest.mark.parametrize(("bucket", "key"), [("bucket", "other"), ("other", "key")])
def test_an_object_that_nobody_provided_is_a_mistake_of_the_test(bucket: str, key: str) -> None:
    objects = LocalObjects()
    objects.put("bucket", "key", b"")
    with pytest.raises(LambdaMockError, match=rf"mock\.s3_object\('{bucket}', '{key}', body\)"):
        objects.object_in_s3(bucket, key, None, **CALLER)


def test_an_object_has_bytes() -> None:
    with pytest.raises(LambdaMockError, match="must be bytes"):
        LocalObjects().put("bucket", "key", "text")  # type: ignore[arg-type]


def test_without_a_neighbour_the_objects_of_the_test_are_all_there_are() -> None:
    objects = LocalObjects()
    objects.put("bucket", "key", b"mine")
    both = Neighbourhood(objects, lambda: None)
    assert both.object_in_s3("bucket", "key", None, **CALLER) == b"mine"
    with pytest.raises(LambdaMockError, match=r"mock\.s3_object"):
        both.object_in_s3("bucket", "other", None, **CALLER)


def test_the_objects_of_the_test_come_before_those_of_the_neighbour() -> None:
    objects, other = LocalObjects(), OtherService(b"its")
    objects.put("bucket", "key", b"mine")
    both = Neighbourhood(objects, lambda: other)
    assert both.object_in_s3("bucket", "key", None, **CALLER) == b"mine"
    assert other.asked == []


def test_a_neighbour_is_asked_for_everything_else() -> None:
    other = OtherService(b"its")
    both = Neighbourhood(LocalObjects(), lambda: other)
    assert both.object_in_s3("bucket", "key", "version", **CALLER) == b"its"
    assert other.asked == [(("bucket", "key", "version"), CALLER)]


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        (NoSuchBucketError(), "S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist"),
        (NoSuchKeyError(), "S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist."),
    ],
)
def test_what_a_neighbour_misses_is_an_error_of_lambda(missing: Exception, text: str) -> None:
    both = Neighbourhood(LocalObjects(), lambda: OtherService(missing))
    with pytest.raises(InvalidParameterValueException) as refused:
        both.object_in_s3("bucket", "key", None, **CALLER)
    assert refused.value.message == f"Error occurred while GetObject. {text}"
