"""Capacity providers: the instances that functions run on, and the list of the versions that do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.capacity_provider import ACTIVE, DELETING, FAILED, PENDING, CapacityProvider, completed
from lambda_mock.domain.tags import check_tags
from lambda_mock.operations.answers import timestamp
from lambda_mock.operations.pages import key_of, number_of, page
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.capacity_provider import Place

PAGE_LIMIT = 50


@operation("CreateCapacityProvider")
def create_capacity_provider(
    ctx: Context,
    *,
    capacity_provider_name: str,
    vpc_config: Mapping[str, Any],
    permissions_config: Mapping[str, Any],
    instance_requirements: Mapping[str, Any] | None = None,
    capacity_provider_scaling_config: Mapping[str, Any] | None = None,
    kms_key_arn: str | None = None,
    tags: Mapping[str, str] | None = None,
    propagate_tags: Mapping[str, Any] | None = None,
    telemetry_config: Mapping[str, Any] | None = None,
) -> Answer:
    """Create a capacity provider, which is Pending in the answer."""
    settings = {
        "VpcConfig": vpc_config,
        "PermissionsConfig": permissions_config,
        "InstanceRequirements": instance_requirements,
        "CapacityProviderScalingConfig": capacity_provider_scaling_config,
        "KmsKeyArn": kms_key_arn,
        "PropagateTags": propagate_tags,
        "TelemetryConfig": telemetry_config,
    }
    check_tags(tags or {}, ctx.store.limits.tags)
    provider = ctx.store.capacity.create(capacity_provider_name, settings, tags or {}, now=ctx.backend.clock.time())
    answer = {"CapacityProvider": _described(provider)}
    if not ctx.backend.rules.observed:
        provider.settle(ctx.store.failures)
    return answer


@operation("GetCapacityProvider")
def get_capacity_provider(ctx: Context, *, capacity_provider_name: str) -> Answer:
    """One capacity provider. Shown once, its making, or its deletion, is through."""
    provider = ctx.store.capacity.get(capacity_provider_name)
    answer = {"CapacityProvider": _described(provider)}
    provider.settle(ctx.store.failures)
    if provider.state == DELETING:
        ctx.store.capacity.by_name.pop(provider.name)
    return answer


@operation("UpdateCapacityProvider")
def update_capacity_provider(
    ctx: Context,
    *,
    capacity_provider_name: str,
    capacity_provider_scaling_config: Mapping[str, Any] | None = None,
    propagate_tags: Mapping[str, Any] | None = None,
    telemetry_config: Mapping[str, Any] | None = None,
) -> Answer:
    """Give a capacity provider other settings; what isn't given stays, and what is given replaces all of its kind."""
    provider = ctx.store.capacity.get(capacity_provider_name)
    provider.check_state(ACTIVE)
    changes = {
        "CapacityProviderScalingConfig": capacity_provider_scaling_config,
        "PropagateTags": propagate_tags,
        "TelemetryConfig": telemetry_config,
    }
    given = {member: value for member, value in changes.items() if value is not None}
    provider.settings = completed({**provider.settings, **given})
    provider.last_modified = ctx.backend.clock.time()
    return {"CapacityProvider": _described(provider)}


@operation("DeleteCapacityProvider")
def delete_capacity_provider(ctx: Context, *, capacity_provider_name: str) -> Answer:
    """Delete a capacity provider that no function uses; it is Deleting in the answer."""
    provider = ctx.store.capacity.get(capacity_provider_name)
    provider.check_state(PENDING, ACTIVE, FAILED)
    provider.check_unused()
    provider.state = DELETING
    if not ctx.backend.rules.observed:
        ctx.store.capacity.by_name.pop(provider.name)
    return {"CapacityProvider": _described(provider)}


@operation("ListCapacityProviders")
def list_capacity_providers(
    ctx: Context, *, state: str | None = None, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """The capacity providers by name, or those of them in that state."""
    entries = (
        (name, _described(provider))
        for name, provider in ctx.store.capacity.by_name.after(key_of(marker))
        if state is None or provider.state == state
    )
    items, next_marker = page(entries, max_items)
    return {"NextMarker": next_marker, "CapacityProviders": items}


@operation("ListFunctionVersionsByCapacityProvider")
def list_function_versions_by_capacity_provider(
    ctx: Context, *, capacity_provider_name: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """The published versions that run on a capacity provider, by function, `$LATEST.PUBLISHED` first of each."""
    provider = ctx.store.capacity.get(capacity_provider_name)
    items, next_marker = page(_entries(ctx, provider, _place(key_of(marker))), max_items)
    return {"NextMarker": next_marker, "CapacityProviderArn": provider.arn, "FunctionVersions": items}


def _entries(ctx: Context, provider: CapacityProvider, after: Place | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for (name, rank), number in provider.versions.after(after):
        version = ctx.store.function(name).at(number)
        yield f"{name}:{rank}", {"FunctionArn": version.qualified_arn, "State": version.state.value}


def _place(key: str | None) -> Place | None:
    if key is None:
        return None
    name, _, rank = key.rpartition(":")
    return name, number_of(rank)


def _described(provider: CapacityProvider) -> Mapping[str, Any]:
    return {
        **provider.settings,
        "CapacityProviderArn": provider.arn,
        "State": provider.state,
        "LastModified": timestamp(provider.last_modified),
    }
