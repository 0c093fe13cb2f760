"""The logs of runs reach moto's CloudWatch Logs, where one is active, and fail no run there."""

# ruff: noqa: LOG015, T201  # handlers print, and use the root logger as many do

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any

import boto3
import moto
import moto.logs.models
import pytest
from moto import mock_aws

from lambda_mock import LambdaMock, LambdaMockWarning, mock_lambda
from tests.conformance.runtimes.conftest import ANY_VERSION, NODEJS, archive, needs_node

GROUP = "/aws/lambda/f"
CODE = """import logging
print("loading")
def handler(event, context):
    print("one\\ntwo")
    logging.warning("three\\nfour")
    if event:
        raise KeyError(event)
    return context.log_stream_name
"""


RUNTIME = f"python3.{sys.version_info.minor}"
everywhere = pytest.mark.parametrize("where", ["inline", "process"])


@pytest.fixture
def where() -> str:
    """Where Python runs; a test that holds everywhere is run with both."""
    return "inline"


@pytest.fixture
def mock(where: Any) -> Iterator[LambdaMock]:
    with mock_aws(), mock_lambda(execution=where) as mock:
        yield mock


def package(code: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", code)
    return content.getvalue()


def create(code: str = CODE, name: str = "f", **members: Any) -> Any:
    client = boto3.client("lambda", region_name="us-east-1")
    role = "arn:aws:iam::123456789012:role/r"
    trust = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
    iam = boto3.client("iam")
    if not iam.list_roles()["Roles"]:
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))
    defaults = {"Runtime": RUNTIME, "Handler": "index.handler", "Code": {"ZipFile": package(code)}, "Timeout": 60}
    client.create_function(**{"FunctionName": name, "Role": role, **defaults, **members})
    return client


def invoke(client: Any, event: object = None, **members: Any) -> Any:
    return client.invoke(FunctionName="f", Payload=json.dumps(event).encode(), **members)


def kept(group: str = GROUP, region: str = "us-east-1") -> list[Any]:
    """The events of a group in the order in which CloudWatch Logs tells them."""
    events: list[Any] = boto3.client("logs", region_name=region).filter_log_events(logGroupName=group)["events"]
    return events


def messages(group: str = GROUP) -> list[str]:
    return [event["message"] for event in kept(group)]


# What there is ---------------------------------------------------------------------------------------------------


def test_a_printed_line_is_found_in_the_group_of_the_function(mock: LambdaMock) -> None:
    mock.function("f", lambda event, context: print("hello"))
    boto3.client("lambda").invoke(FunctionName="f")
    assert [event["message"] for event in kept() if "hello" in event["message"]] == ["hello\n"]


@everywhere
def test_a_log_is_an_event_for_each_line_that_was_printed_and_for_each_record(mock: LambdaMock) -> None:
    answer = invoke(create())
    request_id = answer["ResponseMetadata"]["RequestId"]
    init, *lines, report = messages()
    assert re.fullmatch(
        rf"INIT_START Runtime Version: python:{re.escape(RUNTIME[6:])}\.v38\t"
        r"Runtime Version ARN: arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}\n",
        init,
    )
    record = lines.pop(4)
    assert lines == [
        "loading\n",
        f"START RequestId: {request_id} Version: $LATEST\n",
        "one\n",
        "two\n",
        f"END RequestId: {request_id}\n",
    ]
    assert re.fullmatch(rf"\[WARNING\]\t\S+Z\t{request_id}\tthree\nfour\n", record)
    assert re.fullmatch(rf"REPORT RequestId: {request_id}\t.+\tInit Duration: \d+\.\d\d ms\t\n", report)


@everywhere
def test_the_stream_is_the_one_that_the_function_was_told(mock: LambdaMock) -> None:
    client = create()
    streams = {json.loads(invoke(client)["Payload"].read()) for _ in range(2)}
    [described] = boto3.client("logs", region_name="us-east-1").describe_log_streams(logGroupName=GROUP)["logStreams"]
    assert streams == {described["logStreamName"]}
    assert {event["logStreamName"] for event in kept()} == streams
    assert sum(message.startswith("INIT_START") for message in messages()) == 1
    assert sum(message.startswith("START") for message in messages()) == 2


