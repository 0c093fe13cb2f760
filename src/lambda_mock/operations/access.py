"""Calls across accounts: in whose store an operation runs, and whether its caller may run it there.

A caller who names a function of another account works on that account's store, if the function's resource policy says
so. Everything else is the caller's own, and this is the one place that ever leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lambda_mock.domain.access import AccountAsker, Request, decide
from lambda_mock.domain.arn import function_reference, owner_in
from lambda_mock.errors import AccessDeniedException

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.callers import Caller
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.store import Store
    from lambda_mock.operations.registry import Context

# The operations for which AWS lists that they support resource policies, and one more that was recorded to work. The
# action has the operation's name but for Invoke; layers have policies of their own kind.
_GRANTABLE = (
    "CreateAlias DeleteAlias DeleteFunction DeleteFunctionConcurrency DeleteFunctionEventInvokeConfig "
    "DeleteProvisionedConcurrencyConfig GetAlias GetFunction GetFunctionConcurrency GetFunctionConfiguration "
    "GetFunctionEventInvokeConfig GetPolicy GetProvisionedConcurrencyConfig Invoke InvokeWithResponseStream "
    "ListAliases ListFunctionEventInvokeConfigs ListProvisionedConcurrencyConfigs ListTags "
    "ListVersionsByFunction PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig "
    "PutProvisionedConcurrencyConfig TagResource UntagResource UpdateAlias UpdateFunctionCode "
    "UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig"
)
_CAN_BE_GRANTED = frozenset(_GRANTABLE.split())
_ACTIONS = {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}


def admitted(ctx: Context, operation: str, parameters: Mapping[str, Any], caller: Caller) -> Context:
    """The context in which an operation runs: the caller's own, or that of the account whose function is named.

    In AWS's order a second, different qualifier is refused first, then a foreign region, then who isn't allowed in:
    AccessDeniedException.
    """
    text = _named(parameters)
    if text is None or ":" not in text:
        return ctx
    owner = owner_in(text)
    if owner is None or owner == caller.account_id:
        return ctx
    region = ctx.store.region
    reference = function_reference(text, parameters.get("Qualifier"), region=region, account_id=owner)
    if operation == "CreateFunction":
        raise AccessDeniedException(None)
    store = ctx.backend.store(owner, region)
    with store.lock:
        why_not = _refusal(ctx, store, reference, caller, operation)
        tags_withheld = _refusal(ctx, store, reference, caller, "ListTags") if operation == "GetFunction" else None
    if why_not is not None:
        raise AccessDeniedException(why_not)
    if parameters.get("LogType") == "Tail":
        raise AccessDeniedException("Cross-account log access is not allowed")
    return replace(ctx, store=store, tags_withheld=tags_withheld)


def check_grant(ctx: Context, reference: FunctionReference, caller: Caller, operation: str) -> None:
    """Refuse a caller of another account whom the policies of a function in the context's store don't let in."""
    with ctx.store.lock:
        why_not = _refusal(ctx, ctx.store, reference, caller, operation)
    if why_not is not None:
        raise AccessDeniedException(why_not)


def _named(parameters: Mapping[str, Any]) -> str | None:
    """The name or ARN of the function that a call is about."""
    text: str | None = parameters.get("FunctionName")
    if text is None:
        text = parameters.get("Resource") or parameters.get("ResourceArn")
        if text is not None and ":function:" not in text:
            return None
    return text


def _refusal(ctx: Context, store: Store, reference: FunctionReference, caller: Caller, operation: str) -> str | None:
    """Why the policies of a function don't let the caller perform an operation on it; None where they do."""
    function = store.functions.get(reference.name)
    request = Request(
        asker=AccountAsker(caller),
        action=f"lambda:{_ACTIONS.get(operation, operation)}",
        resource=store.arn(reference.name, reference.qualifier),
        region=store.region,
        now=ctx.backend.clock.time(),
        tags={} if function is None else function.tags,
    )
    statements = statements_for(function, reference) if function and operation in _CAN_BE_GRANTED else []
    decision = decide(statements, request)
    if decision == "allowed":
        return None
    reason = (
        "with an explicit deny in a resource-based policy"
        if decision == "denied"
        else f"because no resource-based policy allows the {request.action} action"
    )
    return (
        f"User: {caller.shown(store.region)} is not authorized to perform: {request.action} "
        f"on resource: {request.resource} {reason}"
    )


def statements_for(function: Function, reference: FunctionReference) -> list[Mapping[str, Any]]:
    """What the policies of the function say, those of the qualifier that is named first.

    A statement of the function itself reaches a qualifier only where its Resource does.
    """
    qualifiers = dict.fromkeys([reference.qualifier, None])
    policies = [function.policies[qualifier] for qualifier in qualifiers if qualifier in function.policies]
    return [statement for policy in policies for statement in policy.statements]
