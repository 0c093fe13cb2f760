"""From an HTTP request to the parts of an event that function URLs and HTTP APIs have in common.

Members that would be empty are left out, as AWS was recorded doing.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest

_ARRIVES_AS_TEXT = frozenset({"application/json", "application/xml", "application/javascript"})
_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"})
_TLS = {"x-amzn-tls-cipher-suite": "ECDHE-RSA-AES128-GCM-SHA256", "x-amzn-tls-version": "TLSv1.2"}


def headers_of(request: WebRequest, trace: str) -> dict[str, str]:
    """The headers by their names in lower case: the client's, those of one name joined, and those that AWS adds.

    `trace` is the header of X-Ray for a client that has sent none.
    """
    headers: dict[str, str] = {}
    for name, value in request.headers:
        key = name.lower()
        if key not in _OF_THE_CONNECTION:
            headers[key] = f"{headers[key]},{value}" if key in headers else value
    headers["host"] = request.host
    headers.setdefault("x-amzn-trace-id", trace)
    secure = request.scheme == "https"
    return {
        **headers,
        **(_TLS if secure else {}),
        "x-forwarded-for": request.source_ip,
        "x-forwarded-port": "443" if secure else "80",
        "x-forwarded-proto": request.scheme,
    }


def query_pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of a query, decoded, in order."""
    return parse_qsl(query, keep_blank_values=True)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Pairs as a mapping; the values of a name that comes more than once are joined by commas."""
    values: dict[str, str] = {}
    for name, value in pairs:
        values[name] = f"{values[name]},{value}" if name in values else value
    return values


def cookies_of(headers: Mapping[str, str]) -> list[str]:
    """The cookies that a request brings, each as `name=value`."""
    return [cookie.strip() for cookie in headers.get("cookie", "").split(";") if cookie.strip()]


def body_of(request: WebRequest) -> dict[str, Any]:
    """The members `body`, where there is one, and `isBase64Encoded`."""
    if not request.body:
        return {"isBase64Encoded": False}
    text = _as_text(request)
    if text is None:
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": text, "isBase64Encoded": False}


def _as_text(request: WebRequest) -> str | None:
    content_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if not content_type.startswith("text/") and content_type not in _ARRIVES_AS_TEXT:
        return None
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return None


def http_of(request: WebRequest, path: str) -> dict[str, str]:
    """The member `requestContext.http`."""
    agent = request.header("user-agent")
    return {
        "method": request.method,
        "path": path,
        "protocol": "HTTP/1.1",
        "sourceIp": request.source_ip,
        **({} if agent is None else {"userAgent": agent}),
    }


def moment(now: float) -> dict[str, Any]:
    """The members `time` and `timeEpoch` of a request context, of a moment in epoch seconds."""
    at = time.gmtime(now)
    # Not by %b, which speaks the language of whoever runs the tests.
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * at.tm_mon - 3 : 3 * at.tm_mon]
    return {
        "time": f"{at.tm_mday:02}/{month}/{at.tm_year}:{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} +0000",
        "timeEpoch": int(now * 1000),
    }