@everywhere
def test_each_version_has_its_own_streams(mock: LambdaMock) -> None:
    client = create(Publish=True)
    for qualifier in ("1", "$LATEST"):
        invoke(client, Qualifier=qualifier)
    streams = sorted({event["logStreamName"] for event in kept()})
    assert [re.fullmatch(r"\d{4}/\d\d/\d\d/\[(.+)\][0-9a-f]{32}", stream)[1] for stream in streams] == ["$LATEST", "1"]  # type: ignore[index]


@everywhere
def test_an_exception_is_one_event(mock: LambdaMock) -> None:
    invoke(create(), "no")
    [error] = [message for message in messages() if message.startswith("[ERROR]")]
    assert error.splitlines()[:2] == ["[ERROR] KeyError: 'no'", "Traceback (most recent call last):"]
    assert error.endswith("\u00a0\u00a0\u00a0\u00a0raise KeyError(event)\n")


def test_a_timeout_is_told(mock: LambdaMock) -> None:
    mock.function("f", lambda event, context: mock.clock.advance(5), Timeout=2)
    answer = boto3.client("lambda").invoke(FunctionName="f")
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert re.fullmatch(rf"\S+Z {request_id} Task timed out after 2\.00 seconds\n\n", messages()[-3])
    assert messages()[-1].endswith("\tStatus: timeout\n")


@everywhere
def test_a_json_log_has_its_events_as_objects(mock: LambdaMock) -> None:
    invoke(create(LoggingConfig={"LogFormat": "JSON"}))
    told = [event["message"] for event in kept() if event["message"].startswith('{"time":')]
    assert len([event for event in kept() if "three\\nfour" in event["message"]]) == 1
    assert [json.loads(message)["type"] for message in told] == [
        "platform.initStart",
        "platform.start",
        "platform.report",
    ]
    assert not any(message.endswith("\n") for message in told)


@everywhere
def test_events_and_their_retries_are_in_the_log_too(mock: LambdaMock) -> None:
    client = create()
    answer = invoke(client, "no", InvocationType="Event")
    start = f"START RequestId: {answer['ResponseMetadata']['RequestId']} Version: $LATEST\n"
    moments = [event["timestamp"] for event in kept() if event["message"] == start]
    assert [round((moment - moments[0]) / 1000) for moment in moments] == [0, 60, 180]


@everywhere
@pytest.mark.parametrize(
    ("code", "error_type"),
    [("import nowhere\n", "Runtime.ImportModuleError"), ("import os\nos._exit(3)\n", "Runtime.ExitError")],
)
def test_an_initialisation_that_failed_is_told_before_the_invocation(
    mock: LambdaMock, code: str, error_type: str
) -> None:
    answer = invoke(create(f"print('so far', flush=True)\n{code}"))
    request_id = answer["ResponseMetadata"]["RequestId"]
    told = [message for message in messages() if not message.startswith(("[ERROR]", "[WARNING]"))]
    assert [message.split()[0] for message in told[:4]] == ["INIT_START", "so", "INIT_REPORT", "START"]
    fate = f"\tStatus: error\tError Type: {error_type}\n"
    assert re.fullmatch(rf"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init{fate}", told[2])
    assert told[-1].startswith("REPORT ")
    assert told[-1].endswith(fate)
    exited = f"RequestId: {request_id} Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n"
    assert told[4:-2] == ([exited] if error_type == "Runtime.ExitError" else [])


