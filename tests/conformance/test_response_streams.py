"""InvokeWithResponseStream: what comes as events, how a stream ends, and what is refused before it begins."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockError

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer


def streamed(aws: Account, name: str = "orders", **parameters: Any) -> Answer:
    """The whole answer, with its events in a list."""
    answer = aws.call("invoke_with_response_stream", FunctionName=name, **parameters)
    return answer | {"EventStream": list(answer["EventStream"])}


def begun(*events: Answer, version: str = "$LATEST") -> Answer:
    return {
        "StatusCode": 200,
        "ExecutedVersion": version,
        "ResponseStreamContentType": "application/vnd.amazon.eventstream",
        "EventStream": list(events),
        "ResponseMetadata": 200,
    }


def chunk(content: bytes) -> Answer:
    return {"PayloadChunk": {"Payload": content}}


def completed(**members: Any) -> Answer:
    return {"InvokeComplete": members}


@pytest.mark.parametrize("lane", ["fast", "wire"])
def test_what_a_function_answers_as_a_whole_is_one_chunk(aws: Account, mock_lambda: LambdaMock, lane: str) -> None:
    mock_lambda.function("orders", lambda event, context: {"echo": event}, Publish=True)
    if lane == "wire":
        aws.client.meta.events.register_first("before-send.lambda", lambda **_: None)
    answer = streamed(aws, Payload=b'{"n": 1}', Qualifier="1")
    assert answer == begun(chunk(b'{"echo": {"n": 1}}'), completed(), version="1")


def test_a_zip_is_streamed_alike(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return b'bytes'\n")
    assert streamed(aws) == begun(chunk(b"bytes"), completed())


def test_an_empty_answer_is_no_chunk(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    return b''\n")
    assert streamed(aws) == begun(completed())


def test_an_error_of_the_function_is_told_at_the_end(aws: Account) -> None:
    aws.create(code='def handler(event, context):\n    raise ValueError("no")\n')
    answer = streamed(aws)
    end = answer["EventStream"][-1]["InvokeComplete"]
    assert answer == begun(completed(**end))
    assert end["ErrorCode"] == "Unhandled"
    assert json.loads(end["ErrorDetails"])["errorMessage"] == "no"


def test_a_timeout_is_told_at_the_end(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: mock_lambda.clock.advance(2), Timeout=1)
    [end] = streamed(aws)["EventStream"]
    details = json.loads(end["InvokeComplete"]["ErrorDetails"])
    assert (end["InvokeComplete"]["ErrorCode"], details["errorType"]) == ("Unhandled", "Sandbox.Timedout")


def test_the_tail_of_the_log_comes_with_the_end_on_request(aws: Account) -> None:
    aws.create(code="def handler(event, context):\n    print('a line')\n")
    tail = streamed(aws, LogType="Tail")["EventStream"][-1]["InvokeComplete"]
    assert list(tail) == ["LogResult"]
    assert b"a line\nEND RequestId: " in base64.b64decode(tail["LogResult"])
    assert streamed(aws, LogType="None")["EventStream"][-1] == completed()


def test_a_dry_run_runs_nothing(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    answer = streamed(aws, InvocationType="DryRun")
    assert answer == {"StatusCode": 204, "EventStream": [], "ResponseMetadata": 204} | {
        key: value for key, value in answer.items() if key == "ResponseStreamContentType"
    }
    assert list(mock_lambda.invocations) == []


def test_a_stream_is_a_run_like_any_other(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns="done")
    aws.call("invoke_with_response_stream", FunctionName="orders", Payload=b"1")
    [run] = mock_lambda.invocations
    assert (run.payload, run.result, run.invocation_type, run.attempt) == (b"1", b'"done"', "RequestResponse", 1)


def test_a_stream_that_nobody_reads_can_be_closed(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns="done")
    answer = aws.call("invoke_with_response_stream", FunctionName="orders")
    answer["EventStream"].close()
    assert list(answer["EventStream"]) == []


# What is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("invocation_type", ["RequestResponse", "DryRun"])
def test_a_function_that_is_not_there_is_refused_before_a_stream_begins(aws: Account, invocation_type: str) -> None:
    refusal = aws.refusal("invoke_with_response_stream", FunctionName="orders", InvocationType=invocation_type)
    assert refusal["Error"] == {
        "Code": "ResourceNotFoundException",
        "Message": "Function not found: arn:aws:lambda:us-east-1:123456789012:function:orders:$LATEST",
    }


def test_a_function_without_concurrency_is_refused_before_a_stream_begins(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    mock_lambda.function("orders", returns=None)
    aws.call("put_function_concurrency", FunctionName="orders", ReservedConcurrentExecutions=0)
    refusal = aws.refusal("invoke_with_response_stream", FunctionName="orders")
    assert refusal["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    aws.call("delete_function_concurrency", FunctionName="orders")
    assert streamed(aws) == begun(chunk(b"null"), completed())


def test_a_payload_that_is_no_json_is_refused(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    refusal = aws.refusal("invoke_with_response_stream", FunctionName="orders", Payload=b"{")
    assert refusal["Error"]["Code"] == "InvalidRequestContentException"


def test_a_payload_that_is_too_large_is_refused_by_the_name_of_the_operation(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    mock_lambda.function("orders", returns=None)
    refusal = aws.refusal("invoke_with_response_stream", FunctionName="orders", Payload=b"0" * 6_291_457)
    assert refusal["Error"] == {
        "Code": "RequestEntityTooLargeException",
        "Message": "Request must be smaller than 6291456 bytes for the InvokeWithResponseStream operation",
    }


def test_an_answer_that_is_too_large_ends_in_an_error(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: b"x" * 6_291_557)
    [end] = streamed(aws)["EventStream"]
    details = json.loads(end["InvokeComplete"]["ErrorDetails"])
    assert (end["InvokeComplete"]["ErrorCode"], details["errorType"]) == ("Unhandled", "Function.ResponseSizeTooLarge")


def test_what_speaks_to_the_test_reaches_it(aws: Account) -> None:
    aws.create(PackageType="Image")
    with pytest.raises(LambdaMockError, match="can't run here"):
        aws.call("invoke_with_response_stream", FunctionName="orders")
    aws.create("zip", code="import pytest\n\ndef handler(event, context):\n    pytest.fail('the test fails')\n")
    with pytest.raises(pytest.fail.Exception, match="the test fails"):
        aws.call("invoke_with_response_stream", FunctionName="zip")
