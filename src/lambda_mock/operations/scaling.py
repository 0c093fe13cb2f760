"""Function scaling: how many execution environments a version on managed instances has at the least and at the most."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.function import not_found
from lambda_mock.domain.function_scaling import UNSCALED, ScalingConfig, check_scaling
from lambda_mock.domain.lifecycle import ACTIVE, DEACTIVATED, DEACTIVATING, REACTIVATING, state_conflict
from lambda_mock.errors import InvalidParameterValueException
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.targets import settle_at_once

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.version import FunctionVersion


@operation("PutFunctionScalingConfig")
def put_function_scaling_config(
    ctx: Context, *, function_name: str, qualifier: str, function_scaling_config: ScalingConfig | None = None
) -> Answer:
    """Set both numbers, or take away what was set. With none at all the version is deactivated."""
    function, version = _found(ctx, function_name, qualifier)
    config = function_scaling_config or {}
    check_scaling(config)
    if version.state.value not in {ACTIVE.value, DEACTIVATED.value}:
        raise state_conflict(version.state)
    scaled = _scale(function, version, dict(config))
    settle_at_once(ctx, function, qualifier)
    return {"FunctionState": scaled.state.value}


def _scale(function: Function, version: FunctionVersion, config: ScalingConfig) -> FunctionVersion:
    """Give a version another number of environments, which takes until it settles; none at all deactivates it."""
    before = function.scaling.get(version.version, UNSCALED)
    function.scaling[version.version] = replace(before, requested=config)
    state = version.state
    if config.get("MaxExecutionEnvironments") == 0:
        state = state if state.value == DEACTIVATED.value else DEACTIVATING
    elif state.value == DEACTIVATED.value:
        state = REACTIVATING
    return function.replace_version(version, replace(version, state=state))


@operation("GetFunctionScalingConfig")
def get_function_scaling_config(ctx: Context, *, function_name: str, qualifier: str) -> Answer:
    """What is in effect and, until it was shown, what was asked for."""
    function, version = _found(ctx, function_name, qualifier)
    answer = function.scaling.get(version.version, UNSCALED).members(version.qualified_arn)
    function.settle(qualifier)
    return answer


def _found(ctx: Context, function_name: str, qualifier: str) -> tuple[Function, FunctionVersion]:
    """The function and its published version; both have to be there, and on managed instances."""
    reference = ctx.store.reference(function_name, qualifier)
    function = ctx.store.functions.get(reference.name)
    version = None if function is None else function.version(qualifier)
    if function is None or version is None:
        raise not_found(ctx.store.arn(reference.name, qualifier))
    if version.configuration.capacity_provider is None:
        raise InvalidParameterValueException("FunctionScalingConfig is only supported for Lambda Managed Instances.")
    return function, version
