"""What most operations on a function begin and end with: the function a caller means, and the settling of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_mock.domain.function import not_found
from lambda_mock.domain.version import LATEST
from lambda_mock.errors import InvalidParameterValueException, ResourceNotFoundException

if TYPE_CHECKING:
    from lambda_mock.domain.function import Function
    from lambda_mock.operations.registry import Context


def check_latest_only(qualifier: str | None) -> None:
    """Refuse every qualifier but `$LATEST`, for operations that act on the function itself."""
    if qualifier not in {None, LATEST}:
        raise InvalidParameterValueException(
            "Current operation does not support versions other than $LATEST. "
            "Please set the version to $LATEST or do not set a version in your request."
        )


def whole_function(ctx: Context, function_name: str) -> Function:
    """The function that is named, with no qualifier or with `$LATEST`."""
    reference = ctx.store.reference(function_name)
    check_latest_only(reference.qualifier)
    return ctx.store.function(reference.name)


def function_with(ctx: Context, name: str, qualifier: str) -> Function:
    """The function, which has to have that version or alias. A number and a name are missed in different words."""
    function = ctx.store.functions.get(name)
    arn = ctx.store.arn(name, qualifier)
    if qualifier.isdecimal() or "$" in qualifier:
        if function is None or function.version(qualifier) is None:
            raise not_found(arn)
    elif function is None or qualifier not in function.aliases:
        raise ResourceNotFoundException(f"Cannot find alias arn: {arn}")
    return function


def settle_at_once(ctx: Context, function: Function, *qualifiers: str | None) -> None:
    """Bring changes to their end once they are answered, unless the test wants to observe them."""
    if not ctx.backend.rules.observed:
        for qualifier in qualifiers:
            function.settle(qualifier)
