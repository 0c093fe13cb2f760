"""CORS as the settings of a function URL have it: preflights, and the headers of all other answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.conditions import wildcard
from lambda_mock.domain.web.messages import Headers, WebAnswer

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest


def preflight_answer(cors: Mapping[str, Any], request: WebRequest) -> WebAnswer | None:
    """The answer to a preflight, for which no function runs; None for a request that is none, or without settings."""
    if not cors or request.method != "OPTIONS" or request.header("access-control-request-method") is None:
        return None
    origin = request.header("origin")
    if origin is None:
        return None
    return WebAnswer(status=200, headers=(*_allowing(cors, origin), *_preflight(cors, origin)))


def headers_for(cors: Mapping[str, Any], request: WebRequest) -> Headers:
    """What the settings add to the answer to a request from that origin, beside the function's own headers."""
    origin = request.header("origin")
    if not cors or origin is None:
        return ()
    headers = _allowing(cors, origin)
    exposed = cors.get("ExposeHeaders")
    return (*headers, ("Access-Control-Expose-Headers", ",".join(exposed))) if headers and exposed else headers


def _allowing(cors: Mapping[str, Any], origin: str) -> Headers:
    """What lets an origin in; nothing where the settings don't."""
    allowed = cors.get("AllowOrigins") or ()
    with_credentials = cors.get("AllowCredentials") is True
    if not any(wildcard(pattern.lower(), origin.lower()) for pattern in allowed):
        return ()
    anybody = "*" in allowed and not with_credentials
    shown: Headers = (("Access-Control-Allow-Origin", "*" if anybody else origin),)
    if not anybody:
        shown += (("Vary", "Origin"),)
    return (*shown, ("Access-Control-Allow-Credentials", "true")) if with_credentials else shown


def _preflight(cors: Mapping[str, Any], origin: str) -> Headers:
    if not _allowing(cors, origin):
        return ()
    lists = {"Access-Control-Allow-Methods": "AllowMethods", "Access-Control-Allow-Headers": "AllowHeaders"}
    shown = tuple((header, ",".join(cors[member])) for header, member in lists.items() if cors.get(member))
    age = cors.get("MaxAge")
    return shown if age is None else (*shown, ("Access-Control-Max-Age", str(age)))
