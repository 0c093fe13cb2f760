"""HTTP APIs as moto keeps them: stages, routes and integrations."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from lambda_mock.domain.web import cors
from lambda_mock.domain.web.messages import WebAnswer, WebRequest, json_answer
from lambda_mock.events.routes import matches
from lambda_mock.integrations.moto.api_gateway.integrations import (
    Integration,
    PayloadFormat,
    function_in,
    rank,
    split_stage,
)

_DEFAULT = "$default"


def has(api_id: str, region: str) -> bool:
    """Whether there is an HTTP API of that id."""
    return _find(api_id, region) is not None


def integration_for(request: WebRequest, api_id: str, region: str) -> Integration | WebAnswer | None:
    """Where a request leads: to a function, to an error of the gateway's, or to nothing that concerns functions."""
    found = _find(api_id, region)
    if found is None:
        return None
    account_id, api = found
    stage_name, path = split_stage(request.path)
    stage = api.stages.get(stage_name)
    if stage is None:
        stage_name, path, stage = _DEFAULT, request.path, api.stages.get(_DEFAULT)
    settings = _cors(api)
    if stage is None or api.disable_execute_api_endpoint is True:
        return json_answer(404, {"message": "Not Found"})
    preflight = cors.preflight_answer(settings, request)
    if preflight is not None:
        return WebAnswer(status=204, headers=preflight.headers)
    route, parameters = _route(api, request.method, path)
    if route is None:
        return json_answer(404, {"message": "Not Found"})
    integration = api.integrations.get((route.target or "").removeprefix("integrations/"))
    variables = stage.stage_variables or {}
    function_arn = None if integration is None else function_in(integration.integration_uri, variables)
    if integration is None or integration.integration_type != "AWS_PROXY" or function_arn is None:
        return None
    payload_format: PayloadFormat = "2.0" if integration.payload_format_version == "2.0" else "1.0"
    method, _, template = route.route_key.partition(" ")
    return Integration(
        function_arn=function_arn,
        payload_format=payload_format,
        api_id=api_id,
        account_id=account_id,
        region=region,
        stage=stage_name,
        path=path,
        resource=template or _DEFAULT,
        parameters=parameters,
        method=request.method if method in {"ANY", _DEFAULT} else method,
        route_key=route.route_key,
        variables=variables,
        cors=settings,
        left_out=_left_out(route, integration),
    )


def _find(api_id: str, region: str) -> tuple[str, Any] | None:
    models: Any = sys.modules.get("moto.apigatewayv2.models")
    for account_id, regions in [] if models is None else list(models.apigatewayv2_backends.items()):
        backend = regions.get(region)
        api = None if backend is None else backend.apis.get(api_id)
        if api is not None and api.protocol_type == "HTTP":
            return account_id, api
    return None


def _route(api: Any, method: str, path: str) -> tuple[Any, dict[str, str]]:
    """The route that fits best: by its path, then by its method, and `$default` where no other does."""
    fitting = sorted(_fitting(api, method, path), key=lambda fit: fit[0])
    if fitting:
        return fitting[0][1], fitting[0][2]
    default = next((route for route in api.routes.values() if route.route_key == _DEFAULT), None)
    return default, {}


def _fitting(api: Any, method: str, path: str) -> Iterator[tuple[tuple[Any, ...], Any, dict[str, str]]]:
    for route in api.routes.values():
        wanted, _, template = route.route_key.partition(" ")
        found = matches(template, path) if template and wanted in {method, "ANY"} else None
        if found is not None:
            yield (rank(template), wanted == "ANY"), route, found


def _cors(api: Any) -> Mapping[str, Any]:
    """The settings by the names that those of function URLs have."""
    settings = api.cors_configuration or {}
    return {name[:1].upper() + name[1:]: value for name, value in settings.items()}


def _left_out(route: Any, integration: Any) -> list[str]:
    left_out = []
    if route.authorization_type not in {None, "NONE"}:
        left_out.append(f"authorization ({route.authorization_type})")
    if integration.request_parameters or integration.response_parameters:
        left_out.append("the mapping of parameters")
    return left_out
