"""The context object, and the variables that tell a function where it runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.errors import LambdaMockError

if TYPE_CHECKING:
    from tests.execution.conftest import Lambda

CONTEXT = """
def handler(event, context):
    names = ("aws_request_id log_group_name log_stream_name function_name memory_limit_in_mb function_version "
             "invoked_function_arn tenant_id client_context")
    return {name: getattr(context, name) for name in names.split()}
"""
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:resize"


def variables(aws: Lambda, **settings: Any) -> dict[str, str]:
    shown: dict[str, str] = aws.answer(aws.of_callable(lambda event, context: dict(os.environ), **settings))
    return shown


@pytest.mark.usefixtures("execution")
def test_the_context_tells_what_runs_and_how_it_was_invoked(aws: Lambda) -> None:
    function = aws.of_zip(CONTEXT, name="resize", version="3", memory_size=1024)
    seen = aws.answer(function, qualifier="live")
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[3\][0-9a-f]{32}", seen.pop("log_stream_name"))
    assert seen == {
        "aws_request_id": aws.request_id,
        "log_group_name": "/aws/lambda/resize",
        "function_name": "resize",
        "memory_limit_in_mb": "1024",
        "function_version": "3",
        "invoked_function_arn": f"{ARN}:live",
        "tenant_id": None,
        "client_context": None,
    }


@pytest.mark.parametrize(("qualifier", "suffix"), [(None, ""), ("$LATEST", ":$LATEST"), ("live", ":live"), ("1", ":1")])
def test_the_invoked_arn_is_as_the_caller_named_it(aws: Lambda, qualifier: str | None, suffix: str) -> None:
    function = aws.of_callable(lambda event, context: context.invoked_function_arn, name="resize")
    assert aws.answer(function, qualifier=qualifier) == ARN + suffix


def test_a_log_group_of_its_own_is_shown(aws: Lambda) -> None:
    function = aws.of_callable(lambda event, context: context.log_group_name, logging={"LogGroup": "mine"})
    assert aws.answer(function) == "mine"


def test_the_remaining_time_passes_on_the_clock(aws: Lambda) -> None:
    aws.clock.freeze()

    def handler(event: object, context: Any) -> list[object]:
        before = context.get_remaining_time_in_millis()
        aws.clock.advance(4)
        after = context.get_remaining_time_in_millis()
        return [before, after, context._epoch_deadline_time_in_ms]

    deadline = int((aws.clock.time() + 10) * 1000)
    before, after, told = aws.answer(aws.of_callable(handler, timeout=10))
    assert 9_000 < before <= 10_000
    assert after == 6_000
    assert told == deadline


def test_the_remaining_time_is_never_negative(aws: Lambda) -> None:
    seen = []

    def handler(event: object, context: Any) -> None:
        aws.clock.advance(10)
        seen.append(context.get_remaining_time_in_millis())

    aws.run(aws.of_callable(handler, timeout=3))
    assert seen == [0]


def test_nobody_stands_behind_an_invocation_by_the_api(aws: Lambda) -> None:
    def handler(event: object, context: Any) -> list[object]:
        return [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id]

    assert aws.answer(aws.of_callable(handler)) == [None, None]


def test_a_client_context_is_an_object(aws: Lambda) -> None:
    def handler(event: object, context: Any) -> list[object]:
        given = context.client_context
        client = given.client
        return [given.custom, given.env, client.installation_id, client.app_title, client.app_package_name]

    text = json.dumps({"custom": {"foo": "bar"}, "env": {"fizz": "buzz"}, "client": {"app_title": "shop"}})
    function = aws.of_callable(handler)
    assert aws.answer(function, client_context=text) == [{"foo": "bar"}, {"fizz": "buzz"}, None, "shop", None]


def test_a_client_context_without_client_has_none(aws: Lambda) -> None:
    function = aws.of_callable(lambda event, context: [context.client_context.client, context.client_context.custom])
    assert aws.answer(function, client_context="{}") == [None, None]


def test_a_client_context_that_is_no_json_is_an_error_of_the_runtime(aws: Lambda) -> None:
    error = aws.error(aws.of_callable(lambda event, context: None), client_context="{")
    assert error["errorType"] == "Runtime.LambdaContextUnmarshalError"
    assert error["errorMessage"].startswith("Unable to parse Client Context JSON: Expecting property name")


def test_a_client_context_that_is_no_object_fails_the_invocation(aws: Lambda) -> None:
    error = aws.error(aws.of_callable(lambda event, context: None), client_context="[]")
    assert (error["errorType"], error["stackTrace"]) == ("AttributeError", [])


def test_the_context_shows_itself(aws: Lambda) -> None:
    def handler(event: object, context: Any) -> list[str]:
        return [repr(context), context.log_stream_name]

    shown, log_stream = aws.answer(aws.of_callable(handler, name="resize"), client_context='{"client": {}}')
    assert shown == (
        f"LambdaContext([aws_request_id={aws.request_id},log_group_name=/aws/lambda/resize,"
        f"log_stream_name={log_stream},function_name=resize,memory_limit_in_mb=128,function_version=$LATEST,"
        f"invoked_function_arn={ARN},client_context=ClientContext([custom=None,env=None,client=Client([installation_id="
        "None,app_title=None,app_version_name=None,app_version_code=None,app_package_name=None])]),"
        "identity=CognitoIdentity([cognito_identity_id=None,cognito_identity_pool_id=None]),tenant_id=None])"
    )


def test_a_trace_context_comes_with_the_client_context(aws: Lambda) -> None:
    trace = {"traceparent": "00-1", "tracestate": 7, "other": "x"}
    function = aws.of_callable(lambda event, context: [context.w3c(), context.client_context.custom])
    given = json.dumps({"custom": {"foo": "bar"}, "w3c": trace})
    assert aws.answer(function, client_context=given) == [{"traceparent": "00-1"}, {"foo": "bar"}]
    assert aws.answer(aws.of_callable(lambda event, context: context.w3c())) == {}
    assert aws.answer(aws.of_callable(lambda event, context: context.w3c()), client_context='{"w3c": 1}') == {}


def test_a_function_is_shown_the_variables_of_lambda_and_its_own(aws: Lambda) -> None:
    seen = variables(aws, name="resize", version="3", memory_size=1024, environment={"TABLE": "orders"})
    expected = {
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.12",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_NAME": "resize",
        "AWS_LAMBDA_FUNCTION_VERSION": "3",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/resize",
        "AWS_LAMBDA_RUNTIME_API": "169.254.100.1:9001",
        "AWS_REGION": "eu-west-1",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "TABLE": "orders",
        "TZ": ":UTC",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "_HANDLER": "handler.handler",
    }
    assert {name: seen.get(name) for name in expected} == expected
    assert "[3]" in seen["AWS_LAMBDA_LOG_STREAM_NAME"]
    trace = r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0"
    assert re.fullmatch(trace, seen["_X_AMZN_TRACE_ID"])


def test_a_function_of_an_image_has_no_runtime_to_name(aws: Lambda) -> None:
    seen = variables(aws, runtime=None, handler=None)
    assert "AWS_EXECUTION_ENV" not in seen
    assert seen["_HANDLER"] == ""


def test_json_logs_are_announced(aws: Lambda) -> None:
    seen = variables(aws, logging={"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG"})
    assert (seen["AWS_LAMBDA_LOG_FORMAT"], seen["AWS_LAMBDA_LOG_LEVEL"]) == ("JSON", "DEBUG")


def test_a_function_has_the_machine_and_the_credentials_of_the_test(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "of the test")
    seen = variables(aws)
    assert seen["AWS_ACCESS_KEY_ID"] == "of the test"
    assert seen["PATH"] == os.environ["PATH"]
    assert "AWS_SESSION_TOKEN" not in seen


def test_the_task_root_of_a_zip_is_where_its_files_are(aws: Lambda) -> None:
    function = aws.of_zip(
        {
            "handler.py": "import os, pathlib\ndef handler(event, context):\n"
            "    return pathlib.Path(os.environ['LAMBDA_TASK_ROOT'], 'data.txt').read_text()\n",
            "data.txt": "data",
        }
    )
    assert aws.answer(function) == "data"


def test_the_variables_of_the_test_are_as_before(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "of the test")
    monkeypatch.setenv("REMOVED", "of the test")
    monkeypatch.setenv("AWS_REGION", "of-the-test")
    environ, before = os.environ, dict(os.environ)

    def handler(event: object, context: object) -> list[str | None]:
        found = [os.environ["KEPT"], os.environ["AWS_REGION"], os.environ.get("ADDED")]
        os.environ.update(KEPT="changed", ADDED="new")
        del os.environ["REMOVED"]
        return found

    function = aws.of_callable(handler, environment={"KEPT": "of the function"})
    assert aws.answer(function) == ["of the function", "eu-west-1", None]
    assert os.environ is environ
    assert dict(os.environ) == before


def test_what_a_function_changes_of_its_variables_stays_with_its_environment(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMOVED", "of the test")
    function = aws.of_zip(
        "import os\nos.environ['ADDED'] = 'at start'\ndel os.environ['REMOVED']\n"
        "def handler(event, context): return [os.environ.get('ADDED'), os.environ.get('REMOVED')]\n"
    )
    other = aws.of_callable(lambda event, context: [os.environ.get("ADDED"), os.environ.get("REMOVED")])
    for _ in range(3):
        assert aws.answer(function) == ["at start", None]
        assert aws.answer(other) == [None, "of the test"]


def seen_by_a_child(*names: str) -> list[str | None]:
    """The variables as a child process inherits them."""
    script = f"import json, os; print(json.dumps([os.environ.get(name) for name in {names!r}]))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    seen: list[str | None] = json.loads(done.stdout)
    return seen


def test_child_processes_of_a_function_have_its_variables(aws: Lambda) -> None:
    names = ("TABLE", "AWS_LAMBDA_FUNCTION_NAME", "_X_AMZN_TRACE_ID")
    function = aws.of_callable(
        lambda event, context: seen_by_a_child(*names), environment={"TABLE": "orders"}, name="shop", timeout=60
    )
    table, name, trace = aws.answer(function)
    assert (table, name) == ("orders", "shop")
    assert trace.startswith("Root=1-")
    assert seen_by_a_child(*names) == [None, None, None]


def test_child_processes_have_what_a_function_has_changed(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "of the test")
    monkeypatch.setenv("REMOVED", "of the test")
    monkeypatch.setattr("builtins.seen_by_a_child", seen_by_a_child, raising=False)
    names = ("KEPT", "REMOVED", "ADDED")
    function = aws.of_zip(
        "import os\nos.environ.update(KEPT='changed', ADDED='new')\ndel os.environ['REMOVED']\n"
        f"def handler(event, context): return seen_by_a_child(*{names!r})\n",
        timeout=60,
    )
    for _ in range(2):
        assert aws.answer(function) == ["changed", None, "new"]
        assert seen_by_a_child(*names) == ["of the test", "of the test", None]


def test_each_invocation_has_its_own_trace(aws: Lambda) -> None:
    name = "_X_AMZN_TRACE_ID"
    function = aws.of_callable(lambda event, context: [os.environ[name], *seen_by_a_child(name)], timeout=60)
    for number in (1, 2):
        here, in_a_child = aws.answer(function, request_id=f"{number:08x}-0000-4000-8000-000000000001")
        assert here.startswith(f"Root=1-{number:08x}")
        assert in_a_child == here


def test_a_function_finds_its_variables_after_it_has_invoked_another_one(aws: Lambda) -> None:
    inner = aws.of_callable(lambda event, context: seen_by_a_child("SET"), name="inner", timeout=60)

    def handler(event: object, context: object) -> list[Any]:
        seen = []
        for value in ("first", "second"):
            os.environ["SET"] = value
            seen += [aws.answer(inner), os.environ["SET"], seen_by_a_child("SET")]
        return seen

    outer = aws.of_callable(handler, name="outer", timeout=60)
    assert aws.answer(outer) == [[None], "first", ["first"], [None], "second", ["second"]]


def test_variables_can_be_read_as_bytes(aws: Lambda) -> None:
    function = aws.of_callable(lambda event, context: os.environb[b"TABLE"], environment={"TABLE": "orders"})
    assert aws.run(function).payload == b"orders"
    assert b"TABLE" not in os.environb


def test_a_warm_function_sees_the_variables_that_the_test_has_now(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = aws.of_callable(lambda event, context: os.environ.get("KEY"), name="inner")
    outer = aws.of_callable(lambda event, context: aws.answer(inner), name="outer", environment={"KEY": "of outer"})
    for value in ("first", "second"):
        monkeypatch.setenv("KEY", value)
        assert [aws.answer(inner), aws.answer(outer)] == [value, value]
    for value in ("third", "fourth"):
        monkeypatch.setenv("KEY", value)
        assert aws.answer(outer) == value


def test_an_environ_that_the_test_has_replaced_is_the_one_that_counts(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    replacement = {"MINE": "of the test"}
    monkeypatch.setattr(os, "environ", replacement)

    def handler(event: object, context: object) -> list[str]:
        os.environ["NEW"] = "x"
        return [os.environ["MINE"], os.environ["TABLE"]]

    assert aws.answer(aws.of_callable(handler, environment={"TABLE": "orders"})) == ["of the test", "orders"]
    assert os.environ is replacement
    assert replacement == {"MINE": "of the test"}


def test_an_environ_that_a_function_replaces_comes_back(aws: Lambda) -> None:
    environ = os.environ
    aws.run(aws.of_callable(lambda event, context: setattr(os, "environ", {})))
    assert os.environ is environ


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
def test_variables_that_no_process_can_have_leave_no_trace(aws: Lambda, value: str, *, zipped: bool) -> None:
    before = dict(os.environ)
    wrong = {"environment": {"WRONG": value}}
    function = aws.of_zip("", **wrong) if zipped else aws.of_callable(lambda event, context: None, **wrong)
    with pytest.raises(LambdaMockError, match="f can't run here: one of its environment variables"):
        aws.run(function)
    assert dict(os.environ) == before
    assert seen_by_a_child("AWS_LAMBDA_FUNCTION_NAME", "WRONG") == [None, None]
    assert aws.answer(aws.of_callable(lambda event, context: "alive")) == "alive"


@pytest.mark.parametrize(("zone", "hour"), [(None, 0), ("Asia/Tokyo", 9)])
def test_local_time_is_utc_unless_the_function_says_otherwise(
    aws: Lambda, monkeypatch: pytest.MonkeyPatch, zone: str | None, hour: int
) -> None:
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    try:
        settings = {} if zone is None else {"environment": {"TZ": zone}}
        function = aws.of_callable(lambda event, context: time.localtime(0).tm_hour, **settings)
        assert aws.answer(function) == hour
        assert time.localtime(0).tm_hour == 19
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_system_without_time_zones_keeps_its_local_time(aws: Lambda, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "tzset")
    function = aws.of_callable(lambda event, context: time.localtime(0).tm_hour, environment={"TZ": "Asia/Tokyo"})
    assert aws.answer(function) == time.localtime(0).tm_hour


def test_a_function_that_another_one_invokes_has_none_of_its_variables(aws: Lambda) -> None:
    inner = aws.of_callable(
        lambda event, context: [os.environ.get(name) for name in ("OUTER", "BOTH", "SET")],
        name="inner",
        environment={"BOTH": "inner"},
    )

    def handler(event: object, context: object) -> list[Any]:
        os.environ["SET"] = "by outer"
        return [aws.answer(inner), os.environ["OUTER"], os.environ["BOTH"], os.environ["SET"]]

    outer = aws.of_callable(handler, name="outer", environment={"OUTER": "outer", "BOTH": "outer"})
    assert aws.answer(outer) == [[None, "inner", None], "outer", "outer", "by outer"]
