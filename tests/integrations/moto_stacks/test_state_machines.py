"""Task states of moto's Step Functions call the mock's functions."""

from __future__ import annotations

import inspect
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for

from lambda_mock import LambdaMock

EXECUTING: Any = {"stepfunctions": {"execute_state_machine": True}}
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
ORDERS = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders"
INVOKE = "arn:aws:states:::lambda:invoke"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/machines"
# What moto's states couldn't do at first.
READS_EMPTY_ANSWERS = hasattr(lambda_eval_utils, "_from_payload")
CALLS_AS_A_ROLE = "account" not in inspect.signature(boto_client_for).parameters


class Machines:
    """Step Functions of an account, and what becomes of executions there."""

    def __init__(self, account: str = ACCOUNT) -> None:
        self.account = account
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        self.states: Any = session.client("stepfunctions")
        if account != ACCOUNT:
            self.states.meta.events.register(
                "before-call", lambda params, **_: params["headers"].update({"x-moto-account-id": account})
            )
        self.made = 0

    def run(self, *tasks: dict[str, Any], given: Any = None) -> dict[str, Any]:
        """Make a machine of these states in a row, start it, and wait for its end."""
        return self.ended(self.start(*tasks, given=given))

    def start(self, *tasks: dict[str, Any], given: Any = None) -> str:
        """Make a machine of these states in a row, and start it."""
        states = {f"S{place}": task for place, task in enumerate(tasks)}
        for place, task in enumerate(tasks):
            task.update({"End": True} if place == len(tasks) - 1 else {"Next": f"S{place + 1}"})
        arn = self.states.create_state_machine(
            name=f"m{self.made}",
            definition=json.dumps({"StartAt": "S0", "States": states}),
            roleArn=f"arn:aws:iam::{self.account}:role/machines",
        )["stateMachineArn"]
        self.made += 1
        return str(self.states.start_execution(stateMachineArn=arn, input=json.dumps(given or {}))["executionArn"])

    def ended(self, execution: str) -> dict[str, Any]:
        while True:
            found = self.states.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return dict(found)
            time.sleep(0.01)  # moto's machine runs in a thread of its own, which nothing else tells of

    def output(self, *tasks: dict[str, Any], given: Any = None) -> Any:
        found = self.run(*tasks, given=given)
        assert found["status"] == "SUCCEEDED", found
        return json.loads(found["output"])


