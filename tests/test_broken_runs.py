"""What `mock.fail_run` can order: runs that break down, whoever asks for them."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from lambda_mock import LambdaMock, LambdaMockError, mock_lambda

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def mock(mock_lambda: LambdaMock) -> LambdaMock:
    mock_lambda.clock.freeze()
    mock_lambda.function("orders", returns="done", Timeout=7, Publish=True)
    return mock_lambda


def answer(client: Any, name: str = "orders") -> Any:
    payload = json.loads(client.invoke(FunctionName=name)["Payload"].read())
    return payload["errorType"] if isinstance(payload, dict) else payload


@pytest.mark.parametrize(
    ("error", "message", "report", "seconds"),
    [
        ("Sandbox.Timedout", "Task timed out after 7.00 seconds", "Status: timeout", 7),
        (
            "Runtime.ExitError",
            "Runtime exited with error: exit status 1",
            "Status: error\tError Type: Runtime.ExitError",
            0,
        ),
        (
            "Runtime.OutOfMemory",
            "Runtime exited with error: signal: killed",
            "Status: error\tError Type: Runtime.OutOfMemory",
            0,
        ),
    ],
)
def test_a_run_breaks_down_in_lambdas_words(
    mock: LambdaMock, lambda_client: Any, error: str, message: str, report: str, seconds: int
) -> None:
    before = mock.clock.time()
    mock.fail_run("orders", error)
    reply = lambda_client.invoke(FunctionName="orders", LogType="Tail")
    request_id = reply["ResponseMetadata"]["RequestId"]
    assert reply["FunctionError"] == "Unhandled"
    assert reply["Payload"].read().decode() == (
        f'{{"errorType":"{error}","errorMessage":"RequestId: {request_id} Error: {message}"}}'
    )
    log = base64.b64decode(reply["LogResult"]).decode()
    assert log.startswith(f"START RequestId: {request_id} Version: $LATEST\n")
    assert message in log
    assert log.endswith(f"{report}\n")
    assert round(mock.clock.time() - before, 3) == seconds
    [run] = mock.invocations
    assert (run.error_type, round(run.duration / 1000)) == (error, seconds)
    assert answer(lambda_client) == "done"


@pytest.mark.parametrize("error", ["Sandbox.Timedout", "Runtime.ExitError"])
def test_what_a_function_has_kept_ends_with_it(mock: LambdaMock, lambda_client: Any, error: str) -> None:
    code = "runs = []\ndef handler(event, context):\n    runs.append(event)\n    return len(runs)\n"
    mock.deploy({"app.py": code}, "kept")
    assert [answer(lambda_client, "kept"), answer(lambda_client, "kept")] == [1, 2]
    mock.fail_run("kept", error)
    assert [answer(lambda_client, "kept"), answer(lambda_client, "kept")] == [error, 1]


def test_an_event_is_tried_again_whose_runs_break_down(mock: LambdaMock, lambda_client: Any) -> None:
    fault = mock.fail_run("orders", "Sandbox.Timedout", times=2)
    lambda_client.invoke(FunctionName="orders", InvocationType="Event")
    assert [(run.attempt, run.error_type) for run in mock.invocations] == [
        (1, "Sandbox.Timedout"),
        (2, "Sandbox.Timedout"),
        (3, None),
    ]
    fault.assert_struck(times=2)


def test_a_streamed_response_ends_with_the_error(mock: LambdaMock, lambda_client: Any) -> None:
    mock.fail_run("orders", "Runtime.OutOfMemory")
    [end] = lambda_client.invoke_with_response_stream(FunctionName="orders")["EventStream"]
    assert end["InvokeComplete"]["ErrorCode"] == "Unhandled"
    assert json.loads(end["InvokeComplete"]["ErrorDetails"])["errorType"] == "Runtime.OutOfMemory"


def test_the_alias_that_was_invoked_or_the_version_that_runs_may_be_named(mock: LambdaMock, lambda_client: Any) -> None:
    lambda_client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    of_alias = mock.fail_run("orders:live", "Runtime.ExitError", times="always")
    assert answer(lambda_client, "orders:1") == answer(lambda_client) == "done"
    assert answer(lambda_client, "orders:live") == "Runtime.ExitError"
    of_alias.remove()
    mock.fail_run("orders:1", "Sandbox.Timedout", times="always")
    assert answer(lambda_client) == "done"
    assert [answer(lambda_client, name) for name in ("orders:live", "orders:1")] == ["Sandbox.Timedout"] * 2
    mock.fail_run("arn:aws:lambda:eu-west-1:123456789012:function:orders", "Runtime.ExitError")
    assert answer(lambda_client) == "done"


def test_every_second_run_breaks_down_without_end(mock: LambdaMock, lambda_client: Any) -> None:
    mock.fail_run("orders", "Runtime.ExitError", every=2)
    assert [answer(lambda_client) == "done" for _ in range(4)] == [True, False, True, False]


def test_a_timeout_that_is_ordered_comes_where_nothing_else_is_timed() -> None:
    with mock_lambda(timeouts=False) as mock:
        mock.function("orders", returns="done")
        mock.fail_run("orders", "Sandbox.Timedout")
        assert answer(boto3.client("lambda", region_name="us-east-1")) == "Sandbox.Timedout"


def test_what_can_not_run_here_can_break_down(lambda_client: Any, mock_lambda: LambdaMock) -> None:
    lambda_client.create_function(
        FunctionName="orders",
        PackageType="Image",
        Code={"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:latest"},
        Role="arn:aws:iam::123456789012:role/orders",
    )
    mock_lambda.fail_run("orders", "Runtime.ExitError")
    assert answer(lambda_client) == "Runtime.ExitError"
    with pytest.raises(LambdaMockError, match="can't run here"):
        lambda_client.invoke(FunctionName="orders")


def test_a_breakdown_is_told_of_as_faults_are(mock: LambdaMock, lambda_client: Any) -> None:
    fault = mock.fail_run("orders:live", "Sandbox.Timedout", rate=0.5)
    answer(lambda_client)
    assert mock.describe().splitlines()[-1] == "  Run orders:live → Sandbox.Timedout, 50% of the runs"
    with pytest.raises(AssertionError) as caught:
        fault.assert_struck()
    assert str(caught.value) == (
        "mock.fail_run: Run orders:live → Sandbox.Timedout was to strike at least once, and struck never.\n"
        "Runs that it was for: none.\n"
        "Runs that it wasn't for: us-east-1:123456789012:orders:$LATEST (once)."
    )
    mock.fail_run("orders", "Sandbox.Timedout", every=3)
    assert mock.describe().splitlines()[-1] == "  Run orders → Sandbox.Timedout, every 3rd run"


@pytest.mark.parametrize(
    ("arrange", "complaint"),
    [
        (lambda mock: mock.fail_run(5, "Sandbox.Timedout"), "the function is given by its name, such as 'orders', "),
        (
            lambda mock: mock.fail_run(":live", "Sandbox.Timedout"),
            "no function can have the name ':live'. It is such as",
        ),
        (lambda mock: mock.fail_run("orders", OSError), "the error is given by its name, such as 'Sandbox.Timedout', "),
        (
            lambda mock: mock.fail_run("orders", "Sandbox.TimedOut"),
            (
                "a run can't break down with 'Sandbox.TimedOut'. Did you mean 'Sandbox.Timedout'? It can with "
                "Runtime.ExitError, Runtime.OutOfMemory, Sandbox.Timedout. To let it raise use "
                "mock.override('orders', handler)."
            ),
        ),
        (lambda mock: mock.fail_run("orders", "Sandbox.Timedout", 0), "times must be a whole number, at least 1, or "),
        (lambda mock: mock.fail_run("orders", "Sandbox.Timedout", every=0), "every must be a whole number, at least 1"),
        (
            lambda mock: mock.fail_run("orders", "Sandbox.Timedout", rate=2),
            "rate is a share, more than 0 and at most 1",
        ),
        (lambda mock: mock.fail_run("orders", "Sandbox.Timedout", rate=1, every=1), "every= and rate= are two ways to"),
    ],
)
def test_a_breakdown_that_makes_no_sense_is_refused(arrange: Callable[[LambdaMock], object], complaint: str) -> None:
    with mock_lambda() as mock, pytest.raises(LambdaMockError, match=f"^mock.fail_run: {re.escape(complaint)}"):
        arrange(mock)
