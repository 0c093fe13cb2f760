"""The resource policy that a call on a function's policies means, whichever of the two families of calls it is.

The function itself, each version and each alias have their own, and `$LATEST` has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.function import not_found
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException, ResourceNotFoundException
from lambda_mock.operations.targets import function_with

if TYPE_CHECKING:
    from lambda_mock.domain.arn import FunctionReference
    from lambda_mock.domain.function import Function
    from lambda_mock.domain.policy import Policy
    from lambda_mock.operations.registry import Context


def function_to_grant(ctx: Context, reference: FunctionReference) -> Function:
    """The function whose policy is to be made or extended; it and the qualifier have to be there."""
    if reference.qualifier == LATEST:
        raise InvalidParameterValueException("We currently do not support adding policies for $LATEST.")
    function = _holder(ctx, reference)
    if function is None:
        raise not_found(ctx.store.arn(reference.name))
    return function


def policy_to_change(ctx: Context, reference: FunctionReference) -> tuple[Function, Policy]:
    """The policy that is to be reduced or removed, and the function that has it. A missing one is an error."""
    function = _holder(ctx, reference)
    if function is None:
        raise ResourceNotFoundException(f"No policy found for: {ctx.store.arn(reference.name)}")
    policy = function.policies.get(reference.qualifier)
    if policy is None:
        raise ResourceNotFoundException("No policy is associated with the given resource.")
    return function, policy


def policy_to_show(ctx: Context, reference: FunctionReference) -> Policy:
    """The policy that is to be read. A missing function, qualifier and policy are all one to AWS."""
    function = ctx.store.functions.get(reference.name)
    policy = None if function is None else function.policies.get(reference.qualifier)
    if policy is None:
        raise ResourceNotFoundException("The resource you requested does not exist.")
    return policy


def _holder(ctx: Context, reference: FunctionReference) -> Function | None:
    """The function, or None; a version or alias that isn't there is an error even then."""
    qualifier = reference.qualifier
    if qualifier is None or qualifier == LATEST:
        return ctx.store.functions.get(reference.name)
    return function_with(ctx, reference.name, qualifier)
