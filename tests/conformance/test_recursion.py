"""Recursion settings, and the loops that they let go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMock, LambdaMockError

if TYPE_CHECKING:
    from tests.conformance.conftest import Account

CALLS: list[tuple[str, dict[str, Any]]] = [
    ("put_function_recursion_config", {"RecursiveLoop": "Allow"}),
    ("get_function_recursion_config", {}),
]


def put(aws: Account, setting: str) -> dict[str, Any]:
    return aws.call("put_function_recursion_config", FunctionName="orders", RecursiveLoop=setting)


def shown(aws: Account) -> dict[str, Any]:
    return aws.call("get_function_recursion_config", FunctionName="orders")


def count_down(aws: Account, mock_lambda: LambdaMock, invocation_type: str) -> None:
    """Deploy a function that invokes itself as often as its event says."""

    @mock_lambda.function("orders", Timeout=900)
    def handler(event: int, context: object) -> None:
        if event:
            aws.client.invoke(FunctionName="orders", InvocationType=invocation_type, Payload=str(event - 1))


def test_loops_are_terminated_unless_something_else_is_set(aws: Account) -> None:
    aws.create()
    assert shown(aws) == aws.answer(200, {"RecursiveLoop": "Terminate"})


@pytest.mark.parametrize("setting", ["Allow", "Terminate"])
def test_what_is_set_is_shown(aws: Account, setting: str) -> None:
    aws.create()
    assert put(aws, setting) == aws.answer(200, {"RecursiveLoop": setting})
    assert shown(aws) == aws.answer(200, {"RecursiveLoop": setting})


def test_another_setting_is_refused(aws: Account) -> None:
    aws.create()
    assert aws.refusal(
        "put_function_recursion_config", FunctionName="orders", RecursiveLoop="InvalidValue"
    ) == aws.misshapen(
        "Value 'InvalidValue' at 'recursiveLoop' failed to satisfy constraint: "
        "Member must satisfy enum value set: [Terminate, Allow]"
    )


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_a_missing_function_is_not_found(aws: Account, operation: str, members: dict[str, Any]) -> None:
    assert aws.refusal(operation, FunctionName="missing", **members) == aws.not_found("missing")


@pytest.mark.parametrize(("operation", "members"), CALLS)
def test_a_qualified_name_is_misshapen(aws: Account, operation: str, members: dict[str, Any]) -> None:
    aws.create()
    pattern = (
        r"(arn:(aws[a-zA-Z-]*)?:lambda:)?((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?"
        r"(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)"
    )
    assert aws.refusal(operation, FunctionName="orders:1", **members) == aws.misshapen(
        "Value 'orders:1' at 'functionName' failed to satisfy constraint: "
        f"Member must satisfy regular expression pattern: {pattern}"
    )


def test_the_setting_changes_no_revision_and_makes_no_new_version(aws: Account) -> None:
    aws.create(Publish=True)
    before = aws.shown()
    put(aws, "Allow")
    assert aws.shown() == before
    assert aws.publish()["Version"] == "1"


def test_the_setting_is_gone_with_the_function(aws: Account) -> None:
    aws.create()
    put(aws, "Allow")
    aws.call("delete_function", FunctionName="orders")
    aws.create()
    assert shown(aws) == aws.answer(200, {"RecursiveLoop": "Terminate"})


@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event"])
@pytest.mark.parametrize(("setting", "runs"), [("Terminate", 16), ("Allow", 21)])
def test_a_loop_is_stopped_or_goes_on_as_set(
    aws: Account, mock_lambda: LambdaMock, invocation_type: str, setting: str, runs: int
) -> None:
    count_down(aws, mock_lambda, invocation_type)
    put(aws, setting)
    aws.call("invoke", FunctionName="orders", InvocationType=invocation_type, Payload=b"20")
    assert len(mock_lambda.invocations) == runs


def test_a_loop_of_events_that_never_ends_is_told_to_the_author_of_the_test(
    aws: Account, mock_lambda: LambdaMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambda_mock.execution.runner.MOST_RUNS_IN_AN_ALLOWED_LOOP", 50)
    count_down(aws, mock_lambda, "Event")
    put(aws, "Allow")
    with pytest.raises(LambdaMockError, match="orders has led back to itself 50 times"):
        aws.call("invoke", FunctionName="orders", InvocationType="Event", Payload=b"100")
