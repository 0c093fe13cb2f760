"""The resource policy of a function, version or alias as one document, by ARN.

It is the policy that AddPermission adds statements to and GetPolicy shows; here it is put and taken away as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.policy import check_revision
from lambda_mock.domain.policy_document import parsed
from lambda_mock.operations.function_policies import function_to_grant, policy_to_change, policy_to_show
from lambda_mock.operations.not_built import refuse
from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.policy import Policy

_SHOWN_BY = "GetResourcePolicy"


@operation("PutResourcePolicy")
def put_resource_policy(ctx: Context, *, resource_arn: str, policy: str, revision_id: str | None = None) -> Answer:
    """Replace the policy of what is named, whoever made it, by a document."""
    reference = _reference(ctx, "PutResourcePolicy", resource_arn)
    function = function_to_grant(ctx, reference)
    present = function.policies.get(reference.qualifier)
    check_revision(revision_id, None if present is None else present.revision_id, api=_SHOWN_BY)
    arn = ctx.store.arn(reference.name, reference.qualifier)
    fresh = parsed(policy, arn, revision_id=ctx.store.ids.uuid()).checked(ctx.store.limits.policy_size)
    function.policies[reference.qualifier] = fresh
    return _shown(fresh)


@operation("GetResourcePolicy")
def get_resource_policy(ctx: Context, *, resource_arn: str) -> Answer:
    """The policy of what is named."""
    return _shown(policy_to_show(ctx, _reference(ctx, "GetResourcePolicy", resource_arn)))


@operation("DeleteResourcePolicy")
def delete_resource_policy(ctx: Context, *, resource_arn: str, revision_id: str | None = None) -> Answer:
    """Take the policy away from what is named, with the statements that AddPermission made."""
    reference = _reference(ctx, "DeleteResourcePolicy", resource_arn)
    function, policy = policy_to_change(ctx, reference)
    check_revision(revision_id, policy.revision_id, api=_SHOWN_BY)
    del function.policies[reference.qualifier]
    return None


def _reference(ctx: Context, operation_name: str, arn: str) -> FunctionReference:
    """The function, version or alias that an ARN names. The model has ARNs of runtimes too, which nobody owns here."""
    if ":function:" not in arn:
        refuse(operation_name, **{"a runtime as ResourceArn": arn})
    return ctx.store.reference(arn)


def _shown(policy: Policy) -> Answer:
    return {"Policy": policy.text, "RevisionId": policy.revision_id}
