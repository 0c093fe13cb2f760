"""What AWS puts into the headers of an invocation's answer, and the X-Ray trace that caller and function share."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

TRACE = r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0"
GIVEN = "Root=1-6570fe56-4dd9da7033705f415eade5b3;Parent=53995c3f42cd8ad8;Sampled=1"
SHOW_TRACE = "import os\ndef handler(event, context):\n    return os.environ['_X_AMZN_TRACE_ID']\n"


def headers(aws: Account, **members: Any) -> dict[str, str]:
    answer = aws.client.invoke(FunctionName="orders", **members)
    found: dict[str, str] = dict(answer["ResponseMetadata"]["HTTPHeaders"])
    assert found.pop("x-amzn-requestid") == answer["ResponseMetadata"]["RequestId"]
    assert re.fullmatch(TRACE, found.pop("x-amzn-trace-id"))
    assert found.pop("date").endswith(" GMT")
    return found


def sends(client: Any, header: str) -> None:
    """Let the client send that trace header, as instrumented code does."""

    def add(params: Any, **_: Any) -> None:
        params["headers"]["X-Amzn-Trace-Id"] = header

    client.meta.events.register("before-call.lambda.Invoke", add)


@pytest.fixture(params=["fast", "wire"])
def lane(request: pytest.FixtureRequest, aws: Account) -> str:
    """Both lanes: a client that wants to see requests on their way takes the wire lane."""
    if request.param == "wire":
        aws.client.meta.events.register("request-created.lambda.Invoke", lambda **_: None)
    return str(request.param)


@pytest.mark.usefixtures("lane")
def test_a_result_has_its_version_and_length_in_the_headers(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns={"a": 1})
    assert headers(aws) == {
        "content-type": "application/json",
        "content-length": "8",
        "connection": "keep-alive",
        "x-amzn-remapped-content-length": "0",
        "x-amz-executed-version": "$LATEST",
    }


@pytest.mark.usefixtures("lane")
def test_an_error_and_a_log_are_in_the_headers_too(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", raises=ValueError("no"))
    found = headers(aws, LogType="Tail")
    assert (found["x-amz-function-error"], found["x-amz-executed-version"]) == ("Unhandled", "$LATEST")
    assert found["x-amz-log-result"]


@pytest.mark.usefixtures("lane")
@pytest.mark.parametrize("invocation_type", ["Event", "DryRun"])
def test_an_answer_without_content_has_no_type(aws: Account, mock_lambda: LambdaMock, invocation_type: str) -> None:
    mock_lambda.function("orders", returns=None)
    assert headers(aws, InvocationType=invocation_type) == {
        "content-length": "0",
        "connection": "keep-alive",
        "x-amzn-remapped-content-length": "0",
    }


def test_a_refusal_tells_no_trace(aws: Account) -> None:
    with pytest.raises(aws.client.exceptions.ResourceNotFoundException) as caught:
        aws.client.invoke(FunctionName="missing")
    assert "x-amzn-trace-id" not in caught.value.response["ResponseMetadata"]["HTTPHeaders"]


@pytest.mark.usefixtures("lane")
def test_the_caller_is_told_the_trace_that_the_function_sees(aws: Account) -> None:
    aws.create(code=SHOW_TRACE)
    answers = [aws.client.invoke(FunctionName="orders") for _ in range(2)]
    traces = [answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"] for answer in answers]
    assert [json.load(answer["Payload"]) for answer in answers] == traces
    assert len(set(traces)) == 2


@pytest.mark.usefixtures("lane")
@pytest.mark.parametrize("sampled", ["1", "0"])
def test_a_trace_of_the_caller_goes_on_in_the_function(aws: Account, sampled: str) -> None:
    aws.create(code=SHOW_TRACE)
    sends(aws.client, GIVEN.replace("Sampled=1", f"Sampled={sampled}"))
    seen = json.load(aws.client.invoke(FunctionName="orders")["Payload"])
    root, parent, decision, _ = seen.split(";")
    assert (root, decision) == ("Root=1-6570fe56-4dd9da7033705f415eade5b3", f"Sampled={sampled}")
    assert parent != "Parent=53995c3f42cd8ad8", "Lambda's own segment comes in between"


@pytest.mark.parametrize("header", ["", "nothing", "Root=1-x-y;Sampled=1"])
def test_what_is_no_trace_begins_a_new_one(aws: Account, header: str) -> None:
    aws.create(code=SHOW_TRACE)
    sends(aws.client, header)
    assert re.fullmatch(TRACE, json.load(aws.client.invoke(FunctionName="orders")["Payload"]))


@pytest.mark.parametrize("invocation_type", ["RequestResponse", "Event"])
def test_functions_that_a_function_invokes_are_in_its_trace(
    aws: Account, mock_lambda: LambdaMock, invocation_type: str
) -> None:
    traces = []

    def see(then: Callable[[], object]) -> Callable[[Any, Any], None]:
        def handler(event: object, context: object) -> None:
            traces.append(dict(part.split("=", 1) for part in os.environ["_X_AMZN_TRACE_ID"].split(";")))
            then()

        return handler

    def invoke() -> None:
        client: Any = boto3.client("lambda", region_name="us-east-1")
        client.invoke(FunctionName="bills", InvocationType=invocation_type)

    mock_lambda.function("bills", see(lambda: None))
    mock_lambda.function("orders", see(invoke))
    aws.client.invoke(FunctionName="orders")
    assert traces[0]["Root"] == traces[1]["Root"]
    assert traces[0]["Lineage"] != traces[1]["Lineage"]
