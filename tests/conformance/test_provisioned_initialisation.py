"""Provisioned concurrency is initialised before anybody invokes it: that may fail, and no run has to wait for it."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import sys
import threading
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import LambdaMockError, mock_lambda
from lambda_mock.execution.process import processes
from tests.conformance.runtimes.conftest import ANY_VERSION, NODEJS, archive, needs_node

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account, Answer

observed = pytest.mark.lambda_mock(lifecycle="observed")
RUNTIME: Any = f"python3.{sys.version_info.minor}"
in_a_process = pytest.mark.lambda_mock(execution="process")
everywhere = pytest.mark.parametrize("where", [pytest.param("inline"), pytest.param("process", marks=in_a_process)])

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


def telling(path: pathlib.Path) -> str:
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


@everywhere
@pytest.mark.parametrize("code", FAILING.values(), ids=FAILING)
def test_what_cannot_be_loaded_is_not_provisioned(aws: Account, code: str, where: str) -> None:
    aws.create(code=code, Publish=True, Runtime=RUNTIME)
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


@everywhere
def test_a_version_whose_initialisation_failed_runs_on_demand_and_fails_there(aws: Account, where: str) -> None:
    aws.create(code=FAILING["a missing module"], Publish=True, Runtime=RUNTIME)
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


@everywhere
def test_the_code_is_loaded_before_anybody_invokes_it(aws: Account, tmp_path: pathlib.Path, where: str) -> None:
    aws.create(code=telling(tmp_path / "told"), Publish=True, Runtime=RUNTIME, Timeout=60)
    put(aws, number=3)
    loading = "loading untraced provisioned-concurrency"
    assert (tmp_path / "told").read_text().splitlines() == [loading]
    for _ in range(2):
        aws.call("invoke", FunctionName="orders", Qualifier="1")
    assert (tmp_path / "told").read_text().splitlines() == [loading, *["running provisioned-concurrency"] * 2]


@in_a_process
def test_one_process_is_started_ahead_and_serves_the_first_provisioned_run(aws: Account) -> None:
    code = "import os\ninitialised = os.getpid()\ndef handler(event, context): return [os.getpid(), initialised]\n"
    aws.create(code=f"print('loading')\n{code}", Publish=True, Runtime=RUNTIME, Timeout=60)
    before = children()
    put(aws, number=2)
    started = children() - before
    answer = aws.client.invoke(FunctionName="orders", Qualifier="1", LogType="Tail")
    [serving, initialised] = json.load(answer["Payload"])
    assert serving == initialised
    assert serving in started
    assert children() - before == started
    assert json.load(aws.client.invoke(FunctionName="orders")["Payload"])[0] not in started
    log = base64.b64decode(answer["LogResult"]).decode()
    assert log.startswith("START RequestId: ")
    assert "Init Duration" not in log


@in_a_process
def test_no_process_is_left_of_a_start_that_failed(aws: Account) -> None:
    aws.create(code=FAILING["an exception"], Publish=True, Runtime=RUNTIME)
    aws.create("other", code=WELL, Runtime=RUNTIME, Timeout=60)
    aws.client.invoke(FunctionName="other")
    before = children()
    put(aws)
    assert children() == before


def test_a_custom_runtime_is_started_ahead(aws: Account, tmp_path: pathlib.Path) -> None:
    script = (
        f"#!{sys.executable}\n"
        "import http.client, os, pathlib\n"
        f"kept = pathlib.Path({str(tmp_path / 'told')!r}).open('a')\n"
        "print(os.environ['AWS_LAMBDA_INITIALIZATION_TYPE'], file=kept, flush=True)\n"
        "api = http.client.HTTPConnection(os.environ['AWS_LAMBDA_RUNTIME_API'])\n"
        "api.request('GET', '/2018-06-01/runtime/invocation/next')\n"
        "api.getresponse()\n"
    )
    content = archive({"bootstrap": script}, executable=("bootstrap",))
    aws.create(Code={"ZipFile": content}, Runtime="provided.al2023", Publish=True)
    put(aws)
    assert get(aws)["Status"] == "READY"
    assert (tmp_path / "told").read_text() == "provisioned-concurrency\n"


@pytest.mark.parametrize("script", ["exit 1\n", "#!/bin/sh\nexit 1\n", None])
def test_a_custom_runtime_that_does_not_start_is_not_provisioned(aws: Account, script: str | None) -> None:
    files = {"some.txt": ""} if script is None else {"bootstrap": script}
    content = archive(files, executable=("bootstrap",))
    aws.create(Code={"ZipFile": content}, Runtime="provided.al2023", Publish=True)
    put(aws)
    assert comparable(get(aws)) == shown(0, "FAILED", StatusReason="FUNCTION_ERROR_INIT_FAILURE")


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
@pytest.mark.parametrize(("before", "status"), [("", "READY"), ("throw new Error('no')\n", "FAILED")])
def test_node_is_started_ahead(aws: Account, before: str, status: str) -> None:
    code = f"{before}const type = process.env.AWS_LAMBDA_INITIALIZATION_TYPE\nexports.handler = async () => type\n"
    aws.create(Code={"ZipFile": archive({"index.js": code})}, Runtime=NODEJS, Publish=True, Timeout=60)
    put(aws)
    assert get(aws)["Status"] == status
    if status == "READY":
        answer = aws.client.invoke(FunctionName="orders", Qualifier="1", LogType="Tail")
        assert json.load(answer["Payload"]) == "provisioned-concurrency"
        assert "Init Duration" not in base64.b64decode(answer["LogResult"]).decode()


def test_without_node_it_is_ready_and_an_invocation_tells(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    aws.create(Code={"ZipFile": archive({"index.js": ""})}, Runtime=NODEJS, Publish=True)
    put(aws)
    assert get(aws)["Status"] == "READY"
    with pytest.raises(LambdaMockError, match="node"):
        aws.client.invoke(FunctionName="orders", Qualifier="1")


@in_a_process
def test_a_process_has_130_seconds_to_be_loaded_ahead(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "INIT_LIMIT_AHEAD", 0.2)
    code = f"import time\ntime.sleep(600)\n{WELL}"
    aws.create(code=code, Publish=True, Runtime=RUNTIME, Timeout=1)
    put(aws)
    assert comparable(get(aws)) == shown(0, "FAILED", StatusReason="FUNCTION_ERROR_INIT_FAILURE")


@in_a_process
def test_that_is_longer_than_on_demand(aws: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "INIT_LIMIT", 0.01)
    aws.create(code=f"import time\ntime.sleep(0.1)\n{WELL}", Publish=True, Runtime=RUNTIME, Timeout=1)
    put(aws)
    assert get(aws)["Status"] == "READY"


def children() -> set[int]:
    """The processes that this one has started, and that still run."""
    return {
        int(entry.name)
        for entry in pathlib.Path("/proc").iterdir()
        if entry.name.isdecimal() and _parent(entry) == os.getpid()
    }


def _parent(process: pathlib.Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


@observed
def test_observed_it_is_loaded_when_the_change_comes_to_its_end(aws: Account, tmp_path: pathlib.Path) -> None:
    aws.create(code=telling(tmp_path / "told"), Publish=True)
    aws.shown("1")
    put(aws)
    assert not (tmp_path / "told").exists()
    get(aws)
    assert (tmp_path / "told").read_text().startswith("loading")


def test_another_number_of_the_same_loads_nothing_anew(aws: Account, tmp_path: pathlib.Path) -> None:
    aws.create(code=telling(tmp_path / "told"), Publish=True)
    for number in (1, 3, 2):
        put(aws, number=number)
    assert comparable(get(aws)) == shown(2, "READY", 2)
    assert len((tmp_path / "told").read_text().splitlines()) == 1


@everywhere
def test_a_run_has_no_initialisation_in_its_log(aws: Account, where: str) -> None:
    aws.create(code=f"print('loading')\n{WELL}", Publish=True, Timeout=900, Runtime=RUNTIME)
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


@everywhere
def test_an_initialisation_is_no_invocation(aws: Account, mock_lambda: LambdaMock, where: str) -> None:
    aws.create(code=WELL, Publish=True, Runtime=RUNTIME)
    put(aws)
    assert list(mock_lambda.invocations) == []


@pytest.mark.parametrize("members", [{"PackageType": "Image"}, {"Runtime": "java21"}])
def test_callables_and_what_cannot_run_here_are_ready_at_once(
    aws: Account, mock_lambda: LambdaMock, members: dict[str, str]
) -> None:
    calls: list[object] = []
    mock_lambda.function("orders", lambda event, context: calls.append(event), Publish=True)
    put(aws)
    aws.create("pictures", Publish=True, **members)
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


def test_a_config_that_was_deleted_before_its_turn_loads_nothing(aws: Account, tmp_path: pathlib.Path) -> None:
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
@pytest.mark.parametrize("where", ["inline", "process"])
def test_with_moto_the_log_of_an_initialisation_is_in_the_stream_of_its_environment(
    logging: Any, kinds: list[str], where: Any
) -> None:
    with mock_aws(), mock_lambda(execution=where) as mock:
        mock.function("orders", returns=None)
        client = boto3.client("lambda", region_name="us-east-1")
        code = _zip(f"print('loading')\n{WELL}")
        client.update_function_configuration(
            FunctionName="orders", Handler="index.handler", Runtime=RUNTIME, Timeout=60, LoggingConfig=logging
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
