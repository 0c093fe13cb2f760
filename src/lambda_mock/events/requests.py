"""HTTP requests as a test gives them, made into those that arrive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from lambda_mock.domain.web.messages import WebRequest
from lambda_mock.events.made_up import text_of

Query = str | Mapping[str, Any] | Sequence[tuple[str, Any]]
"""A query: as it is written, or by name, where a list has several values, or as pairs."""

Headers = Mapping[str, Any]
"""Headers by name: a list has several values, and None stands for one that isn't sent."""

SOURCE_IP = "127.0.0.1"

_STAYS_IN_A_PATH = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a test says of a request. `path` may have a query behind it. A body is JSON unless it is text or bytes."""

    method: str
    path: str
    query: Query | None
    headers: Headers | None
    cookies: Mapping[str, str] | None
    body: Any
    source_ip: str

    def at(self, host: str, before: str = "") -> WebRequest:
        """The request as it arrives at a host; `before` stands before its path."""
        body, content_type = _body(self.body)
        return WebRequest(
            method=self.method.upper(),
            host=host.lower(),
            path=before + self.encoded_path,
            query="&".join(filter(None, (self.path.partition("?")[2], _query(self.query)))),
            headers=tuple(self._headers(body, content_type)),
            body=body,
            source_ip=self.source_ip,
        )

    @property
    def encoded_path(self) -> str:
        """The path alone, percent-encoded."""
        return quote("/" + self.path.partition("?")[0].removeprefix("/"), safe=_STAYS_IN_A_PATH)

    def _headers(self, body: bytes, content_type: str | None) -> Iterator[tuple[str, str]]:
        """The headers that are given, and those that every client sends."""
        given = dict(self.headers or {})
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        known = {name.lower() for name in given}
        usual = {
            "Accept": "*/*",
            "User-Agent": "lambda-mock",
            "Content-Type": content_type,
            "Content-Length": len(body) if body else None,
        }
        for name, value in {**given, **{name: usual[name] for name in usual if name.lower() not in known}}.items():
            for each in _values(value):
                yield name, str(each)


def _values(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list | tuple) else (value,)


def _query(query: Query | None) -> str:
    if isinstance(query, str):
        return query.removeprefix("?")
    pairs = query.items() if isinstance(query, Mapping) else query or ()
    return urlencode([(name, each) for name, value in pairs for each in _values(value)], quote_via=quote)


def _body(body: Any) -> tuple[bytes, str | None]:
    """The bytes of a body, and what they are."""
    if body is None:
        return b"", None
    if isinstance(body, bytes | bytearray):
        return bytes(body), "application/octet-stream"
    if isinstance(body, str):
        return body.encode(), "text/plain; charset=utf-8"
    return text_of("body", body).encode(), "application/json"
