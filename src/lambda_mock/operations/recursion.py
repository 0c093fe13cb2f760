"""Recursion settings: whether Lambda stops a function that its own invocations have led back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.operations.registry import Answer, Context, operation

if TYPE_CHECKING:
    from lambda_mock.domain.run_limits import RecursiveLoop


@operation("GetFunctionRecursionConfig")
def get_function_recursion_config(ctx: Context, *, function_name: str) -> Answer:
    """What happens to a loop of the function's invocations; `Terminate` until something else is set."""
    function = ctx.store.function(ctx.store.reference(function_name).name)
    return {"RecursiveLoop": function.limits.recursive_loop}


@operation("PutFunctionRecursionConfig")
def put_function_recursion_config(ctx: Context, *, function_name: str, recursive_loop: RecursiveLoop) -> Answer:
    """Have Lambda stop such a loop, or allow it."""
    function = ctx.store.function(ctx.store.reference(function_name).name)
    function.limits.recursive_loop = recursive_loop
    return {"RecursiveLoop": recursive_loop}
