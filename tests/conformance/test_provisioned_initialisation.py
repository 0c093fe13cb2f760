"""Provisioned concurrency is initialised before anybody invokes it: that may fail, and no run has to wait for it."""

from __future__ import annotations

import base64
import json
import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMockError, mock_lambda

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

observed = pytest.mark.lambda_mock(lifecycle="observed")

WELL = "def handler(event, context):\n    return 1\n"
FAILING = {
    "an exception": "raise Exception('no')\n",
    "a missing module": "import nowhere\n",
    "a syntax error": "def handler(\n",
    "no handler": "print('nothing')\n",
    "an exit": "import sys\nsys.exit(3)\n",
    "the end of the process": "import os\nos._exit(0)\n",
}


def put(aws: Account, qualifier: str = "1", number: int = 1) -> Answer:
    return aws.call(
        "put_provisioned_concurrency_config",
        FunctionName="orders",
        Qualifier=qualifier,
        ProvisionedConcurrentExecutions=number,
    )


def get(aws: Account, qualifier: str = "1") -> Answer:
    return aws.call("get_provisioned_concurrency_config", FunctionName="orders", Qualifier=qualifier)


def shown(allocated: int, status: str, requested: int = 1, **further: Any) -> Answer:
    return {
        "RequestedProvisionedConcurrentExecutions": requested,
        "AvailableProvisionedConcurrentExecutions": allocated,
        "AllocatedProvisionedConcurrentExecutions": allocated,
        "Status": status,
        **further,
    }


def comparable(answer: Answer) -> Answer:
    return {name: value for name, value in answer.items() if name not in {"LastModified", "ResponseMetadata"}}


def telling(path: Path) -> str:
    """Code that tells in a file of each time that it is loaded, and of each run."""
    return (
        "import os\n"
        "def tell(*words):\n"
        f"    with open({str(path)!r}, 'a') as told:\n"
        "        print(*words, os.environ['AWS_LAMBDA_INITIALIZATION_TYPE'], file=told)\n"
        "tell('loading', os.environ.get('_X_AMZN_TRACE_ID', 'untraced'))\n"
        "def handler(event, context):\n"
        "    tell('running')\n"
    )


# What fails ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", FAILING.values(), ids=FAILING)
def test_what_cannot_be_loaded_is_not_provisioned(aws: Account, code: str) -> None:
    aws.create(code=code, Publish=True)
    assert comparable(put(aws)) == shown(0, "IN_PROGRESS")
    failed = shown(0, "FAILED", StatusReason="FUNCTION_ERROR_INIT_FAILURE")
    assert comparable(get(aws)) == failed
    [item] = aws.call("list_provisioned_concurrency_configs", FunctionName="orders")["ProvisionedConcurrencyConfigs"]
    assert comparable(item) == failed | {"FunctionArn": aws.arn(qualifier="1")}


@observed
def test_observed_it_is_in_progress_until_it_was_shown(aws: Account) -> None:
    aws.create(code=FAILING["an exception"], Publish=True)
    aws.shown("1")
    statuses = [answer["Status"] for answer in (put(aws), get(aws), get(aws))]
    assert statuses == ["IN_PROGRESS", "IN_PROGRESS", "FAILED"]


def test_a_version_whose_initialisation_failed_runs_on_demand_and_fails_there(aws: Account) -> None:
    aws.create(code=FAILING["a missing module"], Publish=True)
    put(aws)
    answer = aws.call("invoke", FunctionName="orders", Qualifier="1")
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == "Runtime.ImportModuleError"


def test_an_alias_that_moves_to_what_cannot_be_loaded_fails_and_keeps_what_there_was(aws: Account) -> None:
    aws.create(code=WELL, Publish=True)
    aws.alias()
    put(aws, "live")
    aws.update_code(FAILING["an exception"], Publish=True)
    aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    assert comparable(get(aws, "live")) == shown(1, "FAILED", StatusReason="FUNCTION_ERROR_INIT_FAILURE")