@everywhere
def test_an_initialisation_that_failed_is_an_event_of_a_json_log(mock: LambdaMock) -> None:
    invoke(create("import nowhere\n", LoggingConfig={"LogFormat": "JSON"}))
    told = [json.loads(message) for message in messages() if message.startswith('{"time":')]
    assert [line["type"] for line in told] == [
        "platform.initStart",
        "platform.initRuntimeDone",
        "platform.initReport",
        "platform.start",
        "platform.runtimeDone",
        "platform.report",
    ]
    for line in (told[1], told[2], told[4], told[5]):
        assert (line["record"]["status"], line["record"]["errorType"]) == ("error", "Runtime.ImportModuleError")


@everywhere
def test_an_exit_is_an_event_and_the_next_run_has_another_stream(mock: LambdaMock) -> None:
    client = create("import os\ndef handler(event, context):\n    event and os._exit(3)\n")
    request_id = invoke(client, 1)["ResponseMetadata"]["RequestId"]
    invoke(client)
    assert messages()[2] == (
        f"RequestId: {request_id} Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n"
    )
    assert messages()[4].endswith("\tStatus: error\tError Type: Runtime.ExitError\n")
    assert len({event["logStreamName"] for event in kept()}) == 2


@everywhere
def test_an_override_and_what_it_stands_for_have_streams_of_their_own(mock: LambdaMock) -> None:
    client = create("def handler(event, context): return context.log_stream_name\n")
    with mock.override("f", lambda event, context: context.log_stream_name):
        overriding = json.loads(invoke(client)["Payload"].read())
    overridden = json.loads(invoke(client)["Payload"].read())
    assert {event["logStreamName"] for event in kept()} == {overriding, overridden}
    assert overriding != overridden


@needs_node
@pytest.mark.filterwarnings(ANY_VERSION)
def test_the_log_of_node_is_whole(mock: LambdaMock) -> None:
    code = (
        "console.log('loading')\n"
        "exports.handler = async (event, context) => { console.log('one\\ntwo'); return context.logStreamName }\n"
    )
    client = create(Code={"ZipFile": archive({"index.js": code})}, Runtime=NODEJS)
    answer = invoke(client)
    request_id = answer["ResponseMetadata"]["RequestId"]
    init, loading, *lines, report = messages()
    assert re.match(r"INIT_START Runtime Version: nodejs:20\.v38\tRuntime Version ARN: arn:aws:lambda:", init)
    assert loading.endswith("\tundefined\tINFO\tloading\n")
    assert lines.pop(1).endswith(f"\t{request_id}\tINFO\tone\ntwo\n")
    assert lines == [f"START RequestId: {request_id} Version: $LATEST\n", f"END RequestId: {request_id}\n"]
    assert re.fullmatch(rf"REPORT RequestId: {request_id}\t.+\tInit Duration: \d+\.\d\d ms\t\n", report)
    assert {event["logStreamName"] for event in kept()} == {json.loads(answer["Payload"].read())}


def test_the_log_of_a_custom_runtime_is_whole(mock: LambdaMock) -> None:
    content = archive({"bootstrap": "#!/bin/sh\necho $AWS_LAMBDA_LOG_STREAM_NAME\nexit 7\n"}, executable=("bootstrap",))
    request_id = invoke(create(Code={"ZipFile": content}, Runtime="provided.al2023"))["ResponseMetadata"]["RequestId"]
    [stream] = {event["logStreamName"] for event in kept()}
    fate = "\tStatus: error\tError Type: Runtime.ExitError\n"
    init, *lines, report = messages()
    assert init.startswith("INIT_START Runtime Version: provided:al2023.v38\t")
    assert re.fullmatch(rf"INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init{fate}", lines.pop(1))
    assert lines == [
        f"{stream}\n",
        f"START RequestId: {request_id} Version: $LATEST\n",
        f"RequestId: {request_id} Error: Runtime exited with error: exit status 7\nRuntime.ExitError\n",
        f"END RequestId: {request_id}\n",
    ]
    assert report.endswith(fate)


