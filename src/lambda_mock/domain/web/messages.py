"""One HTTP request to a function and the answer to it, as values, whoever carried them here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

Headers = tuple[tuple[str, str], ...]


class BrokenOffError(Exception):
    """Raised by a body that can't go on: the response ends in the middle of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebRequest:
    """A request that has arrived whole.

    `host` is in lower case and without a port; `path` and `query` are as they were sent, percent-encoded.
    """

    method: str
    host: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    scheme: str = "https"
    source_ip: str = "127.0.0.1"

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAnswer:
    """An answer. A body that is an iterator is passed on as it comes; it may raise BrokenOffError, and has `close`."""

    status: int
    headers: Headers = ()
    body: bytes | Iterator[bytes] = b""

    def with_headers(self, *further: tuple[str, str]) -> WebAnswer:
        """The answer with further headers after its own."""
        return replace(self, headers=(*self.headers, *further))


def json_answer(status: int, document: object, headers: Mapping[str, str] | None = None) -> WebAnswer:
    """An answer whose body is JSON, without spaces as AWS writes it."""
    body = json.dumps(document, separators=(",", ":")).encode()
    return WebAnswer(status=status, headers=(("Content-Type", "application/json"), *(headers or {}).items()), body=body)
