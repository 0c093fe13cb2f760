"""Reserved concurrency: how many runs of a function there may be at once, whichever version or alias is invoked."""

from __future__ import annotations

from lambda_mock.domain.function import not_found
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException, ValidationException
from lambda_mock.operations.registry import Answer, Context, operation


@operation("PutFunctionConcurrency")
def put_function_concurrency(ctx: Context, *, function_name: str, reserved_concurrent_executions: int) -> Answer:
    """Reserve concurrency for a function, as a limit and out of the account's. With 0 it can't be run at all."""
    name = _unqualified(ctx, function_name)
    function = ctx.store.functions.get(name)
    if function is None:
        raise not_found(ctx.store.arn(name, LATEST))
    if reserved_concurrent_executions < 0:
        raise ValidationException(
            f"1 validation error detected: Value '{reserved_concurrent_executions}' at 'reservedConcurrentExecutions' "
            "failed to satisfy constraint: Member must have value greater than or equal to 0"
        )
    function.limits.reserve(reserved_concurrent_executions)
    return {"ReservedConcurrentExecutions": reserved_concurrent_executions}


@operation("GetFunctionConcurrency")
def get_function_concurrency(ctx: Context, *, function_name: str) -> Answer:
    """What is reserved for a function; nothing at all where nothing is."""
    function = ctx.store.function(_unqualified(ctx, function_name))
    return {"ReservedConcurrentExecutions": function.limits.reserved}


@operation("DeleteFunctionConcurrency")
def delete_function_concurrency(ctx: Context, *, function_name: str) -> Answer:
    """Give back what is reserved for a function. Nothing to give back is no error."""
    ctx.store.function(_unqualified(ctx, function_name)).limits.release()
    return None


def _unqualified(ctx: Context, function_name: str) -> str:
    """The bare name. Even `$LATEST` beside it is refused, before the function is looked up."""
    reference = ctx.store.reference(function_name)
    if reference.qualifier is not None:
        raise InvalidParameterValueException(
            "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. "
            "Please specify either a function name or an unqualified function ARN."
        )
    return reference.name
