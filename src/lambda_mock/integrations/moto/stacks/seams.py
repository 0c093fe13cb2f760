"""What happens instead of moto's functions of the same names while a mock is active."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from lambda_mock.integrations.moto.stacks.custom import shown
from lambda_mock.integrations.moto.stacks.engine import Update, delete_all, has_ours
from lambda_mock.integrations.moto.stacks.failures import ResourceError
from lambda_mock.integrations.moto.stacks.models import model_of
from lambda_mock.integrations.moto.stacks.outcomes import create_stack, delete_stack, execute_change_set, update_stack
from lambda_mock.integrations.moto.stacks.references import in_order
from lambda_mock.integrations.moto.stacks.state_machines import (
    eval_execution,
    execution_details,
    from_error,
    supported_parameters,
)

__all__ = [
    "create",
    "create_stack",
    "delete",
    "delete_stack",
    "eval_execution",
    "execute_change_set",
    "execution_details",
    "from_error",
    "parse_and_create_resource",
    "parse_output",
    "resource_class_from_type",
    "supported_parameters",
    "update",
    "update_stack",
]


def resource_class_from_type(wrapped: Callable[..., Any], _module: Any, args: Any, kwargs: Any) -> Any:
    """The class of a resource type."""
    resource_type = args[0] if args else kwargs["resource_type"]
    return model_of(resource_type) or wrapped(*args, **kwargs)


def parse_and_create_resource(wrapped: Callable[..., Any], _module: Any, args: Any, kwargs: Any) -> Any:
    """Create a resource; a failure is told to be this one's."""
    given = dict(zip(("logical_id", "resource_json"), args, strict=False), **kwargs)
    try:
        return wrapped(*args, **kwargs)
    except ResourceError as error:
        raise error.of(given["logical_id"], str(given["resource_json"]["Type"])) from error.__cause__


def parse_output(wrapped: Callable[..., Any], _module: Any, args: Any, kwargs: Any) -> Any:
    """What a stack shows of an output."""
    with shown():
        return wrapped(*args, **kwargs)


def create(wrapped: Callable[..., Any], resources: Any, args: Any, kwargs: Any) -> Any:
    """Create the resources of a stack, each after those that it needs."""
    template = args[0] if args else kwargs["template"]
    if has_ours(template["Resources"]):
        for logical_id in in_order(template["Resources"]):
            resources[logical_id]
    return wrapped(*args, **kwargs)


def update(wrapped: Callable[..., Any], resources: Any, args: Any, kwargs: Any) -> Any:
    """Update the resources of a stack."""
    given = dict(zip(("template", "parameters"), args, strict=False), **kwargs)
    if not has_ours(resources._resource_json_map, given["template"]["Resources"]):  # noqa: SLF001
        return wrapped(*args, **kwargs)
    Update(resources, sys.modules["moto.cloudformation.parsing"]).run(given["template"], given.get("parameters"))
    return None


def delete(wrapped: Callable[..., Any], resources: Any, args: Any, kwargs: Any) -> Any:
    """Delete the resources of a stack."""
    if not has_ours(resources._resource_json_map):  # noqa: SLF001
        return wrapped(*args, **kwargs)
    delete_all(resources)
    return None