def test_a_bootstrap_that_is_missing_is_told(mock: LambdaMock) -> None:
    invoke(create(Code={"ZipFile": archive({"some.txt": ""})}, Runtime="provided.al2023"))
    kinds = [message.split()[0] for message in messages()]
    assert kinds == ["INIT_START", "INIT_REPORT", "START", "RequestId:", "END", "REPORT"]
    fate = "\tStatus: error\tError Type: Runtime.InvalidEntrypoint\n"
    assert [message.endswith(fate) for message in messages()] == [False, True, False, False, False, True]


def test_an_image_says_nothing_of_its_runtime(mock: LambdaMock) -> None:
    mock.function("f", lambda event, context: None, PackageType="Image")
    boto3.client("lambda").invoke(FunctionName="f")
    assert [message.split()[0] for message in messages()] == ["START", "END", "REPORT"]


# When and where --------------------------------------------------------------------------------------------------


def test_events_have_the_moment_of_the_mocks_clock_at_which_they_were_written(mock: LambdaMock) -> None:
    mock.clock.advance(30 * 24 * 3600)  # further than CloudWatch Logs would take by the real clock
    mock.clock.freeze()
    begun = int(mock.clock.time() * 1000)

    def handler(event: object, context: Any) -> None:
        print("first")
        mock.clock.advance(1)
        logging.error("second")
        mock.clock.advance(1)
        context.log("third\n")

    mock.function("f", handler)
    boto3.client("lambda").invoke(FunctionName="f")
    assert [round((event["timestamp"] - begun) / 1000, 1) for event in kept()] == [0, 0, 0, 1, 2, 2, 2]


@pytest.mark.parametrize("where", ["process"])
def test_what_a_process_writes_has_its_moment_on_the_mocks_clock(mock: LambdaMock) -> None:
    mock.clock.advance(30 * 24 * 3600)
    code = (
        "import boto3\ndef handler(event, context):\n    print('before', flush=True)\n"
        "    boto3.client('lambda').invoke(FunctionName='g')\n    print('after')\n"
    )
    client = create(code)
    mock.function("g", lambda event, context: mock.clock.advance(7))
    invoke(client)
    moments = {event["message"]: event["timestamp"] for event in kept()}
    assert abs(moments["before\n"] / 1000 - mock.clock.time()) < 60
    assert moments["after\n"] - moments["before\n"] >= 7000


def test_the_wait_for_events_that_a_function_sends_moves_none_of_its_own(mock: LambdaMock) -> None:
    mock.function("g", lambda event, context: 1 / 0)

    def handler(event: object, context: object) -> None:
        print("before")
        boto3.client("lambda").invoke(FunctionName="g", InvocationType="Event")
        print("after")

    mock.function("f", handler)
    boto3.client("lambda").invoke(FunctionName="f")
    assert [message.split()[0] for message in messages()] == [
        "INIT_START", "START", "before", "after", "END", "REPORT",
    ]  # fmt: skip


@everywhere
def test_a_function_may_have_a_group_that_others_share(mock: LambdaMock) -> None:
    for name in ("f", "g"):
        create("def handler(event, context): pass\n", name, LoggingConfig={"LogGroup": "shared"}).invoke(
            FunctionName=name
        )
    streams = sorted({event["logStreamName"] for event in kept("shared")})
    assert [re.fullmatch(r"\d{4}/\d\d/\d\d/(.)\[\$LATEST\][0-9a-f]{32}", stream)[1] for stream in streams] == ["f", "g"]  # type: ignore[index]


def test_a_group_that_is_there_is_used_as_it_is(mock: LambdaMock) -> None:
    logs = boto3.client("logs", region_name="us-east-1")
    logs.create_log_group(logGroupName=GROUP, tags={"team": "shop"})
    logs.put_retention_policy(logGroupName=GROUP, retentionInDays=7)
    invoke(create())
    [group] = logs.describe_log_groups()["logGroups"]
    assert (group["logGroupName"], group["retentionInDays"]) == (GROUP, 7)
    assert kept()


