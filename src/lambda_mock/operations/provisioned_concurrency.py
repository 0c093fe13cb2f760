"""Provisioned concurrency: how many environments of a version are kept ready, set for the version or for an alias."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.provisioned_concurrency import check_published
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException, ProvisionedConcurrencyConfigNotFoundException
from lambda_mock.operations.pages import key_of, page, rank
from lambda_mock.operations.provisioning import settle_provisioned, settle_provisioned_at_once
from lambda_mock.operations.registry import Answer, Context, operation
from lambda_mock.operations.targets import function_with

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function

PAGE_LIMIT = 50


@operation("PutProvisionedConcurrencyConfig")
def put_provisioned_concurrency_config(
    ctx: Context, *, function_name: str, qualifier: str, provisioned_concurrent_executions: int
) -> Answer:
    """Set how many environments are kept ready; the answer still shows what there was before."""
    reference = ctx.store.reference(function_name, qualifier)
    check_published(qualifier)
    function = function_with(ctx, reference.name, qualifier)
    config = function.provision(qualifier, requested=provisioned_concurrent_executions, now=ctx.backend.clock.time())
    settle_provisioned_at_once(ctx, function, qualifier)
    return config.members()


@operation("GetProvisionedConcurrencyConfig")
def get_provisioned_concurrency_config(ctx: Context, *, function_name: str, qualifier: str) -> Answer:
    """The config of this very version or alias: what an alias has set, its version doesn't show."""
    function = _function(ctx, function_name, qualifier)
    config = function.provisioned.get(qualifier)
    if config is None:
        raise ProvisionedConcurrencyConfigNotFoundException("No Provisioned Concurrency Config found for this function")
    settle_provisioned(ctx, function, qualifier)
    return config.members()


@operation("DeleteProvisionedConcurrencyConfig")
def delete_provisioned_concurrency_config(ctx: Context, *, function_name: str, qualifier: str) -> Answer:
    """Keep no environments ready any more. Nothing to delete is no error."""
    function = _function(ctx, function_name, qualifier)
    function.provisioned.delete(qualifier, alias=function.aliases.get(qualifier))
    return None


@operation("ListProvisionedConcurrencyConfigs")
def list_provisioned_concurrency_configs(
    ctx: Context, *, function_name: str, marker: str | None = None, max_items: int = PAGE_LIMIT
) -> Answer:
    """The configs of a function: of versions by number, of aliases by name."""
    function = ctx.store.function(ctx.store.reference(function_name).name)
    items, next_marker = page(_entries(function, key_of(marker)), max_items)
    return {"ProvisionedConcurrencyConfigs": items, "NextMarker": next_marker}


def _function(ctx: Context, function_name: str, qualifier: str) -> Function:
    """The function of a config; it and the qualifier have to be there."""
    reference = ctx.store.reference(function_name, qualifier)
    if qualifier == LATEST:
        raise InvalidParameterValueException("The function resource provided must be an alias or a published version.")
    return function_with(ctx, reference.name, qualifier)


def _entries(function: Function, after: str | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Entries with the qualifier as key, behind the one that is named."""
    for qualifier in sorted(function.provisioned, key=rank):
        config = function.provisioned.get(qualifier)
        if config is not None and (after is None or rank(qualifier) > rank(after)):
            yield qualifier, {"FunctionArn": f"{function.arn}:{qualifier}", **config.members()}
