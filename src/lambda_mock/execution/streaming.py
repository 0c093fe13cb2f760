"""Responses that are read while a function still produces them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from lambda_mock.execution.executor import InvocationResult

LARGEST_STREAM = 209_715_200
"""The bytes that a function may stream."""


class Stream:
    """One response, from the thread in which it is produced to all that read it."""

    __slots__ = ("_begun", "_changed", "_error", "_pieces", "_result", "_size", "content_type")

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._pieces: list[bytes] = []
        self._size = 0
        self._begun = False
        self.content_type = ""
        """What the function calls it, once it has begun to stream."""
        self._result: InvocationResult | None = None
        self._error: BaseException | None = None

    def begin(self, content_type: str) -> None:
        """The function has begun to stream."""
        with self._changed:
            self.content_type = content_type
            self._begun = True
            self._changed.notify_all()

    def write(self, chunk: bytes) -> None:
        """One more piece; nothing that goes beyond what may be streamed."""
        with self._changed:
            chunk = chunk[: LARGEST_STREAM - self._size]
            if chunk:
                self._size += len(chunk)
                self._pieces.append(chunk)
                self._changed.notify_all()

    def end(self, result: InvocationResult) -> None:
        """The run has ended. What the function answered as a whole is the only piece, unless it is an error."""
        if not self._begun and result.function_error is None:
            self.write(result.payload)
        with self._changed:
            self._result = result
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        """The run has ended in what speaks to the test."""
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def wait_for_its_beginning(self) -> None:
        """Return as soon as there is something to read, or the end. What speaks to the test is raised."""
        self._wait(lambda: self._begun)

    def result(self) -> InvocationResult:
        """How the run ended."""
        self._wait(lambda: False)
        return cast("InvocationResult", self._result)

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        while self._wait(partial(self._has_more_than, read)):
            yield self._pieces[read]
            read += 1

    def _has_more_than(self, pieces: int) -> bool:
        return len(self._pieces) > pieces

    def _wait(self, for_this: Callable[[], bool]) -> bool:
        """Wait for something, or for the end: then it is whether there is something at that end."""
        with self._changed:
            self._changed.wait_for(lambda: for_this() or self._result is not None or self._error is not None)
            if self._error is not None:
                raise self._error
            return for_this()
