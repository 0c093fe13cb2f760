"""A function in a process of its own: it can crash, hang and be run many times at once, and the test goes on."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

    from lambda_mock import LambdaMock

pytestmark = [
    pytest.mark.lambda_mock(execution="process", processes=2),
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no process groups"),
]

CODE = """
import os
import boto3

def handler(event, context):
    if event["task"] == "crash":
        os.abort()
    if event["task"] == "hang":
        while True:
            pass
    if event["task"] == "ask":
        return boto3.client("lambda").get_function_configuration(FunctionName=context.function_name)["MemorySize"]
    return os.getpid()
"""


@pytest.fixture
def worker(lambda_client: LambdaClient) -> str:
    """A function, deployed from a zip as a deploy tool would."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", CODE)
    lambda_client.create_function(
        FunctionName="worker",
        Runtime=f"python3.{sys.version_info.minor}",  # type: ignore[arg-type]
        Role="arn:aws:iam::123456789012:role/worker",
        Handler="app.handler",
        Code={"ZipFile": package.getvalue()},
        Timeout=10,
        MemorySize=512,
    )
    return "worker"


def ask(client: LambdaClient, function: str, task: str) -> Any:
    reply = client.invoke(FunctionName=function, Payload=json.dumps({"task": task}))
    return json.load(reply["Payload"])


def test_a_crash_is_an_answer_and_the_next_invocation_has_a_new_process(
    lambda_client: LambdaClient, worker: str
) -> None:
    before = ask(lambda_client, worker, "tell")
    assert ask(lambda_client, worker, "tell") == before
    assert ask(lambda_client, worker, "crash")["errorType"] == "Runtime.ExitError"
    assert ask(lambda_client, worker, "tell") != before


def test_a_function_that_hangs_is_killed_at_its_deadline(lambda_client: LambdaClient, worker: str) -> None:
    lambda_client.update_function_configuration(FunctionName=worker, Timeout=1)
    assert ask(lambda_client, worker, "hang")["errorType"] == "Sandbox.Timedout"


def test_a_call_of_lambda_inside_it_meets_the_same_mock(
    mock_lambda: LambdaMock, lambda_client: LambdaClient, worker: str
) -> None:
    assert ask(lambda_client, worker, "ask") == 512
    mock_lambda.calls.assert_called("GetFunctionConfiguration", function=worker, times=1)


def test_many_invocations_share_two_processes(lambda_client: LambdaClient, worker: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        processes = list(threads.map(lambda _: ask(lambda_client, worker, "tell"), range(24)))
    assert len(processes) == 24
    assert len(set(processes)) <= 2