def task(resource: str, **others: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": resource, **others}


def orders(event: Any, context: Any) -> Any:
    if "fail" in event:
        raise ValueError(event["fail"])
    return {"arn": context.invoked_function_arn, "version": context.function_version, "event": event}


@pytest.fixture(params=[True, False], ids=["moto first", "mock first"])
def machines(request: pytest.FixtureRequest) -> Iterator[Machines]:
    mock, services = LambdaMock(), mock_aws(config=EXECUTING)
    with ExitStack() as active:
        for one in (services, mock) if request.param else (mock, services):
            active.enter_context(one)
        mock.function("orders", orders)
        client = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any").client("lambda", "us-east-1")
        client.publish_version(FunctionName="orders")
        client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
        yield Machines()


@pytest.fixture
def mock(mock_lambda: LambdaMock) -> Iterator[LambdaMock]:
    with mock_aws(config=EXECUTING):
        mock_lambda.function("orders", orders)
        yield mock_lambda


@pytest.mark.parametrize(("arn", "version"), [(ORDERS, "$LATEST"), (f"{ORDERS}:1", "1"), (f"{ORDERS}:live", "1")])
def test_a_state_runs_the_function_that_its_arn_leads_to(machines: Machines, arn: str, version: str) -> None:
    assert machines.output(task(arn), given={"id": 7}) == {"arn": arn, "version": version, "event": {"id": 7}}


def test_lambda_invoke_runs_a_qualifier_with_a_payload(machines: Machines) -> None:
    parameters = {"FunctionName": "orders", "Qualifier": "live", "Payload": {"of.$": "$.id"}}
    output = machines.output(task(INVOKE, Parameters=parameters), given={"id": 7})
    assert output["Payload"] == {"arn": f"{ORDERS}:live", "version": "1", "event": {"of": 7}}
    assert (output["StatusCode"], output["ExecutedVersion"]) == (200, "1")


def test_a_context_reaches_the_function(mock: LambdaMock) -> None:
    mock.function("shows", lambda _event, context: context.client_context.custom)
    encoded = "eyJjdXN0b20iOiB7InRlYW0iOiAic2FsZXMifX0="
    output = Machines().output(task(INVOKE, Parameters={"FunctionName": "shows", "ClientContext": encoded}))
    assert output["Payload"] == {"team": "sales"}


@pytest.mark.skipif(not READS_EMPTY_ANSWERS, reason="moto itself can't go on after an empty answer")
def test_an_event_is_answered_before_it_runs(mock: LambdaMock) -> None:
    parameters = {"FunctionName": "orders", "InvocationType": "Event", "Payload": {"id": 7}}
    output = Machines().output(task(INVOKE, Parameters=parameters))
    assert (output["StatusCode"], output["Payload"]) == (202, "")
    (invocation,) = mock.invocations
    assert (invocation.invocation_type, invocation.event) == ("Event", {"id": 7})


@pytest.mark.parametrize("resource", [ORDERS, INVOKE])
def test_an_error_of_the_function_is_caught_by_its_type(mock: LambdaMock, resource: str) -> None:
    parameters = {"Parameters": {"FunctionName": "orders", "Payload.$": "$"}} if resource == INVOKE else {}
    caught = [{"ErrorEquals": ["ValueError"], "Next": "S1"}]
    output = Machines().output(task(resource, Catch=caught, **parameters), {"Type": "Pass"}, given={"fail": "no stock"})
    assert output["Error"] == "ValueError"
    assert json.loads(output["Cause"])["errorMessage"] == "no stock"
    assert len(mock.invocations) == 1


@pytest.mark.parametrize("resource", [ORDERS, INVOKE])
def test_a_throttled_call_is_tried_again_by_the_name_of_the_error(mock: LambdaMock, resource: str) -> None:
    mock.fail("Invoke", "TooManyRequestsException", times=1)
    parameters = {"Parameters": {"FunctionName": "orders", "Payload.$": "$"}} if resource == INVOKE else {}
    again = [{"ErrorEquals": ["Lambda.TooManyRequestsException"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    Machines().output(task(resource, Retry=again, **parameters))
    assert [call.error for call in mock.calls.filter(operation="Invoke")] == ["TooManyRequestsException", None]


def test_a_function_that_is_not_there_fails_the_execution(mock: LambdaMock) -> None:
    assert mock.invocations == []
    found = Machines().run(task(ORDERS.replace("orders", "nothing")))
    assert (found["status"], found["error"]) == ("FAILED", "Lambda.ResourceNotFoundException")
    assert found["cause"].startswith("Function not found: ")


def test_a_function_gives_a_task_token_back(mock: LambdaMock) -> None:
    def worker(event: Any, _context: Any) -> None:
        session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name="us-east-1")
        session.client("stepfunctions").send_task_success(taskToken=event["token"], output='{"done": true}')

    mock.function("worker", worker)
    parameters = {"FunctionName": "worker", "Payload": {"token.$": "$$.Task.Token"}}
    assert Machines().output(task(f"{INVOKE}.waitForTaskToken", Parameters=parameters)) == {"done": True}


@pytest.mark.skipif(not CALLS_AS_A_ROLE, reason="moto itself calls a function in the account of the function")
def test_a_machine_of_another_account_is_let_in_by_the_policy(mock: LambdaMock) -> None:
    functions = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any").client("lambda", "us-east-1")
    others = Machines(OTHER_ACCOUNT)
    found = others.run(task(ORDERS))
    assert (found["status"], found["error"]) == ("FAILED", "Lambda.AccessDeniedException")
    functions.add_permission(
        FunctionName="orders", StatementId="them", Action="lambda:InvokeFunction", Principal=OTHER_ACCOUNT
    )
    assert others.output(task(ORDERS))["arn"] == ORDERS
    assert {call.account_id for call in mock.calls.filter(operation="Invoke")} == {OTHER_ACCOUNT}


def test_a_machine_works_in_its_own_account(mock: LambdaMock) -> None:
    session = boto3.Session(aws_access_key_id=OTHER_ACCOUNT, aws_secret_access_key="any", region_name="us-east-1")
    mock.function("orders", orders, account_id=OTHER_ACCOUNT)
    assert session.client("lambda").list_functions()["Functions"]
    output = Machines(OTHER_ACCOUNT).output(task(INVOKE, Parameters={"FunctionName": "orders"}))
    assert output["Payload"]["arn"] == ORDERS.replace(ACCOUNT, OTHER_ACCOUNT)


def test_where_moto_does_not_execute_machines_no_function_runs(mock_lambda: LambdaMock) -> None:
    with mock_aws():
        mock_lambda.function("orders", orders)
        states = Machines().states
        definition = json.dumps({"StartAt": "S0", "States": {"S0": task(ORDERS, End=True)}})
        arn = states.create_state_machine(name="m", definition=definition, roleArn=ROLE)["stateMachineArn"]
        execution = states.start_execution(stateMachineArn=arn)["executionArn"]
        assert states.describe_execution(executionArn=execution)["status"] == "RUNNING"
    assert mock_lambda.invocations == []


def test_an_execution_that_nobody_waits_for_is_kept_from_the_next_mock() -> None:
    begun, ended = threading.Event(), threading.Event()

    def waits(event: Any, context: Any) -> None:
        begun.set()
        assert ended.wait(30)

    with mock_aws(config=EXECUTING):
        machines = Machines()
        with LambdaMock() as first:
            first.function("orders", waits)
            execution = machines.start(task(ORDERS), task(ORDERS, Retry=[{"ErrorEquals": ["Lambda.Unknown"]}]))
            assert begun.wait(30)
        with LambdaMock() as second:
            second.function("orders", returns="of another test")
            ended.set()
            found = machines.ended(execution)
            assert (list(second.calls), list(second.invocations)) == ([], [])
    assert found["status"] == "FAILED"
    assert "goes on after its mock has ended, and is kept from the mock that is active now" in found["cause"]
