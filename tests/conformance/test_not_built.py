"""What Lambda can do and this mock can't yet: it is named, whoever asks for it, and never silently ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session

from lambda_mock import NotBuiltError

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

MEMBERS: dict[str, dict[str, Any]] = {
    "CreateFunction": {
        "DurableConfig": {"ExecutionTimeout": 60},
    },
    "UpdateFunctionConfiguration": {
        "DurableConfig": {"ExecutionTimeout": 60},
    },
    "Invoke": {"DurableExecutionName": "order-1"},
}


def known(model: Any) -> list[tuple[str, str]]:
    """Operations with those of their members that the installed botocore knows: it refuses the others itself."""
    return [
        (operation, member)
        for operation, members in MEMBERS.items()
        for member in members
        if member in model.operation_model(operation).input_shape.members
    ]


@pytest.mark.parametrize(("operation", "member"), known(Session().get_service_model("lambda")))
def test_a_member_that_is_not_built_is_refused_by_name(aws: Account, operation: str, member: str) -> None:
    calls: dict[str, Callable[..., Any]] = {
        "CreateFunction": lambda **given: aws.create("other", **given),
        "UpdateFunctionConfiguration": aws.configure,
        "Invoke": lambda **given: aws.call("invoke", FunctionName="orders", **given),
    }
    aws.create()
    before = aws.call("list_functions", FunctionVersion="ALL")
    with pytest.raises(NotBuiltError, match=f"{member} of {operation}"):
        calls[operation](**{member: MEMBERS[operation][member]})
    assert aws.call("list_functions", FunctionVersion="ALL") == before


def test_an_operation_that_is_not_built_is_refused_by_name(aws: Account) -> None:
    if not hasattr(aws.client, "list_durable_executions_by_function"):
        pytest.skip("this botocore is older than every operation that isn't built")
    aws.create()
    with pytest.raises(NotBuiltError, match="doesn't do ListDurableExecutionsByFunction yet"):
        aws.call("list_durable_executions_by_function", FunctionName="orders")
