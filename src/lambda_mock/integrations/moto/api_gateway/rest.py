"""REST APIs as moto keeps them. It keeps no deployments: a change of an API counts at once, in every stage."""

from __future__ import annotations

import sys
from typing import Any

from lambda_mock.domain.web.messages import WebAnswer, WebRequest, json_answer
from lambda_mock.events.routes import matches
from lambda_mock.integrations.moto.api_gateway.integrations import Integration, function_in, rank, split_stage


def has(api_id: str, region: str) -> bool:
    """Whether there is a REST API of that id."""
    return _find(api_id, region) is not None


def integration_for(request: WebRequest, api_id: str, region: str) -> Integration | WebAnswer | None:
    """Where a request leads: to a function, to an error of the gateway's, or to nothing that concerns functions."""
    found = _find(api_id, region)
    if found is None:
        return None
    account_id, api = found
    stage_name, path = split_stage(request.path)
    stage = api.stages.get(stage_name)
    if stage is None or api.disableExecuteApiEndpoint:
        return json_answer(403, {"message": "Forbidden"}, {"x-amzn-ErrorType": "ForbiddenException"})
    resource, parameters = _resource(api, path)
    method = None if resource is None else _method(resource, request.method)
    if resource is None or method is None or method.method_integration is None:
        message = {"message": "Missing Authentication Token"}
        return json_answer(403, message, {"x-amzn-ErrorType": "MissingAuthenticationTokenException"})
    integration = method.method_integration
    function_arn = function_in(integration.uri, stage.variables)
    if integration.integration_type != "AWS_PROXY" or function_arn is None:
        return None
    return Integration(
        function_arn=function_arn,
        payload_format="rest",
        api_id=api_id,
        account_id=account_id,
        region=region,
        stage=stage_name,
        path=path,
        resource=resource.get_path(),
        parameters=parameters,
        method=request.method,
        resource_id=resource.id,
        deployment_id=stage.deployment_id,
        variables=stage.variables,
        binary=tuple(api.binaryMediaTypes),
        left_out=_left_out(method),
    )


def _find(api_id: str, region: str) -> tuple[str, Any] | None:
    models: Any = sys.modules.get("moto.apigateway.models")
    for account_id, regions in [] if models is None else list(models.apigateway_backends.items()):
        backend = regions.get(region)
        api = None if backend is None else backend.apis.get(api_id)
        if api is not None:
            return account_id, api
    return None


def _resource(api: Any, path: str) -> tuple[Any, dict[str, str]]:
    """The resource that fits a path best, and the values of its parameters; one without methods is only a folder."""
    fitting = [
        (rank(template), resource, found)
        for resource in api.resources.values()
        if resource.resource_methods and (found := matches(template := resource.get_path(), path)) is not None
    ]
    if not fitting:
        return None, {}
    _, resource, parameters = min(fitting, key=lambda fit: fit[0])
    return resource, parameters


def _method(resource: Any, method: str) -> Any:
    methods = resource.resource_methods
    return methods.get(method) or methods.get("ANY")


def _left_out(method: Any) -> list[str]:
    left_out = []
    if method.authorization_type not in {None, "NONE"}:
        left_out.append(f"authorization ({method.authorization_type})")
    if method.api_key_required in {True, "true"}:
        left_out.append("the API key that is required")
    return left_out
