"""Requests to REST APIs and HTTP APIs of API Gateway, as a test writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from lambda_mock.errors import LambdaMockError
from lambda_mock.events.gateway import Reached, format_1, format_2
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, digits_of, plain, refuse, uuid_of
from lambda_mock.events.moments import Moment, epoch
from lambda_mock.events.requests import SOURCE_IP, Asked, Headers, Query
from lambda_mock.events.routes import filled, matches

if TYPE_CHECKING:
    from lambda_mock.domain.web.messages import WebRequest

PayloadFormat = Literal["1.0", "2.0"]
"""The formats of an HTTP API's events."""

API_ID = "a1b2c3d4e5"
DEFAULT_ROUTE = "$default"
_FORMATS = ("1.0", "2.0")


def api_gateway(
    method: str = "GET",
    path: str | None = None,
    *,
    resource: str | None = None,
    path_parameters: Mapping[str, str] | None = None,
    query: Query | None = None,
    headers: Headers | None = None,
    cookies: Mapping[str, str] | None = None,
    body: Any = None,
    binary: bool | None = None,
    stage: str = "prod",
    stage_variables: Mapping[str, str] | None = None,
    authorizer: Mapping[str, Any] | None = None,
    claims: Mapping[str, Any] | None = None,
    api_id: str = API_ID,
    host: str | None = None,
    resource_id: str | None = None,
    deployment_id: str | None = None,
    source_ip: str = SOURCE_IP,
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """A request to a REST API with a proxy integration.

    `events.api_gateway("GET", "/orders/7", resource="/orders/{id}", claims={"sub": "ann"})`

    `resource` is the path of the resource, the request's own without it. The parameters in the path are found by it; or
    they are given, `events.api_gateway(resource="/orders/{id}", path_parameters={"id": "7"})`, and make the path.
    `path` has no stage, and may have a query behind it; `query` is one as it is written, or values by name, a list for
    several. Headers keep their spelling; of several values the last stands in `headers` and all in `multiValueHeaders`,
    and so it is with the query. A body that isn't text or bytes is JSON; `binary` says whether it stands in base64, as
    from an API with binary media types, and without it bytes do. `authorizer` is what a Lambda authorizer has found
    out, `claims` what one of Cognito has.

    LambdaMockError for a path that isn't one of the resource.

    Source: "Input format of a Lambda function for proxy integration" in the developer guide of API Gateway.
    """
    path, parameters = _path(path, resource, path_parameters)
    asked = Asked(method, path, query, headers, cookies, body, source_ip)
    request = asked.at(host or host_of(api_id, region), f"/{stage}")
    reached = Reached(
        is_rest=True,
        api_id=api_id,
        account_id=account_id,
        stage=stage,
        path=asked.encoded_path,
        resource=resource or asked.encoded_path,
        parameters=parameters,
        variables=stage_variables or {},
        resource_id=resource_id or digits_of(6, "resource", resource),
        deployment_id=deployment_id or digits_of(6, "deployment", api_id),
        binary=isinstance(body, bytes | bytearray) if binary is None else binary,
        authorizer=_authorizer(authorizer, None if claims is None else {"claims": dict(claims)}),
    )
    return format_1(reached, request, request_id or id_of(request), epoch(at))


def api_gateway_v2(
    method: str | None = None,
    path: str | None = None,
    *,
    route_key: str = DEFAULT_ROUTE,
    path_parameters: Mapping[str, str] | None = None,
    query: Query | None = None,
    headers: Headers | None = None,
    cookies: Mapping[str, str] | None = None,
    body: Any = None,
    payload_format: PayloadFormat = "2.0",
    stage: str = DEFAULT_ROUTE,
    stage_variables: Mapping[str, str] | None = None,
    authorizer: Mapping[str, Any] | None = None,
    claims: Mapping[str, Any] | None = None,
    scopes: Sequence[str] | None = None,
    api_id: str = API_ID,
    host: str | None = None,
    source_ip: str = SOURCE_IP,
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """A request to an HTTP API: `events.api_gateway_v2("GET", "/orders/7", route_key="GET /orders/{id}")`.

    The parameters in the path are found by the route; or they are given with it, as for `events.api_gateway`, and make
    the path. Without a `method` it is the route's, or else GET. A `stage` other than `$default` stands before the path.
    In format 2.0 headers are in lower case, several values of a header or parameter are joined by commas, and cookies
    are a list; as on AWS the Content-Type decides whether a body stands in base64, and one that isn't given goes by
    what the body is. `claims` and `scopes` are what a JWT authorizer has found, `authorizer` is what another one has,
    such as `{"lambda": {"user": "ann"}}`. The other options are those of `events.api_gateway`.

    LambdaMockError for a method or path that isn't one of the route.

    Source: "AWS Lambda proxy integrations for HTTP APIs" in the developer guide of API Gateway.
    """
    if payload_format not in _FORMATS:
        refuse("payload format", payload_format, _FORMATS)
    if scopes is not None and claims is None:
        raise LambdaMockError("scopes= are those of a JWT, and stand beside its claims: give claims= as well.")
    method, template = route_of(method, route_key)
    path, parameters = _path(path, template, path_parameters)
    asked = Asked(method, path, query, headers, cookies, body, source_ip)
    request = asked.at(host or host_of(api_id, region), "" if stage == DEFAULT_ROUTE else f"/{stage}")
    by_jwt = None if claims is None else {"jwt": {"claims": dict(claims), "scopes": scopes and list(scopes)}}
    reached = Reached(
        is_rest=False,
        api_id=api_id,
        account_id=account_id,
        stage=stage,
        path=asked.encoded_path,
        resource=template or DEFAULT_ROUTE,
        parameters=parameters,
        variables=stage_variables or {},
        route_key=route_key,
        authorizer=_authorizer(authorizer, by_jwt),
    )
    make = format_2 if payload_format == "2.0" else format_1
    return make(reached, request, request_id or id_of(request), epoch(at))


def host_of(api_id: str, region: str) -> str:
    """The host of an API."""
    return f"{api_id}.execute-api.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def id_of(request: WebRequest) -> str:
    """The id of a request that was given none."""
    return uuid_of("api", request)


def route_of(method: str | None, route_key: str) -> tuple[str, str | None]:
    """The method of a request to a route, and the path of the route; `$default` has none."""
    if route_key == DEFAULT_ROUTE:
        return method or "GET", None
    wanted, _, template = route_key.partition(" ")
    if not template.startswith("/"):
        raise LambdaMockError(f"route_key={route_key!r} is no route. It is such as 'GET /orders/{{id}}' or '$default'.")
    if method is not None and wanted not in {"ANY", method.upper()}:
        raise LambdaMockError(f"The route {route_key!r} takes no {method.upper()}.")
    return method or ("GET" if wanted == "ANY" else wanted), template


def _path(
    path: str | None, template: str | None, parameters: Mapping[str, str] | None
) -> tuple[str, Mapping[str, str]]:
    """The path of a request, and the parameters in it."""
    if template is None:
        return path or "/", dict(parameters or {})
    if path is None:
        return filled(template, parameters or {}), dict(parameters or {})
    found = matches(template, path.partition("?")[0])
    if found is None:
        raise LambdaMockError(f"The path {path!r} isn't one of {template}.")
    return path, {**found, **(parameters or {})}


def _authorizer(given: Mapping[str, Any] | None, found: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if given is None and found is None:
        return None
    whole: Mapping[str, Any] = plain("authorizer", {**(given or {}), **(found or {})})
    return whole
