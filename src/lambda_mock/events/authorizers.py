"""What API Gateway asks Lambda authorizers, who decide whether a request may come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.arn import partition_of
from lambda_mock.events.apis import API_ID, DEFAULT_ROUTE, PayloadFormat, api_gateway, api_gateway_v2, route_of
from lambda_mock.events.made_up import ACCOUNT, REGION, Event
from lambda_mock.events.requests import SOURCE_IP, Headers, Query

if TYPE_CHECKING:
    from lambda_mock.events.moments import Moment

_OF_THE_BODY = ("body", "isBase64Encoded")
_EMPTY = (
    "queryStringParameters",
    "multiValueQueryStringParameters",
    "pathParameters",
    "stageVariables",
)


def api_gateway_authorizer_token(
    token: str = "Bearer token",  # noqa: S107 - a made-up one
    method: str = "GET",
    path: str = "/",
    *,
    stage: str = "prod",
    api_id: str = API_ID,
    region: str = REGION,
    account_id: str = ACCOUNT,
) -> Event:
    """What a REST API asks an authorizer of the type TOKEN.

    `events.api_gateway_authorizer_token("Bearer abc", "GET", "/orders")`

    Source: "Input to an API Gateway Lambda authorizer" in the developer guide of API Gateway. moto's APIs ask no
    authorizers, so that no such event comes by itself.
    """
    return {
        "type": "TOKEN",
        "authorizationToken": token,
        "methodArn": _arn(region, account_id, api_id, stage, method.upper(), path),
    }


def api_gateway_authorizer_request(
    method: str = "GET",
    path: str | None = None,
    *,
    resource: str | None = None,
    path_parameters: Mapping[str, str] | None = None,
    query: Query | None = None,
    headers: Headers | None = None,
    stage: str = "prod",
    stage_variables: Mapping[str, str] | None = None,
    api_id: str = API_ID,
    source_ip: str = SOURCE_IP,
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What a REST API asks an authorizer of the type REQUEST.

    `events.api_gateway_authorizer_request("GET", "/orders", headers={"X-Key": "abc"})`. The options are those of
    `events.api_gateway`; the body isn't told.

    Source: as for `events.api_gateway_authorizer_token`.
    """
    event = api_gateway(
        method,
        path,
        resource=resource,
        path_parameters=path_parameters,
        query=query,
        headers=headers,
        stage=stage,
        stage_variables=stage_variables,
        api_id=api_id,
        source_ip=source_ip,
        request_id=request_id,
        region=region,
        account_id=account_id,
        at=at,
    )
    arn = _arn(region, account_id, api_id, stage, event["httpMethod"], event["path"])
    return {"type": "REQUEST", "methodArn": arn, **_asked(event)}


def api_gateway_v2_authorizer(
    method: str | None = None,
    path: str | None = None,
    *,
    route_key: str = DEFAULT_ROUTE,
    identity: Sequence[str] | None = None,
    path_parameters: Mapping[str, str] | None = None,
    query: Query | None = None,
    headers: Headers | None = None,
    cookies: Mapping[str, str] | None = None,
    payload_format: PayloadFormat = "2.0",
    stage: str = DEFAULT_ROUTE,
    stage_variables: Mapping[str, str] | None = None,
    api_id: str = API_ID,
    source_ip: str = SOURCE_IP,
    request_id: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
    at: Moment | None = None,
) -> Event:
    """What an HTTP API asks an authorizer.

    `events.api_gateway_v2_authorizer("GET", "/orders", identity=["Bearer abc"])`. `identity` has the values of the
    authorizer's identity sources, or else that of the Authorization header, if there is one. The other options are
    those of `events.api_gateway_v2`; the body isn't told.

    Source: "Control access to HTTP APIs with AWS Lambda authorizers" in the developer guide of API Gateway. moto's APIs
    ask no authorizers, so that no such event comes by itself.
    """
    event = api_gateway_v2(
        method,
        path,
        route_key=route_key,
        path_parameters=path_parameters,
        query=query,
        headers=headers,
        cookies=cookies,
        payload_format=payload_format,
        stage=stage,
        stage_variables=stage_variables,
        api_id=api_id,
        source_ip=source_ip,
        request_id=request_id,
        region=region,
        account_id=account_id,
        at=at,
    )
    token = event["headers"].get("authorization")
    sources = list(identity) if identity is not None else [token] if token is not None else None
    asked = _asked(event)
    asked_path = asked.get("rawPath") or asked["path"]
    if stage != DEFAULT_ROUTE:
        asked_path = asked_path.removeprefix(f"/{stage}")
    arn = _arn(region, account_id, api_id, stage, route_of(method, route_key)[0].upper(), asked_path)
    known: dict[str, Any] = {"version": asked.pop("version"), "type": "REQUEST"}
    if payload_format == "2.0":
        return {**known, "routeArn": arn, "identitySource": sources, **asked}
    joined = None if sources is None else ",".join(sources)
    return {**known, "methodArn": arn, "identitySource": joined, "authorizationToken": joined, **asked}


def _arn(region: str, account_id: str, api_id: str, stage: str, method: str, path: str) -> str:
    path = "/" + path.removeprefix("/")
    return f"arn:{partition_of(region)}:execute-api:{region}:{account_id}:{api_id}/{stage}/{method}{path}"


def _asked(event: Event) -> Event:
    """What an authorizer is told of a request: all but its body, and what isn't there is empty."""
    asked = {name: value for name, value in event.items() if name not in _OF_THE_BODY}
    return asked | {name: asked[name] or {} for name in _EMPTY if name in asked}
