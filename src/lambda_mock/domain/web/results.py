"""From what a function answers to an HTTP response: payload format 2.0, and the prelude of streamed responses.

A result that can't be made sense of is a MalformedResultError; what the client is told then is for whoever asked.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from lambda_mock.domain.web.messages import Headers, WebAnswer

HTTP_RESPONSE = "application/vnd.awslambda.http-integration-response"
"""What a function calls a stream that begins with the status, headers and cookies of the response."""

_END_OF_PRELUDE = bytes(8)
_LONGEST_PRELUDE = 65_536
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\x00\r\n\ud800-\udfff]*")
_WRITTEN_STATUS = re.compile(r"[0-9]{3}")
_NOT_THE_FUNCTIONS = frozenset({"connection", "content-length", "transfer-encoding"})
_LOWEST_STATUS, _HIGHEST_STATUS = 200, 599


class MalformedResultError(Exception):
    """A function's result that has the form of an HTTP response, and isn't one."""


def inferred_answer(payload: bytes) -> WebAnswer:
    """The response for a whole result in format 2.0: it is one by itself where it has a status, and else its body."""
    try:
        result = json.loads(payload, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return _from_text(payload)
    if isinstance(result, dict) and "statusCode" in result:
        return described_answer(result)
    text = result if isinstance(result, str) else json.dumps(result, separators=(",", ":"), ensure_ascii=False)
    return WebAnswer(
        status=200, headers=(("Content-Type", "application/json"),), body=text.encode(errors="surrogatepass")
    )


def described_answer(result: dict[str, Any]) -> WebAnswer:
    """The response that a result with a `statusCode` describes."""
    return WebAnswer(
        status=status_of(result.get("statusCode")),
        headers=(*with_content_type(headers_of(result.get("headers"))), *_cookies(result.get("cookies"))),
        body=body_of(result),
    )


def streamed_answer(
    pieces: Iterator[bytes], content_type: str, wrapped: Callable[[Iterator[bytes]], Iterator[bytes]]
) -> WebAnswer:
    """The response for a result that is still being streamed, under the content type that the function gave it.

    `wrapped` is what becomes of the rest of the pieces.
    """
    if content_type != HTTP_RESPONSE:
        return WebAnswer(status=200, headers=(("Content-Type", content_type),), body=wrapped(pieces))
    head = b""
    for piece in pieces:
        head += piece
        prelude, end, begun = head.partition(_END_OF_PRELUDE)
        if end:
            described = _prelude(prelude)
            return WebAnswer(status=described.status, headers=described.headers, body=wrapped(_after(begun, pieces)))
        if len(head) > _LONGEST_PRELUDE:
            break
    raise MalformedResultError


def status_of(value: object) -> int:
    """A status, which may be written as text. MalformedResultError for what no final response can have."""
    if isinstance(value, str) and _WRITTEN_STATUS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or not _LOWEST_STATUS <= value <= _HIGHEST_STATUS:
        raise MalformedResultError
    return value


def headers_of(value: object) -> Headers:
    """Headers with one value each; a number or a truth value counts as text."""
    if value is None:
        return ()
    if not isinstance(value, dict) or not all(map(_HEADER_NAME.fullmatch, value)):
        raise MalformedResultError
    return tuple((name, header_text(each)) for name, each in value.items() if name.lower() not in _NOT_THE_FUNCTIONS)


def header_text(value: object) -> str:
    """The value of one header."""
    if isinstance(value, str) and _HEADER_VALUE.fullmatch(value):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise MalformedResultError


def with_content_type(headers: Headers) -> Headers:
    """The headers, with JSON as what the body is unless they say."""
    if any(name.lower() == "content-type" for name, _ in headers):
        return headers
    return (("Content-Type", "application/json"), *headers)


def body_of(result: dict[str, Any]) -> bytes:
    """The body, which is text, or bytes in base64 where the result says so."""
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedResultError
    encoded = body.encode(errors="surrogatepass")
    if result.get("isBase64Encoded") is not True:
        return encoded
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise MalformedResultError from error


def _from_text(payload: bytes) -> WebAnswer:
    """The response for what isn't JSON: all that was streamed, with or without a prelude."""
    prelude, end, body = payload.partition(_END_OF_PRELUDE)
    if end:
        described = _prelude(prelude)
        return WebAnswer(status=described.status, headers=described.headers, body=body)
    return WebAnswer(status=200, headers=(("Content-Type", "application/json"),), body=payload)


def _prelude(text: bytes) -> WebAnswer:
    try:
        described = json.loads(text)
    except ValueError as error:
        raise MalformedResultError from error
    if not isinstance(described, dict):
        raise MalformedResultError
    described.pop("body", None)
    return described_answer({"statusCode": 200, **described})


def _after(begun: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    if begun:
        yield begun
    yield from pieces


def _cookies(value: object) -> Headers:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(cookie, str) for cookie in value):
        raise MalformedResultError
    return tuple(("Set-Cookie", header_text(cookie)) for cookie in value)


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