def test_a_failure_that_the_test_has_ordered_counts_before_one_of_loading(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    aws.create(code=FAILING["an exception"], Publish=True)
    mock_lambda.fail_transition("orders", of="ProvisionedConcurrency", qualifier="1", reason="SOMETHING_ELSE")
    put(aws)
    assert get(aws)["StatusReason"] == "SOMETHING_ELSE"


@pytest.mark.parametrize(("seconds", "status"), [(120, "READY"), (131, "FAILED")])
def test_loading_ahead_may_take_130_seconds(
    aws: Account, mock_lambda: LambdaMock, monkeypatch: pytest.MonkeyPatch, seconds: int, status: str
) -> None:
    released = threading.Event()

    def wait() -> None:
        mock_lambda.clock.advance(seconds)
        if status == "FAILED":
            assert released.wait(30)

    monkeypatch.setattr("builtins.wait_in_test", wait, raising=False)
    aws.create(code=f"wait_in_test()\n{WELL}", Publish=True)
    put(aws)
    assert get(aws)["Status"] == status
    released.set()


# What is there before ------------------------------------------------------------------------------------------------


def test_the_code_is_loaded_before_anybody_invokes_it(aws: Account, tmp_path: Path) -> None:
    aws.create(code=telling(tmp_path / "told"), Publish=True)
    put(aws, number=3)
    loading = "loading untraced provisioned-concurrency"
    assert (tmp_path / "told").read_text().splitlines() == [loading]
    for _ in range(2):
        aws.call("invoke", FunctionName="orders", Qualifier="1")
    assert (tmp_path / "told").read_text().splitlines() == [loading, *["running provisioned-concurrency"] * 2]


@observed
def test_observed_it_is_loaded_when_the_change_comes_to_its_end(aws: Account, tmp_path: Path) -> None:
    aws.create(code=telling(tmp_path / "told"), Publish=True)
    aws.shown("1")
    put(aws)
    assert not (tmp_path / "told").exists()
    get(aws)
    assert (tmp_path / "told").read_text().startswith("loading")


def test_another_number_of_the_same_loads_nothing_anew(aws: Account, tmp_path: Path) -> None:
    aws.create(code=telling(tmp_path / "told"), Publish=True)
    for number in (1, 3, 2):
        put(aws, number=number)
    assert comparable(get(aws)) == shown(2, "READY", 2)
    assert len((tmp_path / "told").read_text().splitlines()) == 1


def test_a_run_has_no_initialisation_in_its_log(aws: Account) -> None:
    aws.create(code=f"print('loading')\n{WELL}", Publish=True, Timeout=900)
    put(aws, number=2)
    answer = aws.call("invoke", FunctionName="orders", Qualifier="1", LogType="Tail")
    log = base64.b64decode(answer["LogResult"]).decode()
    assert log.startswith("START RequestId: ")
    assert "Init Duration" not in log


def test_neither_has_one_in_an_environment_that_was_made_later(aws: Account, mock_lambda: LambdaMock) -> None:
    """All of them count as initialised ahead, though only one is."""
    nesting = (
        "import boto3\nprint('loading')\ndef handler(event, context):\n"
        "    client = boto3.client('lambda', region_name='us-east-1')\n"
        "    event and client.invoke(FunctionName='orders', Qualifier='1', Payload='false')\n"
    )
    aws.create(code=nesting, Publish=True, Timeout=900)
    put(aws, number=2)
    aws.call("invoke", FunctionName="orders", Qualifier="1", Payload="true")
    logs = [invocation.log for invocation in mock_lambda.invocations]
    assert len(logs) == 2
    assert not any("loading" in log or "Init Duration" in log for log in logs)


def test_an_initialisation_is_no_invocation(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=WELL, Publish=True)
    put(aws)
    assert list(mock_lambda.invocations) == []


def test_callables_and_what_cannot_run_here_are_ready_at_once(aws: Account, mock_lambda: LambdaMock) -> None:
    calls: list[object] = []
    mock_lambda.function("orders", lambda event, context: calls.append(event), Publish=True)
    put(aws)
    aws.create("pictures", PackageType="Image", Publish=True)
    aws.call(
        "put_provisioned_concurrency_config",
        FunctionName="pictures",
        Qualifier="1",
        ProvisionedConcurrentExecutions=1,
    )
    assert get(aws)["Status"] == "READY"
    assert aws.call("get_provisioned_concurrency_config", FunctionName="pictures", Qualifier="1")["Status"] == "READY"
    assert calls == []


def test_an_override_stands_for_what_cannot_be_loaded(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code=FAILING["an exception"], Publish=True)
    mock_lambda.override("orders", lambda event, context: None)
    put(aws)
    assert get(aws)["Status"] == "READY"


# While it is loaded --------------------------------------------------------------------------------------------------


def test_code_may_call_lambda_while_it_is_loaded(aws: Account) -> None:
    """No lock of the account is held."""
    aws.create(
        code="import boto3, threading\n"
        "client = boto3.client('lambda', region_name='us-east-1')\n"
        "called = threading.Thread(target=client.tag_resource, kwargs=dict(\n"
        "    Resource='arn:aws:lambda:us-east-1:123456789012:function:orders', Tags={'loaded': 'yes'}))\n"
        "called.start()\ncalled.join()\n" + WELL,
        Publish=True,
    )
    put(aws)
    assert get(aws)["Status"] == "READY"
    assert aws.call("list_tags", Resource=aws.arn())["Tags"] == {"loaded": "yes"}


def test_what_is_deleted_while_it_is_loaded_stays_deleted(aws: Account) -> None:
    aws.create(
        code="import boto3\n"
        "boto3.client('lambda', region_name='us-east-1').delete_provisioned_concurrency_config(\n"
        "    FunctionName='orders', Qualifier='1')\n" + WELL,
        Publish=True,
    )
    put(aws)
    with pytest.raises(aws.client.exceptions.ProvisionedConcurrencyConfigNotFoundException):
        get(aws)


def test_a_config_that_was_deleted_before_its_turn_loads_nothing(aws: Account, tmp_path: Path) -> None:
    """Of two that ask at once, the one that comes too late has nothing to do."""
    aws.create(code=telling(tmp_path / "told"), Publish=True)
    threads = [threading.Thread(target=put, args=[aws, "1", number]) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert get(aws)["Status"] == "READY"


def test_what_speaks_to_the_test_reaches_it(aws: Account) -> None:
    aws.create(code=f"import lambda_mock\nraise lambda_mock.LambdaMockError('wrongly used')\n{WELL}", Publish=True)
    with pytest.raises(LambdaMockError, match="wrongly used"):
        put(aws)


# Logs ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("logging", "kinds"),
    [
        ({"LogFormat": "Text"}, ["INIT_START", "loading"]),
        ({"LogFormat": "JSON"}, ["platform.initStart", "loading", "platform.initReport"]),
    ],
)
def test_with_moto_the_log_of_an_initialisation_is_in_the_stream_of_its_environment(
    logging: Any, kinds: list[str]
) -> None:
    with mock_aws(), mock_lambda() as mock:
        mock.function("orders", returns=None)
        client = boto3.client("lambda", region_name="us-east-1")
        code = _zip(f"print('loading')\n{WELL}")
        client.update_function_configuration(
            FunctionName="orders", Handler="index.handler", Runtime="python3.12", LoggingConfig=logging
        )
        client.update_function_code(FunctionName="orders", ZipFile=code, Publish=True)
        client.put_provisioned_concurrency_config(
            FunctionName="orders", Qualifier="1", ProvisionedConcurrentExecutions=1
        )
        ahead = _kept()
        client.invoke(FunctionName="orders", Qualifier="1")
        assert [_kind(event["message"]) for event in ahead] == kinds
        assert _kind(_kept()[len(kinds)]["message"]) in {"START", "platform.start"}
        assert len({event["logStreamName"] for event in _kept()}) == 1
        if logging["LogFormat"] == "JSON":
            started = json.loads(ahead[0]["message"])["record"]
            assert started["initializationType"] == "provisioned-concurrency"


def _kept() -> list[Any]:
    events: list[Any] = boto3.client("logs", region_name="us-east-1").filter_log_events(
        logGroupName="/aws/lambda/orders"
    )["events"]
    return events


def _kind(message: str) -> str:
    return str(json.loads(message)["type"]) if message.startswith("{") else message.split(maxsplit=1)[0]


def _zip(code: str) -> bytes:
    from tests.conformance.conftest import package

    return package(code)
