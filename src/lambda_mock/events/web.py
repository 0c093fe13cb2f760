"""From an HTTP request to the parts of an event that function URLs and API Gateway have in common.

Members that would be empty are left out, as AWS was recorded doing.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from lambda_mock.events import moments

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


def url_event(
    request: WebRequest, *, request_id: str, trace: str, now: float, iam: Mapping[str, Any] | None, signed: bool
) -> dict[str, Any]:
    """The event of a request to a function URL. `iam` is who asks, where the URL wants to know (`signed`)."""
    headers = headers_of(request, trace)
    if signed:
        headers.pop("authorization", None)
    parameters = joined(query_pairs(request.query))
    cookies = cookies_of(headers)
    prefix = request.host.partition(".")[0]
    caller = (
        {"accountId": "anonymous"} if iam is None else {"accountId": iam["accountId"], "authorizer": {"iam": dict(iam)}}
    )
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.path,
        "rawQueryString": request.query,
        **({"cookies": cookies} if cookies else {}),
        "headers": headers,
        **({"queryStringParameters": parameters} if parameters else {}),
        "requestContext": {
            **caller,
            "apiId": prefix,
            "domainName": request.host,
            "domainPrefix": prefix,
            "http": http_of(request, unquote(request.path)),
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            **moments.of_a_request(now),
        },
        **body_of(request),
    }


def iam_caller(*, access_key: str | None, account_id: str, caller_id: str, user_arn: str) -> dict[str, Any]:
    """Who has signed a request."""
    return {
        "accessKey": access_key,
        "accountId": account_id,
        "callerId": caller_id,
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": user_arn,
        "userId": caller_id,
    }
