"""Event invoke configs: what is done with asynchronous invocations of `$LATEST`, a version or an alias.

No qualifier means `$LATEST`. To be read or deleted only the config has to exist, to be set what it is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.destinations import Destinations, check_destinations
from lambda_mock.domain.event_invoke_config import UNSET
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException, ResourceNotFoundException
from lambda_mock.operations.pages import key_of, page, rank
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.event_invoke_config import EventInvokeConfig
    from lambda_mock.domain.function import Function

PAGE_LIMIT = 50

Settings = tuple[int | None, int | None, Destinations]
"""Retries, age in seconds and destinations, as a request gives them."""


@operation("PutFunctionEventInvokeConfig")
def put_function_event_invoke_config(
    ctx: Context,
    *,
    function_name: str,
    qualifier: str | None = None,
    maximum_retry_attempts: int | None = None,
    maximum_event_age_in_seconds: int | None = None,
    destination_config: Destinations | None = None,
) -> Answer:
    """Set the config of a qualifier; what isn't given is set no more."""
    reference = ctx.store.reference(function_name, qualifier)
    _check_given(maximum_retry_attempts, maximum_event_age_in_seconds, destination_config)
    function = _function(ctx, reference)
    settings = (maximum_retry_attempts, maximum_event_age_in_seconds, destination_config or {})
    return _keep(ctx, function, reference, UNSET, settings)


@operation("UpdateFunctionEventInvokeConfig")
def update_function_event_invoke_config(
    ctx: Context,
    *,
    function_name: str,
    qualifier: str | None = None,
    maximum_retry_attempts: int | None = None,
    maximum_event_age_in_seconds: int | None = None,
    destination_config: Destinations | None = None,
) -> Answer:
    """Change the config of a qualifier; what isn't given stays."""
    reference = ctx.store.reference(function_name, qualifier)
    _check_given(maximum_retry_attempts, maximum_event_age_in_seconds, destination_config)
    function = _function(ctx, reference)
    before = _config(ctx, reference)
    settings = (maximum_retry_attempts, maximum_event_age_in_seconds, destination_config or {})
    return _keep(ctx, function, reference, before, settings)


@operation("GetFunctionEventInvokeConfig")
def get_function_event_invoke_config(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """The config of a qualifier. A missing function, qualifier and config are all one to AWS."""
    reference = ctx.store.reference(function_name, qualifier)
    return _config(ctx, reference).members(_arn(ctx, reference))


@operation("DeleteFunctionEventInvokeConfig")
def delete_function_event_invoke_config(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """Delete the config of a qualifier, which has to be there."""
    reference = ctx.store.reference(function_name, qualifier)
    _config(ctx, reference)
    del ctx.store.function(reference.name).event_configs[reference.qualifier or LATEST]
    return None


@operation("ListFunctionEventInvokeConfigs")
def list_function_event_invoke_configs(
    ctx: Context, *, function_name: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """The configs of a function: of `$LATEST`, of versions by number, of aliases by name."""
    function = ctx.store.functions.get(ctx.store.reference(function_name).name)
    if function is None:
        raise _no_function()
    items, next_marker = page(_entries(function, key_of(marker)), max_items)
    return {"NextMarker": next_marker, "FunctionEventInvokeConfigs": items}


def _check_given(*settings: object) -> None:
    if all(setting is None for setting in settings):
        raise InvalidParameterValueException("You must specify at least one of error handling or destination setting.")


def _function(ctx: Context, reference: FunctionReference) -> Function:
    """The function; it and its qualifier have to be there."""
    function = ctx.store.functions.get(reference.name)
    if function is None or not function.has(reference.qualifier):
        raise _no_function()
    return function


def _no_function() -> ResourceNotFoundException:
    return ResourceNotFoundException("The function doesn't exist.")


def _config(ctx: Context, reference: FunctionReference) -> EventInvokeConfig:
    function = ctx.store.functions.get(reference.name)
    config = None if function is None else function.event_configs.get(reference.qualifier or LATEST)
    if config is None:
        raise ResourceNotFoundException(f"The function {_arn(ctx, reference)} doesn't have an EventInvokeConfig")
    return config


def _arn(ctx: Context, reference: FunctionReference) -> str:
    return ctx.store.arn(reference.name, reference.qualifier or LATEST)


def _keep(
    ctx: Context, function: Function, reference: FunctionReference, before: EventInvokeConfig, settings: Settings
) -> Answer:
    """Make `before` with the given settings the config of the qualifier; its destinations have to be fit for it."""
    retries, age, destinations = settings
    check_destinations(destinations, reference.name, ctx.store, ctx.backend.neighbours)
    qualifier = reference.qualifier or LATEST
    function.event_configs[qualifier] = config = before.changed(
        now=ctx.backend.clock.time(), maximum_retry_attempts=retries, maximum_event_age=age, destinations=destinations
    )
    return config.members(f"{function.arn}:{qualifier}")


def _entries(function: Function, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Entries with the qualifier as key, behind the one that is named."""
    for qualifier in sorted(function.event_configs, key=rank):
        if after is None or rank(qualifier) > rank(after):
            yield qualifier, function.event_configs[qualifier].members(f"{function.arn}:{qualifier}")
