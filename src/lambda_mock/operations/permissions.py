"""Resource policies, statement by statement: a call adds one or removes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.policy import Grant, check_revision, compact, extended
from lambda_mock.operations.function_policies import function_to_grant, policy_to_change, policy_to_show
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.policy import Policy


@operation("AddPermission")
def add_permission(
    ctx: Context,
    *,
    function_name: str,
    statement_id: str,
    action: str,
    principal: str,
    source_arn: str | None = None,
    function_url_auth_type: str | None = None,
    invoked_via_function_url: bool | None = None,
    source_account: str | None = None,
    event_source_token: str | None = None,
    qualifier: str | None = None,
    revision_id: str | None = None,
    principal_org_id: str | None = None,
) -> Answer:
    """Add a statement to the policy of what is named, with exactly that ARN as its resource.

    The RevisionId to give is the policy's; where there is no policy yet, it is that of the alias or version.
    """
    reference = ctx.store.reference(function_name, qualifier)
    function = function_to_grant(ctx, reference)
    grant = Grant(
        principal=principal,
        action=action,
        source_arn=source_arn,
        source_account=source_account,
        function_url_auth_type=function_url_auth_type,
        principal_org_id=principal_org_id,
        event_source_token=event_source_token,
        invoked_via_function_url=invoked_via_function_url,
    )
    resource = ctx.store.arn(reference.name, reference.qualifier)
    statement = grant.statement(statement_id, resource, ctx.store.partition)
    policy = function.policies.get(reference.qualifier)
    check_revision(revision_id, _revision(function, reference.qualifier, policy))
    function.policies[reference.qualifier] = extended(
        policy, statement, revision_id=ctx.store.ids.uuid(), limit=ctx.store.limits.policy_size
    )
    return {"Statement": compact(statement)}


@operation("RemovePermission")
def remove_permission(
    ctx: Context,
    *,
    function_name: str,
    statement_id: str,
    qualifier: str | None = None,
    revision_id: str | None = None,
) -> Answer:
    """Remove a statement from the policy of what is named."""
    reference = ctx.store.reference(function_name, qualifier)
    function, policy = policy_to_change(ctx, reference)
    check_revision(revision_id, policy.revision_id)
    left = policy.without(statement_id, revision_id=ctx.store.ids.uuid())
    if left is None:
        del function.policies[reference.qualifier]
    else:
        function.policies[reference.qualifier] = left
    return None


@operation("GetPolicy")
def get_policy(ctx: Context, *, function_name: str, qualifier: str | None = None) -> Answer:
    """The policy of what is named."""
    policy = policy_to_show(ctx, ctx.store.reference(function_name, qualifier))
    return {"Policy": policy.text, "RevisionId": policy.revision_id}


def _revision(function: Function, qualifier: str | None, policy: Policy | None) -> str:
    if policy is not None:
        return policy.revision_id
    alias = None if qualifier is None else function.aliases.get(qualifier)
    return function.at(qualifier).revision_id if alias is None else alias.revision_id
