"""CloudFormation's events: what a stack asks a function for that makes a custom resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from lambda_mock.errors import LambdaMockError
from lambda_mock.events.made_up import ACCOUNT, REGION, Event, arn_of, plain, refuse, uuid_of

RequestType = Literal["Create", "Update", "Delete"]
"""What a stack can ask for."""

_TYPES = ("Create", "Update", "Delete")


def request(
    *,
    request_type: str,
    service_token: str,
    response_url: str,
    stack_id: str,
    request_id: str,
    logical_id: str,
    resource_type: str,
    properties: Mapping[str, Any],
    physical_id: str | None = None,
    old_properties: Mapping[str, Any] | None = None,
) -> Event:
    """What a function is asked; numbers and truth values of properties are texts, as CloudFormation sends them."""
    return {
        "RequestType": request_type,
        "ServiceToken": service_token,
        "ResponseURL": response_url,
        "StackId": stack_id,
        "RequestId": request_id,
        "LogicalResourceId": logical_id,
        "ResourceType": resource_type,
        "ResourceProperties": _as_text(properties),
        **({} if physical_id is None else {"PhysicalResourceId": physical_id}),
        **({} if old_properties is None else {"OldResourceProperties": _as_text(old_properties)}),
    }


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_text(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


# Builders -------------------------------------------------------------------------------------------------------------


def cloudformation(
    request_type: RequestType = "Create",
    properties: Mapping[str, Any] | None = None,
    *,
    old_properties: Mapping[str, Any] | None = None,
    physical_id: str | None = None,
    logical_id: str = "Resource",
    resource_type: str = "AWS::CloudFormation::CustomResource",
    function: str = "function",
    stack: str = "stack",
    request_id: str | None = None,
    response_url: str | None = None,
    region: str = REGION,
    account_id: str = ACCOUNT,
) -> Event:
    """A request of a stack for a custom resource.

    `events.cloudformation("Update", {"Size": 2}, old_properties={"Size": 1})`. Numbers and truth values among the
    properties become texts, and ServiceToken, the `function` (a name or an ARN), is one of them. A resource that is to
    be updated or deleted has a `physical_id`, which is made up if it isn't given. Nobody listens at the `response_url`.
    `stack` is a name or the id (an ARN). LambdaMockError for another type of request, and for old properties of one
    that isn't an update.

    Source: "Custom resource request objects" in the user guide of CloudFormation.
    """
    if request_type not in _TYPES:
        refuse("request type", request_type, _TYPES)
    if old_properties is not None and request_type != "Update":
        raise LambdaMockError(f"old_properties are for an Update, not for a {request_type}.")
    token = arn_of("function", function, "lambda", region, account_id, before="function:")
    stack_id = arn_of(
        "stack", stack, "cloudformation", region, account_id, before="stack/", after=f"/{uuid_of('stack', stack)}"
    )
    made_of = (stack_id, logical_id, request_type)
    is_there = request_type != "Create"
    old = old_properties or {}
    return request(
        request_type=request_type,
        service_token=token,
        response_url=response_url
        or f"https://cloudformation-custom-resource-response.example/{uuid_of('url', *made_of)}",
        stack_id=stack_id,
        request_id=request_id or uuid_of("request", *made_of),
        logical_id=logical_id,
        resource_type=resource_type,
        properties=_with(token, "properties", properties or {}),
        physical_id=(physical_id or f"{logical_id}-{uuid_of('resource', *made_of[:2])[:8]}")
        if is_there
        else physical_id,
        old_properties=_with(token, "old_properties", old) if request_type == "Update" else None,
    )


def _with(token: str, parameter: str, given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"ServiceToken": token, **plain(parameter, dict(given))}
