"""One request and one answer, as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request that has arrived whole. `target` is what its first line says; the names of headers are as sent."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    @property
    def path(self) -> str:
        """The path as it was sent, percent-encoded. A client that takes us for a proxy names the host before it."""
        target = self.target.partition("?")[0]
        if target.startswith("/"):
            return target
        return "/" + target.partition("://")[2].partition("/")[2]

    @property
    def query(self) -> str:
        """What follows the question mark, as it was sent."""
        return self.target.partition("?")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer. A body that is an iterator is sent chunk by chunk, as it yields them, and its `close` is called."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | Iterator[bytes] = b""


class BrokenBodyError(Exception):
    """Raised by a body that can't go on: the connection ends in the middle of it."""
