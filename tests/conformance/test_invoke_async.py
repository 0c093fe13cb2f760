"""InvokeAsync, the operation from before Invoke had types: it queues an event, and that is all it answers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated.*:DeprecationWarning")

LIMIT = 262_144


def send(aws: Account, content: Any = b"{}", name: str = "orders") -> Answer:
    return aws.call("invoke_async", FunctionName=name, InvokeArgs=content)


def refusal(aws: Account, content: bytes = b"{}", name: str = "orders") -> Answer:
    return aws.refusal("invoke_async", FunctionName=name, InvokeArgs=content)


def remember(mock: LambdaMock) -> list[Any]:
    """A function `orders` that appends its events to the list that is given back."""
    events: list[Any] = []
    mock.function("orders", lambda event, context: events.append((event, context.invoked_function_arn)), Publish=True)
    return events


@pytest.mark.parametrize("content", [b'{"n": 1}', io.BytesIO(b'{"n": 1}'), '{"n": 1}'], ids=["bytes", "file", "text"])
def test_an_event_is_accepted_and_the_function_runs_with_it(
    aws: Account, mock_lambda: LambdaMock, content: Any
) -> None:
    events = remember(mock_lambda)
    assert send(aws, content) == aws.answer(202, {"Status": 202})
    assert events == [({"n": 1}, aws.arn())]
    assert [run.invocation_type for run in mock_lambda.invocations] == ["Event"]


def test_an_empty_event_is_an_empty_object(aws: Account, mock_lambda: LambdaMock) -> None:
    events = remember(mock_lambda)
    send(aws, b"")
    assert events == [({}, aws.arn())]


def test_an_event_that_fails_is_tried_again(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", raises=ValueError("no"))
    assert send(aws) == aws.answer(202, {"Status": 202})
    assert [run.attempt for run in mock_lambda.invocations] == [1, 2, 3]


def test_a_version_is_named_with_the_function(aws: Account, mock_lambda: LambdaMock) -> None:
    events = remember(mock_lambda)
    for name in ("orders:1", aws.arn(qualifier="1")):
        send(aws, name=name)
    assert [arn for _, arn in events] == [aws.arn(qualifier="1")] * 2


def test_what_is_not_json_is_refused_as_invoke_does(aws: Account, mock_lambda: LambdaMock) -> None:
    events = remember(mock_lambda)
    expected = aws.refusal("invoke", FunctionName="orders", InvocationType="Event", Payload=b"{oops")
    assert refusal(aws, b"{oops") == refusal(aws, b"{oops", name="missing") == expected
    assert expected["Error"]["Code"] == "InvalidRequestContentException"
    assert events == []


def test_an_event_has_256_kb_at_the_most(aws: Account, mock_lambda: LambdaMock) -> None:
    events = remember(mock_lambda)
    send(aws, b'"' + b"x" * (LIMIT - 2) + b'"')
    assert len(events) == 1
    expected = aws.error(
        "RequestEntityTooLargeException",
        "262145 byte payload is too large for the Event invocation type (limit 262144 bytes)",
    )
    assert refusal(aws, b"x" * (LIMIT + 1)) == expected


def test_a_missing_function_or_version_is_not_found(aws: Account) -> None:
    aws.create()
    assert refusal(aws, name="missing") == aws.not_found("missing", "$LATEST")
    assert refusal(aws, name="orders:7") == aws.not_found("orders", "7")


def test_a_name_that_is_none_is_refused_in_the_pattern_of_invoke(aws: Account) -> None:
    expected = aws.refusal("invoke", FunctionName="orders!")
    assert refusal(aws, name="orders!") == expected
    assert expected["Error"]["Code"] == "ValidationException"


@pytest.mark.lambda_mock(lifecycle="observed")
def test_a_function_that_is_still_being_made_is_refused(aws: Account) -> None:
    aws.create()
    message = (
        "The operation cannot be performed at this time. The function is currently in the following state: Pending"
    )
    assert refusal(aws) == aws.error("ResourceConflictException", message)
