"""The picture of the state that the fuzzing compares: it shows every change, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fuzzing.conftest import World

CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("AddPermission", {"StatementId": "new", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}),
    ("CreateAlias", {"Name": "new", "FunctionVersion": "1"}),
    ("DeleteFunction", {}),
    ("DeleteFunctionConcurrency", {}),
    ("PutFunctionEventInvokeConfig", {"MaximumRetryAttempts": 1}),
    ("PutFunctionRecursionConfig", {"RecursiveLoop": "Terminate"}),
    ("PutRuntimeManagementConfig", {"UpdateRuntimeOn": "FunctionUpdate"}),
    ("UpdateAlias", {"Name": "half", "RoutingConfig": {}}),
    ("UpdateFunctionConfiguration", {"Environment": {"Variables": {"STAGE": "live"}}}),
]


@pytest.mark.parametrize(("operation", "parameters"), CHANGES, ids=[operation for operation, _ in CHANGES])
def test_a_change_shows(world: World, operation: str, parameters: dict[str, Any]) -> None:
    world.restore()
    world.call(operation, {"FunctionName": "orders", **parameters})
    assert world.changed()


def test_reading_and_running_do_not_show(world: World) -> None:
    world.restore()
    for operation in ("GetFunction", "ListVersionsByFunction", "GetPolicy", "Invoke"):
        world.call(operation, {"FunctionName": "orders"})
    assert not world.changed()


def test_an_account_that_is_made_anew_is_the_same_again(world: World) -> None:
    world.restore()
    seen = world.call("ListFunctions", {"FunctionVersion": "ALL"})["Functions"]
    world.call("DeleteFunction", {"FunctionName": "bills"})
    world.restore()
    assert world.call("ListFunctions", {"FunctionVersion": "ALL"})["Functions"] == seen
