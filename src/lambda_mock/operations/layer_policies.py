"""The policies of layer versions: which other accounts may use one. Each version has its own, or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_mock.domain.policy import Grant, check_revision, compact, extended
from lambda_mock.errors import ResourceNotFoundException
from lambda_mock.operations.layer_access import check_number, named_layer, own_layer
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.layer import Layer, LayerVersion
    from lambda_mock.domain.policy import Policy

_API = "GetLayerPolicy"
_NO_REVISION = ""


@operation("AddLayerVersionPermission")
def add_layer_version_permission(
    ctx: Context,
    *,
    layer_name: str,
    version_number: int,
    statement_id: str,
    action: str,
    principal: str,
    organization_id: str | None = None,
    revision_id: str | None = None,
) -> Answer:
    """Let an account, an organisation or everybody use a version. The RevisionId to give is the policy's."""
    layer, version = _existing(ctx, layer_name, version_number, "AddLayerVersionPermission")
    grant = Grant(principal=principal, action=action, principal_org_id=organization_id)
    statement = grant.statement(statement_id, version.arn, ctx.store.partition)
    current = _NO_REVISION if version.policy is None else version.policy.revision_id
    check_revision(revision_id, current, api=_API)
    policy = extended(version.policy, statement, revision_id=ctx.store.ids.uuid(), limit=ctx.store.limits.policy_size)
    layer.keep(replace(version, policy=policy))
    return {"Statement": compact(statement), "RevisionId": policy.revision_id}


@operation("GetLayerVersionPolicy")
def get_layer_version_policy(ctx: Context, *, layer_name: str, version_number: int) -> Answer:
    """The policy of a version."""
    _, version = _existing(ctx, layer_name, version_number, "GetLayerVersionPolicy")
    policy = _policy(version)
    return {"Policy": policy.text, "RevisionId": policy.revision_id}


@operation("RemoveLayerVersionPermission")
def remove_layer_version_permission(
    ctx: Context, *, layer_name: str, version_number: int, statement_id: str, revision_id: str | None = None
) -> Answer:
    """Remove a statement from the policy of a version. Functions that use the version keep it."""
    layer, version = _existing(ctx, layer_name, version_number, "RemoveLayerVersionPermission")
    policy = _policy(version)
    check_revision(revision_id, policy.revision_id, api=_API)
    layer.keep(replace(version, policy=policy.without(statement_id, revision_id=ctx.store.ids.uuid())))
    return None


def _existing(ctx: Context, layer_name: str, number: int, action: str) -> tuple[Layer, LayerVersion]:
    check_number(number)
    reference = named_layer(ctx, layer_name)
    layer = own_layer(ctx, reference, action, number)
    version = None if layer is None else layer.version(number)
    if layer is None or version is None:
        raise ResourceNotFoundException(f"Layer version {reference.arn}:{number} does not exist.")
    return layer, version


def _policy(version: LayerVersion) -> Policy:
    if version.policy is None:
        raise ResourceNotFoundException("No policy is associated with the given resource.")
    return version.policy
