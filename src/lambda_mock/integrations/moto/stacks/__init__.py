"""Lambda's resources, and custom resources, in the stacks of moto's CloudFormation.

Moto's parser is asked by its own functions for the class of a resource type, and those are ours while a mock is active.
Moto is never imported for that.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any

import wrapt

from lambda_mock.errors import LambdaMockWarning
from lambda_mock.integrations.moto.stacks.active import stacks
from lambda_mock.patching import Patch, Wrapper

__all__ = ["stacks"]

_Instead = Callable[[Callable[..., Any], Any, Any, Any], Any]

_PARSING = (
    ("", "resource_class_from_type"),
    ("", "parse_and_create_resource"),
    ("", "parse_output"),
    ("ResourceMap", "create"),
    ("ResourceMap", "update"),
    ("ResourceMap", "delete"),
)
_BACKEND = tuple(
    ("CloudFormationBackend", name) for name in ("create_stack", "update_stack", "execute_change_set", "delete_stack")
)


def _while_active(name: str) -> Callable[[Any], Wrapper]:
    """Makes the wrapper of one of moto's functions, which does nothing without an active mock."""

    def instead(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
        if stacks.current() is None:
            return wrapped(*args, **kwargs)
        from lambda_mock.integrations.moto.stacks import seams  # noqa: PLC0415 - loaded with the first stack

        chosen: _Instead = getattr(seams, name)
        return chosen(wrapped, instance, args, kwargs)

    return lambda original: Wrapper(original, instead)


def _install(module: Any, places: tuple[tuple[str, str], ...]) -> None:
    owners = [(getattr(module, owner, None) if owner else module, name) for owner, name in places]
    missing = [name for owner, name in owners if owner is None or name not in vars(owner)]
    if missing:
        version = getattr(sys.modules.get("moto"), "__version__", "of an unknown version")
        warnings.warn(
            f"moto {version} makes stacks in a way that lambda_mock doesn't know: {module.__name__} has no "
            f"{missing[0]}. Functions in templates are moto's own, and nothing else here sees them.",
            LambdaMockWarning,
            stacklevel=2,
        )
        return
    stacks.add(*(Patch(owner, name, _while_active(name)) for owner, name in owners))


wrapt.register_post_import_hook(lambda module: _install(module, _PARSING), "moto.cloudformation.parsing")
wrapt.register_post_import_hook(lambda module: _install(module, _BACKEND), "moto.cloudformation.models")