def test_a_group_of_a_reserved_name_is_never_made(mock: LambdaMock) -> None:
    invoke(create(LoggingConfig={"LogGroup": "aws/mine"}))
    assert boto3.client("logs", region_name="us-east-1").describe_log_groups()["logGroups"] == []


def test_logs_are_in_the_account_and_region_of_the_function() -> None:
    with mock_aws(), mock_lambda(account_id="111111111111", region="eu-west-1") as mock:
        mock.function("f", lambda event, context: print("hello"))
        boto3.client("lambda", region_name="eu-west-1").invoke(FunctionName="f")
        groups = moto.logs.models.logs_backends["111111111111"]["eu-west-1"].groups
        [stream] = groups[GROUP].streams.values()
        assert "hello\n" in [event.message for event in stream.events]
        assert not moto.logs.models.logs_backends["123456789012"]["eu-west-1"].groups


@pytest.mark.parametrize("ours_first", [True, False])
def test_logs_are_kept_inside_and_outside_a_mock(*, ours_first: bool) -> None:
    order: list[AbstractContextManager[Any]] = [mock_lambda(), mock_aws()]
    if not ours_first:
        order.reverse()
    with ExitStack() as stack:
        for manager in order:
            stack.enter_context(manager)
        invoke(create())
        assert "one\n" in messages()


# What a test can do with them ------------------------------------------------------------------------------------


def test_a_subscription_of_another_group_is_served(mock: LambdaMock) -> None:
    logs = boto3.client("logs", region_name="us-east-1")
    for group in (GROUP, "copies"):
        logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName="copies", logStreamName="x")
    kinesis = boto3.client("kinesis", region_name="us-east-1")
    kinesis.create_stream(StreamName="lines", ShardCount=1)
    arn = kinesis.describe_stream(StreamName="lines")["StreamDescription"]["StreamARN"]
    logs.put_subscription_filter(logGroupName=GROUP, filterName="all", filterPattern="", destinationArn=arn)
    invoke(create())
    [shard] = kinesis.describe_stream(StreamName="lines")["StreamDescription"]["Shards"]
    iterator = kinesis.get_shard_iterator(
        StreamName="lines", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    assert kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]


def test_a_query_finds_them(mock: LambdaMock) -> None:
    logs = boto3.client("logs", region_name="us-east-1")
    invoke(create())
    assert logs.filter_log_events(logGroupName=GROUP, filterPattern="one")["events"]


# Nothing fails ---------------------------------------------------------------------------------------------------


def test_logs_that_moto_cannot_keep_are_a_warning_once(mock: LambdaMock, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create()
    monkeypatch.delattr(moto.logs.models.LogGroup, "put_log_events")
    named = rf"moto {moto.__version__} keeps logs in a way that lambda_mock doesn't know \(AttributeError: "
    with pytest.warns(LambdaMockWarning, match=named) as warned:
        answers = [invoke(client) for _ in range(3)]
    assert [answer["StatusCode"] for answer in answers] == [200] * 3
    assert len([warning for warning in warned if warning.category is LambdaMockWarning]) == 1
    assert mock.invocations[-1].log.startswith("START")


def test_without_moto_nothing_keeps_them_and_moto_is_not_imported() -> None:
    script = (
        "import sys, boto3\nfrom lambda_mock import mock_lambda\n"
        "with mock_lambda() as mock:\n"
        "    mock.function('f', lambda event, context: print('hello'))\n"
        "    boto3.client('lambda').invoke(FunctionName='f')\n"
        "    assert 'hello\\n' in mock.invocations[0].log\n"
        "    assert 'moto' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)


@pytest.mark.parametrize(
    "config",
    [{"service_whitelist": ["iam"]}, {"passthrough": {"urls": [], "services": ["logs"]}}],
    ids=["whitelist", "passthrough"],
)
def test_a_moto_that_leaves_logs_alone_is_left_alone(config: Any) -> None:
    with mock_aws(config={"core": config}), mock_lambda():
        invoke(create())
        assert not moto.logs.models.logs_backends["123456789012"]["us-east-1"].groups
