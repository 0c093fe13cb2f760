"""Tags of functions, mappings, code signing configs and capacity providers. Versions, aliases and layers have none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lambda_mock.domain.code_signing_config import not_found as no_code_signing_config
from lambda_mock.domain.function import not_found
from lambda_mock.domain.tags import merged, without
from lambda_mock.errors import InvalidParameterValueException, ResourceNotFoundException
from lambda_mock.operations.registry import Answer, Context, operation


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tagged:
    """A resource that was found: the tags it has, and the way to give it others."""

    tags: Mapping[str, str]
    keep: Callable[[dict[str, str]], None]


@operation("TagResource")
def tag_resource(ctx: Context, *, resource: str, tags: Mapping[str, str]) -> Answer:
    """Add tags, or give tags that are there another value. A function gets a new RevisionId by that."""
    found = _found(ctx, resource)
    if not tags:
        raise InvalidParameterValueException("An error occurred and the request cannot be processed.")
    found.keep(merged(found.tags, tags, ctx.store.limits.tags))
    return None


@operation("UntagResource")
def untag_resource(ctx: Context, *, resource: str, tag_keys: Sequence[str]) -> Answer:
    """Take tags away; keys that aren't there are no error. A function gets a new RevisionId even so."""
    found = _found(ctx, resource)
    found.keep(without(found.tags, tag_keys))
    return None


@operation("ListTags")
def list_tags(ctx: Context, *, resource: str) -> Answer:
    """The tags of a resource."""
    return {"Tags": _found(ctx, resource).tags}


def _found(ctx: Context, arn: str) -> _Tagged:
    kind = arn.split(":")[5]
    if kind == "function":
        return _function(ctx, arn)
    if kind == "event-source-mapping":
        return _mapping(ctx, arn)
    if kind == "code-signing-config":
        return _code_signing_config(ctx, arn)
    if kind == "capacity-provider":
        return _capacity_provider(ctx, arn)
    _refuse_layer(ctx, arn)
    raise ResourceNotFoundException(f"Layer not found: {arn}")


def _refuse_layer(ctx: Context, arn: str) -> None:
    layer = ctx.store.layers.get(arn.rpartition(":")[2])
    if layer is not None and layer.arn == arn and len(layer.versions):
        raise InvalidParameterValueException("Tags on layers are not supported. Please specify a function ARN.")


def _function(ctx: Context, arn: str) -> _Tagged:
    reference = ctx.store.reference(arn)
    if reference.qualifier is not None:
        raise InvalidParameterValueException(
            "Tags on function aliases and versions are not supported. Please specify a function ARN."
        )
    function = ctx.store.functions.get(reference.name)
    if function is None:
        raise not_found(arn)

    def keep(tags: dict[str, str]) -> None:
        function.tags = tags
        function.touch()

    return _Tagged(tags=function.tags, keep=keep)


def _mapping(ctx: Context, arn: str) -> _Tagged:
    mapping = ctx.store.mappings.get(arn.rpartition(":")[2])
    if mapping is None or mapping.arn != arn:
        raise ResourceNotFoundException(f"Event source mapping not found: {arn}")

    def keep(tags: dict[str, str]) -> None:
        ctx.store.mappings[mapping.uuid] = replace(mapping, tags=tags)

    return _Tagged(tags=mapping.tags, keep=keep)


def _code_signing_config(ctx: Context, arn: str) -> _Tagged:
    config = ctx.store.code_signing_configs.get(arn)
    if config is None:
        raise no_code_signing_config(arn)

    def keep(tags: dict[str, str]) -> None:
        config.tags = tags

    return _Tagged(tags=config.tags, keep=keep)


def _capacity_provider(ctx: Context, arn: str) -> _Tagged:
    provider = ctx.store.capacity.get(arn)

    def keep(tags: dict[str, str]) -> None:
        provider.tags = tags

    return _Tagged(tags=provider.tags, keep=keep)
