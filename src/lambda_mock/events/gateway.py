"""The events of API Gateway: REST APIs', and formats 1.0 and 2.0 of HTTP APIs; for integrations and for authorizers."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from lambda_mock.events import moments, web

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where in an API a request has come: to a REST API's resource, or to an HTTP API's route.

    `path` is that of the request in a REST API, without the stage and percent-encoded. `resource` is the path of the
    resource or route as it was made. `deployment_id` is a REST API's. `binary` says whether a REST API takes the
    request's body for bytes. `authorizer` is what an authorizer has found out about who asks.
    """

    is_rest: bool
    api_id: str
    account_id: str
    stage: str
    path: str
    resource: str
    parameters: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)
    route_key: str = ""
    resource_id: str | None = None
    deployment_id: str | None = None
    binary: bool = False
    authorizer: Mapping[str, Any] | None = None

    def where(self, request: WebRequest) -> dict[str, Any]:
        """What the context of a request begins with."""
        return {
            "accountId": self.account_id,
            "apiId": self.api_id,
            **({} if self.authorizer is None else {"authorizer": dict(self.authorizer)}),
            "domainName": request.host,
            "domainPrefix": request.host.partition(".")[0],
        }


def format_2(reached: Reached, request: WebRequest, request_id: str, now: float) -> dict[str, Any]:
    """The event of an HTTP API in format 2.0."""
    headers = headers_of(request, request_id, now)
    cookies = web.cookies_of(headers)
    headers.pop("cookie", None)
    path = unquote(request.path)
    optional = {
        "cookies": cookies,
        "queryStringParameters": web.joined(web.query_pairs(request.query)),
        "pathParameters": dict(reached.parameters),
        "stageVariables": dict(reached.variables),
    }
    return {
        "version": "2.0",
        "routeKey": reached.route_key,
        "rawPath": path,
        "rawQueryString": request.query,
        "headers": headers,
        **{name: value for name, value in optional.items() if value},
        "requestContext": {
            **reached.where(request),
            "http": web.http_of(request, path),
            "requestId": request_id,
            "routeKey": reached.route_key,
            "stage": reached.stage,
            **moments.of_a_request(now),
        },
        **web.body_of(request),
    }


def format_1(reached: Reached, request: WebRequest, request_id: str, now: float) -> dict[str, Any]:
    """The event of a REST API, or that of an HTTP API in format 1.0."""
    pairs = _shown(reached, request, headers_of(request, request_id, now))
    query = web.query_pairs(request.query)
    return {
        **({} if reached.is_rest else {"version": "1.0"}),
        "resource": reached.resource,
        "path": reached.path if reached.is_rest else unquote(request.path),
        "httpMethod": request.method,
        "headers": dict(pairs),
        "multiValueHeaders": _listed(pairs),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _listed(query) or None,
        "requestContext": _context_1(reached, request, request_id, now),
        "pathParameters": dict(reached.parameters) or None,
        "stageVariables": dict(reached.variables) or None,
        "body": None,
        **_body_1(reached, request),
    }


def headers_of(request: WebRequest, request_id: str, now: float) -> dict[str, str]:
    """The headers that API Gateway passes on, by their names in lower case."""
    trace = f"Root=1-{int(now):08x}-{request_id.replace('-', '')[:24]}"
    headers = web.headers_of(request, trace)
    for name in _OF_FUNCTION_URLS:
        headers.pop(name, None)
    return headers


def _context_1(reached: Reached, request: WebRequest, request_id: str, now: float) -> dict[str, Any]:
    at = moments.of_a_request(now)
    identity: dict[str, Any] = dict.fromkeys(_NOBODY)
    return {
        **reached.where(request),
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
        "resourceId": reached.resource_id,
        "resourcePath": reached.resource,
        "stage": reached.stage,
        **({"deploymentId": reached.deployment_id} if reached.is_rest else {}),
    }


def _shown(reached: Reached, request: WebRequest, headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers one by one: a REST API keeps the client's spelling, an HTTP API has all in lower case."""
    sent = [(name, value) for name, value in request.headers if name.lower() in headers and name.lower() not in _ADDED]
    pairs = [*sent, *((_ADDED[name], value) for name, value in headers.items() if name in _ADDED)]
    return pairs if reached.is_rest else [(name.lower(), value) for name, value in pairs]


def _listed(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return lists


def _body_1(reached: Reached, request: WebRequest) -> dict[str, Any]:
    if not reached.is_rest or not request.body:
        return web.body_of(request)
    if reached.binary:
        return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}
    return {"body": request.body.decode(errors="replace"), "isBase64Encoded": False}
