"""The objects of S3 that a test provides itself, for want of a neighbour that keeps them."""

from __future__ import annotations

from lambda_mock.errors import LambdaMockError


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
        """The object's content, whichever version is asked for, or None where nobody provided it."""
        return self._objects.get((bucket, key))
