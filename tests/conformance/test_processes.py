"""Functions in processes of their own, as a client sees them: what the API changes ends or keeps their processes."""

from __future__ import annotations

import json
import os
import select
import sys
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import mock_lambda as new_mock

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

pytestmark = pytest.mark.lambda_mock(execution="process")

RUNTIME = f"python3.{sys.version_info.minor}"
PATIENCE = 30
PID = """
import os
runs = 0
def handler(event, context):
    global runs
    runs += 1
    return [os.getpid(), runs]
"""


def invoked(aws: Account, **parameters: Any) -> Any:
    answer = aws.client.invoke(FunctionName="orders", **parameters)
    assert "FunctionError" not in answer
    return json.load(answer["Payload"])


def is_gone(pid: int) -> bool:
    try:
        signal = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([signal], [], [], PATIENCE)[0])
    finally:
        os.close(signal)


def is_alive(pid: int) -> bool:
    os.kill(pid, 0)
    return True


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("delete_function", {}),
        ("update_function_configuration", {"MemorySize": 512}),
        ("update_function_code", {"ZipFile": None}),
    ],
)
def test_the_process_of_what_is_changed_ends(aws: Account, operation: str, parameters: dict[str, Any]) -> None:
    aws.create(code=PID, Runtime=RUNTIME, Timeout=60)
    aws.create("kept", code=PID, Runtime=RUNTIME, Timeout=60)
    aws.client.publish_version(FunctionName="orders") if operation != "delete_function" else None
    kept = json.load(aws.client.invoke(FunctionName="kept")["Payload"])[0]
    pid = invoked(aws)[0]
    if "ZipFile" in parameters:
        aws.update_code(PID + "#")
    else:
        aws.call(operation, FunctionName="orders", **parameters)
    assert is_gone(pid)
    assert is_alive(kept)


def test_versions_and_latest_have_processes_of_their_own(aws: Account) -> None:
    aws.create(code=PID, Runtime=RUNTIME, Timeout=60, Publish=True)
    aws.call("create_alias", FunctionName="orders", Name="live", FunctionVersion="1")
    latest, first = invoked(aws), invoked(aws, Qualifier="1")
    assert latest[0] != first[0]
    assert invoked(aws, Qualifier="live") == [first[0], 2]
    assert invoked(aws) == [latest[0], 2]


def test_all_processes_end_with_the_mock(aws: Account) -> None:
    with new_mock(execution="process"):
        aws.create(code=PID, Runtime=RUNTIME, Timeout=60)
        pid = invoked(aws)[0]
        assert is_alive(pid)
    assert is_gone(pid)


def test_a_timeout_is_answered_at_the_deadline(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code="import time\ndef handler(event, context): time.sleep(600)\n", Runtime=RUNTIME, Timeout=1)
    answer = aws.client.invoke(FunctionName="orders")
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"]) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 1.00 seconds",
    }
    assert mock_lambda.invocations[0].duration == 1000


CALLING = """
import json
import boto3

client = boto3.client("lambda")

def handler(event, context):
    answer = client.invoke(FunctionName=event["call"], Payload=json.dumps(event.get("with")))
    return [context.function_name, answer["StatusCode"], json.load(answer["Payload"])]
"""


def test_a_function_that_invokes_another_one_finds_the_same_mock(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=CALLING, Runtime=RUNTIME, Timeout=60)
    aws.create("inner", code="def handler(event, context): return ['inner', event]\n", Runtime=RUNTIME, Timeout=60)
    mock_lambda.function("callable", lambda event, context: ["callable", event])
    for called in ("inner", "callable"):
        event = json.dumps({"call": called, "with": [1]})
        assert invoked(aws, Payload=event) == ["orders", 200, [called, [1]]]
    assert [run.function for run in mock_lambda.invocations] == ["inner", "orders", "callable", "orders"]


@pytest.mark.lambda_mock(execution="process", processes=1)
def test_functions_that_wait_for_one_another_never_wait_for_room(aws: Account) -> None:
    aws.create(code=CALLING, Runtime=RUNTIME, Timeout=60)
    aws.create("inner", code=CALLING, Runtime=RUNTIME, Timeout=60)
    aws.create("last", code="def handler(event, context): return event\n", Runtime=RUNTIME, Timeout=60)
    event = {"call": "inner", "with": {"call": "last", "with": "end"}}
    assert invoked(aws, Payload=json.dumps(event)) == ["orders", 200, ["inner", 200, "end"]]


def test_a_function_changes_what_the_test_sees(aws: Account) -> None:
    code = (
        "import boto3\ndef handler(event, context):\n    boto3.client('lambda').delete_function(FunctionName='other')\n"
    )
    aws.create(code=code, Runtime=RUNTIME, Timeout=60)
    aws.create("other")
    invoked(aws)
    assert aws.refusal("get_function", FunctionName="other") == aws.not_found("other")


def test_an_event_that_fails_is_tried_three_times(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code="def handler(event, context): raise ValueError(event)\n", Runtime=RUNTIME, Timeout=60)
    aws.client.invoke(FunctionName="orders", InvocationType="Event", Payload=b"[1]")
    assert [(run.attempt, run.payload) for run in mock_lambda.invocations] == [(n, b"[1]") for n in (1, 2, 3)]


def test_a_response_stream_has_what_the_function_answers(aws: Account) -> None:
    aws.create(code="def handler(event, context): return event\n", Runtime=RUNTIME, Timeout=60)
    answer = aws.client.invoke_with_response_stream(FunctionName="orders", Payload=b'{"a": 1}')
    assert list(answer["EventStream"]) == [{"PayloadChunk": {"Payload": b'{"a": 1}'}}, {"InvokeComplete": {}}]
