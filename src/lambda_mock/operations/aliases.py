"""Aliases: names that point to a version, and that can share their traffic between two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.function import STALE_REVISION, not_found
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import (
    AliasLimitExceededException,
    InvalidParameterValueException,
    PreconditionFailedException,
    ResourceConflictException,
    ResourceNotFoundException,
)
from lambda_mock.operations.pages import key_of, page
from lambda_mock.operations.provisioning import settle_provisioned_at_once
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.targets import check_latest_only, whole_function

if TYPE_CHECKING:
    from lambda_mock.domain.alias import Alias
    from lambda_mock.domain.function import Function

PAGE_LIMIT = 50


@operation("CreateAlias")
def create_alias(
    ctx: Context,
    *,
    function_name: str,
    name: str,
    function_version: str,
    description: str = "",
    routing_config: Mapping[str, Any] | None = None,
) -> Answer:
    """Create an alias of one version, or of `$LATEST`."""
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    function = ctx.store.functions.get(reference.name)
    if function is None:
        # AWS complains about the target, not about the function.
        raise not_found(ctx.store.arn(reference.name, function_version))
    if name in function.aliases:
        raise ResourceConflictException(f"Alias already exists: {function.arn}:{name}")
    weights = _weights(routing_config) or {}
    _check_targets(function, function_version, weights)
    most = ctx.store.limits.aliases
    if most is not None and len(function.aliases) >= most:
        raise AliasLimitExceededException(f"The function can't have more than {most} aliases.")
    return _described(function.keep_alias(name, version=function_version, weights=weights, description=description))


@operation("UpdateAlias")
def update_alias(
    ctx: Context,
    *,
    function_name: str,
    name: str,
    function_version: str | None = None,
    description: str | None = None,
    routing_config: Mapping[str, Any] | None = None,
    revision_id: str | None = None,
) -> Answer:
    """Move an alias, shift its weights, or describe it anew. It gets a new RevisionId even when nothing differs."""
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    function = ctx.store.functions.get(reference.name)
    alias = None if function is None else function.aliases.get(name)
    if function is None or alias is None:
        raise ResourceNotFoundException(f"Alias not found: {ctx.store.arn(reference.name, name)}")
    if revision_id is not None and revision_id != alias.revision_id:
        raise PreconditionFailedException(STALE_REVISION)
    given = _weights(routing_config)
    version = function_version or alias.version
    weights = alias.weights if given is None else given
    _check_targets(function, version, weights)
    function.provisioned.check_move(alias, version=version, weights=weights)
    moved = function.keep_alias(
        name,
        version=version,
        weights=weights,
        description=alias.description if description is None else description,
    )
    settle_provisioned_at_once(ctx, function, name)
    return _described(moved)


@operation("GetAlias")
def get_alias(ctx: Context, *, function_name: str, name: str) -> Answer:
    """One alias."""
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    function = ctx.store.functions.get(reference.name)
    alias = None if function is None else function.aliases.get(name)
    if alias is None:
        raise ResourceNotFoundException(f"Cannot find alias arn: {ctx.store.arn(reference.name, name)}")
    return _described(alias)


@operation("DeleteAlias")
def delete_alias(ctx: Context, *, function_name: str, name: str) -> Answer:
    """Delete an alias. One that isn't there is no error; nor is a function that isn't."""
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    function = ctx.store.functions.get(reference.name)
    if function is not None:
        function.delete_alias(name)
    return None


@operation("ListAliases")
def list_aliases(
    ctx: Context,
    *,
    function_name: str,
    function_version: str | None = None,
    marker: str | None = None,
    max_items: int = PAGE_LIMIT,
) -> Answer:
    """The aliases by name; with a version, only those whose main target it is."""
    function = whole_function(ctx, function_name)
    entries = (
        (name, _described(alias))
        for name, alias in function.aliases.after(key_of(marker))
        if function_version is None or alias.version == function_version
    )
    items, next_marker = page(entries, max_items)
    return {"NextMarker": next_marker, "Aliases": items}


def _weights(routing_config: Mapping[str, Any] | None) -> Mapping[str, float] | None:
    """The weights that were given: None for no RoutingConfig at all, which leaves those that an alias has."""
    return None if routing_config is None else routing_config.get("AdditionalVersionWeights", {})


def _check_targets(function: Function, version: str, weights: Mapping[str, float]) -> None:
    if len(weights) > 1:
        raise InvalidParameterValueException("Number of items in AdditionalVersionWeights cannot be greater than 1")
    if weights and version == LATEST:
        raise InvalidParameterValueException(
            "$LATEST is not supported for an alias pointing to more than 1 version", typed=False
        )
    if version in weights:
        raise InvalidParameterValueException(
            f"Invalid function version {version}. "
            f"Function version {version} is already included in routing configuration."
        )
    targets = [function.version(number) for number in (version, *weights)]
    for number, target in zip((version, *weights), targets, strict=True):
        if target is None:
            raise not_found(f"{function.arn}:{number}")
    settings = [target.configuration for target in targets if target is not None]
    if any(each.role != settings[0].role for each in settings):
        raise InvalidParameterValueException("Specified versions must be associated with the same execution role")
    if any(each.dead_letter_target != settings[0].dead_letter_target for each in settings):
        raise InvalidParameterValueException(
            "Specified versions must have the same dead-letter queue configuration, "
            "or no dead-letter queue configuration"
        )


def _described(alias: Alias) -> Mapping[str, Any]:
    members: dict[str, Any] = {
        "AliasArn": alias.arn,
        "Name": alias.name,
        "FunctionVersion": alias.version,
        "Description": alias.description,
        "RevisionId": alias.revision_id,
    }
    if alias.weights:
        members["RoutingConfig"] = {"AdditionalVersionWeights": alias.weights}
    return members
