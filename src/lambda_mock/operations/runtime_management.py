"""Runtime management: when Lambda gives `$LATEST`, or a version, a newer patch of its runtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.function import not_found
from lambda_mock.domain.version import LATEST, RuntimeManagement
from lambda_mock.errors import InvalidParameterValueException
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.function import Function


@operation("GetRuntimeManagementConfig")
def get_runtime_management_config(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """How the runtime of `$LATEST` or of a version is kept up to date; `Auto` until something else is set."""
    reference = ctx.store.reference(function_name, qualifier)
    function, version = _found(ctx, reference)
    return _described(ctx, reference, function.at(version).runtime_management)


@operation("PutRuntimeManagementConfig")
def put_runtime_management_config(
    ctx: Context,
    *,
    function_name: str,
    update_runtime_on: str,
    qualifier: str | None = None,
    runtime_version_arn: str | None = None,
) -> Answer:
    """Set it for `$LATEST` or for a version alone. `Manual` pins the runtime version that is given with it."""
    reference = ctx.store.reference(function_name, qualifier)
    function, version = _found(ctx, reference)
    if update_runtime_on == "Manual" and runtime_version_arn is None:
        raise InvalidParameterValueException("RuntimeVersionArn is required when UpdateRuntimeOn is set to Manual.")
    if update_runtime_on != "Manual" and runtime_version_arn is not None:
        raise InvalidParameterValueException(
            "RuntimeVersionArn can only be specified when UpdateRuntimeOn is set to Manual."
        )
    management = RuntimeManagement(update_runtime_on=update_runtime_on, runtime_version_arn=runtime_version_arn)
    function.manage_runtime(version, management)
    return _described(ctx, reference, management)


def _found(ctx: Context, reference: FunctionReference) -> tuple[Function, str]:
    """The function, and `$LATEST` or the number of its version. An alias is neither, and so isn't there."""
    function = ctx.store.functions.get(reference.name)
    version = reference.qualifier or LATEST
    if function is None or function.version(version) is None:
        raise not_found(ctx.store.arn(reference.name, reference.qualifier))
    return function, version


def _described(ctx: Context, reference: FunctionReference, management: RuntimeManagement) -> Mapping[str, Any]:
    return {
        "UpdateRuntimeOn": management.update_runtime_on,
        "FunctionArn": ctx.store.arn(reference.name, reference.qualifier),
        "RuntimeVersionArn": management.runtime_version_arn,
    }
