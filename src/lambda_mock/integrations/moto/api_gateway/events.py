"""The events of proxy integrations: REST APIs', and formats 1.0 and 2.0 of HTTP APIs."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lambda_mock.domain.web import events

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest
    from lambda_mock.integrations.moto.api_gateway.integrations import Integration

_ADDED = {
    "host": "Host",
    "x-amzn-trace-id": "X-Amzn-Trace-Id",
    "x-forwarded-for": "X-Forwarded-For",
    "x-forwarded-port": "X-Forwarded-Port",
    "x-forwarded-proto": "X-Forwarded-Proto",
}
_NOBODY = (
    "accessKey",
    "accountId",
    "caller",
    "cognitoAuthenticationProvider",
    "cognitoAuthenticationType",
    "cognitoIdentityId",
    "cognitoIdentityPoolId",
    "principalOrgId",
    "user",
    "userArn",
)
_OF_FUNCTION_URLS = ("x-amzn-tls-cipher-suite", "x-amzn-tls-version")


def event_for(integration: Integration, request: WebRequest, request_id: str, now: float) -> bytes:
    """The event as JSON text."""
    trace = f"Root=1-{int(now):08x}-{request_id.replace('-', '')[:24]}"
    headers = events.headers_of(request, trace)
    for name in _OF_FUNCTION_URLS:
        headers.pop(name, None)
    make = _format_2 if integration.payload_format == "2.0" else _format_1
    event = make(integration, request, headers, request_id, now)
    return json.dumps(event, ensure_ascii=False).encode(errors="surrogatepass")


def is_binary(media_types: Iterable[str], content_type: str | None) -> bool:
    """Whether a REST API takes a content type for bytes."""
    given = (content_type or "").partition(";")[0].strip().lower()
    main = given.partition("/")[0]
    return any(media_type.lower() in {"*/*", given, f"{main}/*"} for media_type in media_types)


def _format_2(
    integration: Integration, request: WebRequest, headers: dict[str, str], request_id: str, now: float
) -> dict[str, Any]:
    cookies = events.cookies_of(headers)
    headers.pop("cookie", None)
    path = unquote(request.path)
    optional = {
        "cookies": cookies,
        "queryStringParameters": events.joined(events.query_pairs(request.query)),
        "pathParameters": integration.parameters,
        "stageVariables": integration.variables,
    }
    return {
        "version": "2.0",
        "routeKey": integration.route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        **{name: value for name, value in optional.items() if value},
        "requestContext": {
            **_where(integration, request),
            "http": events.http_of(request, path),
            "requestId": request_id,
            "routeKey": integration.route_key,
            "stage": integration.stage,
            **events.moment(now),
        },
        **events.body_of(request),
    }


def _format_1(
    integration: Integration, request: WebRequest, headers: dict[str, str], request_id: str, now: float
) -> dict[str, Any]:
    pairs = _shown(integration, request, headers)
    query = events.query_pairs(request.query)
    path = integration.path if integration.is_rest else unquote(request.path)
    return {
        **({} if integration.is_rest else {"version": "1.0"}),
        "resource": integration.resource,
        "path": path,
        "httpMethod": request.method,
        "headers": dict(pairs),
        "multiValueHeaders": _listed(pairs),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _listed(query) or None,
        "requestContext": _context_1(integration, request, request_id, now),
        "pathParameters": dict(integration.parameters) or None,
        "stageVariables": dict(integration.variables) or None,
        "body": None,
        **_body_1(integration, request),
    }


def _context_1(integration: Integration, request: WebRequest, request_id: str, now: float) -> dict[str, Any]:
    at = events.moment(now)
    identity: dict[str, Any] = dict.fromkeys(_NOBODY)
    return {
        **_where(integration, request),
        "extendedRequestId": request_id,
        "httpMethod": request.method,
        "identity": {
            **identity,
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent"),
        },
        "path": request.path,
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": at["time"],
        "requestTimeEpoch": at["timeEpoch"],
        "resourceId": integration.resource_id,
        "resourcePath": integration.resource,
        "stage": integration.stage,
        **({"deploymentId": integration.deployment_id} if integration.is_rest else {}),
    }


def _where(integration: Integration, request: WebRequest) -> dict[str, str]:
    return {
        "accountId": integration.account_id,
        "apiId": integration.api_id,
        "domainName": request.host,
        "domainPrefix": integration.api_id,
    }


def _shown(integration: Integration, request: WebRequest, headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers one by one: a REST API keeps the client's spelling, an HTTP API has all in lower case."""
    sent = [(name, value) for name, value in request.headers if name.lower() in headers and name.lower() not in _ADDED]
    pairs = [*sent, *((_ADDED[name], value) for name, value in headers.items() if name in _ADDED)]
    return pairs if integration.is_rest else [(name.lower(), value) for name, value in pairs]


def _listed(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def _body_1(integration: Integration, request: WebRequest) -> dict[str, Any]:
    if not integration.is_rest or not request.body:
        return events.body_of(request)
    if is_binary(integration.binary, request.header("content-type")):
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": request.body.decode(errors="replace"), "isBase64Encoded": False}
