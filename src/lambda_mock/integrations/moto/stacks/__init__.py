"""Functions in the stacks of moto's CloudFormation, and in the state machines of moto's Step Functions.

Some functions of moto's are wrapped while a mock is active: its parser gets our classes for resource types, and what
becomes of a stack is decided here. Moto is never imported for that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import wrapt

from lambda_mock.errors import warn
from lambda_mock.integrations.moto.stacks.active import stacks
from lambda_mock.patching import Patch, Wrapper

__all__ = ["stacks"]

_Instead = Callable[[Callable[..., Any], Any, Any, Any], Any]

_FORMATION = "moto.cloudformation"
_STATES = "moto.stepfunctions.parser.asl.component.state.exec.state_task"

# By moto's modules: the class or the module itself, its function, and ours in `seams`.
_PLACES: dict[str, tuple[tuple[str, str, str], ...]] = {
    f"{_FORMATION}.parsing": (
        ("", "resource_class_from_type", "resource_class_from_type"),
        ("", "parse_and_create_resource", "parse_and_create_resource"),
        ("", "parse_output", "parse_output"),
        ("ResourceMap", "create", "create"),
        ("ResourceMap", "update", "update"),
        ("ResourceMap", "delete", "delete"),
    ),
    f"{_FORMATION}.models": (
        ("CloudFormationBackend", "create_stack", "create_stack"),
        ("CloudFormationBackend", "update_stack", "update_stack"),
        ("CloudFormationBackend", "execute_change_set", "execute_change_set"),
        ("CloudFormationBackend", "delete_stack", "delete_stack"),
    ),
    "moto.stepfunctions.parser.backend.execution": (
        ("Execution", "_get_start_aws_execution_details", "execution_details"),
    ),
    f"{_STATES}.state_task_lambda": (
        ("StateTaskLambda", "_eval_execution", "eval_execution"),
        ("StateTaskLambda", "_from_error", "from_error"),
    ),
    f"{_STATES}.service.state_task_service": (("StateTaskService", "_eval_execution", "eval_execution"),),
    f"{_STATES}.service.state_task_service_lambda": (
        ("StateTaskServiceLambda", "_get_supported_parameters", "supported_parameters"),
    ),
}


def _while_active(name: str) -> Callable[[Any], Wrapper]:
    """Makes the wrapper of one of moto's functions, which does nothing without an active mock."""

    def instead(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
        if stacks.current() is None:
            return wrapped(*args, **kwargs)
        from lambda_mock.integrations.moto.stacks import seams  # noqa: PLC0415 - loaded with the first stack

        chosen: _Instead = getattr(seams, name)
        return chosen(wrapped, instance, args, kwargs)

    return lambda original: Wrapper(original, instead)


def _install(module: Any) -> None:
    places = [
        (getattr(module, owner, None) if owner else module, name, ours)
        for owner, name, ours in _PLACES[module.__name__]
    ]
    missing = [name for owner, name, _ in places if owner is None or name not in vars(owner)]
    if missing:
        version = getattr(sys.modules.get("moto"), "__version__", "of an unknown version")
        warn(
            f"moto {version} works in a way that lambda_mock doesn't know: {module.__name__} lacks {missing[0]}. "
            f"There moto goes its own way, and everything else goes on."
        )
        return
    stacks.add(*(Patch(owner, name, _while_active(ours)) for owner, name, ours in places))


for _name in _PLACES:
    wrapt.register_post_import_hook(_install, _name)
