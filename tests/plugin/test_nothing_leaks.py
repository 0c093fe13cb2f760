"""Nothing leaks from one test to the next: a process after a run that used everything is as it was before.

One process runs the same tests twice and compares complete pictures of itself: the first run is for what Python and
other libraries load once. Each run ends with a test that is interrupted in the midst of its mock.
"""

from __future__ import annotations

import json
import sys

import pytest

EVERYTHING = '''
import io, json, os, subprocess, sys, urllib.request, zipfile
import boto3, pytest, requests
from moto import mock_aws
from lambda_mock import LambdaMock, MockConfig, current, mock_lambda

ROLE = "arn:aws:iam::123456789012:role/r"

def zipped(text):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", text)
    return content.getvalue()

CODE = zipped("""
import logging, os, sys, warnings
logging.getLogger().setLevel("DEBUG")
logging.getLogger("app").addHandler(logging.StreamHandler())
logging.getLogger("botocore").setLevel("ERROR")
logging.getLogger("urllib3").propagate = False
warnings.simplefilter("ignore")
os.environ["LEFT_BY_A_FUNCTION"] = "yes"
def handler(event, context):
    sys.path.append("/nowhere")
    return os.environ["AWS_LAMBDA_FUNCTION_NAME"]
""")

def create(client, name, **others):
    client.create_function(
        FunctionName=name, Runtime="python%d.%d" % sys.version_info[:2], Handler="app.handler", Role=ROLE,
        Code={"ZipFile": CODE}, **others)

def invoke(client, name):
    return json.load(client.invoke(FunctionName=name)["Payload"])

def test_zips(mock_lambda, lambda_client):
    create(lambda_client, "inline")
    assert invoke(lambda_client, "inline") == "inline"

@pytest.mark.lambda_mock(execution="process")
def test_processes(mock_lambda, lambda_client):
    create(lambda_client, "process", Layers=[
        lambda_client.publish_layer_version(LayerName="l", Content={"ZipFile": CODE})["LayerVersionArn"]])
    assert invoke(lambda_client, "process") == "process"

def test_an_endpoint(mock_lambda):
    mock_lambda.function("orders", returns=1)
    with urllib.request.urlopen(f"{mock_lambda.endpoint_url}/2015-03-31/functions/") as answer:
        assert "orders" in answer.read().decode()

def test_urls(mock_lambda, lambda_client):
    mock_lambda.function("orders", returns="hello")
    lambda_client.add_permission(FunctionName="orders", StatementId="s", Action="lambda:InvokeFunctionUrl",
        Principal="*", FunctionUrlAuthType="NONE")
    url = lambda_client.create_function_url_config(FunctionName="orders", AuthType="NONE")["FunctionUrl"]
    assert requests.get(url).text == "hello"
    with urllib.request.urlopen(mock_lambda.url_of(url)) as answer:
        assert answer.read() == b"hello"

@mock_aws
def test_moto(mock_lambda, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    arn = mock_lambda.function("orders", returns=None)
    queue = boto3.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn="arn:aws:sqs:us-east-1:123456789012:q", FunctionName="orders")
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="m")
    boto3.client("s3").create_bucket(Bucket="bucket")
    boto3.client("s3").put_bucket_notification_configuration(Bucket="bucket", NotificationConfiguration={
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    boto3.client("s3").put_object(Bucket="bucket", Key="k", Body=b"")
    boto3.client("events").put_rule(Name="r", ScheduleExpression="rate(1 minute)")
    boto3.client("events").put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    mock_lambda.clock.advance(60)
    assert len(mock_lambda.invocations) == 3

def test_retries_and_waiters(mock_lambda, lambda_client):
    mock_lambda.fail("ListFunctions", "TooManyRequestsException", times=2)
    lambda_client.list_functions()
    mock_lambda.function("orders", raises=ValueError)
    lambda_client.invoke(FunctionName="orders", InvocationType="Event")
    lambda_client.get_waiter("function_active_v2").wait(FunctionName="orders")

@mock_lambda
def test_decorated():
    with mock_lambda(region="eu-west-1"), LambdaMock(MockConfig(seed=7)) as mock:
        mock.function("orders", returns=None)

def test_that_fails(mock_lambda, lambda_client):
    create(lambda_client, "failing")
    assert invoke(lambda_client, "failing") == ""

def test_that_leaves_a_mock_to_its_fixture(request):
    request.getfixturevalue("lambda_client").list_functions()

def test_zz_that_is_interrupted(mock_lambda, lambda_client):
    mock_lambda.endpoint_url
    mock_lambda.override("orders", lambda event, context: None)
    def interrupted(event, context):
        raise KeyboardInterrupt
    mock_lambda.function("interrupted", interrupted)
    with mock_lambda_inside():
        lambda_client.list_functions()
    lambda_client.invoke(FunctionName="interrupted")

def mock_lambda_inside():
    return LambdaMock()
'''
PROGRAM = """
import gc, json, logging, os, signal, sys, tempfile, threading, time, warnings
import boto3, botocore.session, moto, pytest, requests

PACKAGES = ("boto3", "botocore", "moto", "requests", "responses", "urllib3")
MODULES = ("logging", "os", "random", "signal", "socket", "ssl", "subprocess", "sys", "tempfile", "threading", "time")

# Each session reads the models of its services anew, which would be most of the time that this takes.
loader = botocore.session.create_loader()
botocore.session.create_loader = lambda *_: loader

LOADED_ONCE = ("modules", "files and sockets", "patches", "mocks")
LISTS = ("modules", "finders", "path", "filters", "mocks")

# What moto counts and remembers for itself.
OF_MOTO = ("instances", "instances_tracked", "request_count", "url_bases", "url_paths", "_event_id", "_log_ids")

def attributes(owner):
    return {name: id(value) for name, value in vars(owner).items() if not name.startswith("__")}

def patches():
    found = {}
    for name, module in list(sys.modules.items()):
        if name in MODULES or name.partition(".")[0] in PACKAGES:
            found[name] = attributes(module)
            for cls in [value for value in vars(module).values() if isinstance(value, type)]:
                if cls.__module__ == name:
                    found[name + ":" + cls.__qualname__] = attributes(cls)
    for name in ("stdout", "stderr", "stdin"):
        found["sys"].pop(name, None)
    for kept in found.values():
        for name in OF_MOTO:
            kept.pop(name, None)
    return found

def loggers():
    manager = logging.Logger.manager
    every = {"": logging.root, **{name: log for name, log in manager.loggerDict.items() if hasattr(log, "handlers")}}
    return {name: (log.level, len(log.handlers), len(log.filters), log.disabled, log.propagate)
            for name, log in every.items()}

def open_files():
    return sorted(os.readlink(f"/proc/self/fd/{fd}").partition(":")[0] for fd in os.listdir("/proc/self/fd")
                  if os.path.exists(f"/proc/self/fd/{fd}") or os.path.islink(f"/proc/self/fd/{fd}"))

def children():
    return [open(f"/proc/self/task/{task}/children").read() for task in os.listdir("/proc/self/task")]

def picture():
    # pytest keeps the last failure for debuggers, 8.0 also an interruption, and with its traceback the test's frame.
    for name in ("last_exc", "last_type", "last_value", "last_traceback"):
        vars(sys).pop(name, None)
    for error in [each for each in gc.get_objects() if type(each) is KeyboardInterrupt]:
        error.__traceback__ = None
    gc.collect()
    return {
        "environment": {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        "patches": patches(),
        "modules": sorted(sys.modules),
        "path": list(sys.path),
        "finders": [repr(type(finder)) for finder in sys.meta_path if not type(finder).__module__.startswith("wrapt")],
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "files and sockets": open_files() if os.path.isdir("/proc/self/fd") else [],
        "processes": children() if os.path.isdir("/proc/self/task") else [],
        "temporary": sorted(os.listdir(tempfile.gettempdir())),
        "loggers": loggers(),
        "filters": [str(each) for each in warnings.filters],
        "signals": {str(number): str(signal.getsignal(number)) for number in signal.valid_signals()},
        "hooks": [str(hook) for hook in (sys.excepthook, threading.excepthook, sys.unraisablehook, sys.gettrace())],
        "folder": os.getcwd(),
        "session": str(type(boto3.DEFAULT_SESSION)),
        "mocks": [str(each.owner) for each in gc.get_objects()
                  if type(each).__name__ == "Activation" and " new>" not in str(each.owner)],
    }

def run():
    code = pytest.main(["-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:logging",
                        "-p", "no:hypothesispytest", "test_everything.py"])
    for name in ("test_everything", "conftest"):
        sys.modules.pop(name, None)
    return int(code)

def differences(before, after, *leave_out, loaded_later=True):
    found = {}
    for what in before.keys() - set(leave_out):
        was, now = before[what], after[what]
        if isinstance(was, dict):
            keys = was.keys() | now.keys() if loaded_later else was.keys()
            changed = {key: (was.get(key), now.get(key)) for key in keys if was.get(key) != now.get(key)}
            if what == "patches":
                changed = {key: sorted(name for name in {**(was or {}), **(now or {})}
                                       if (was or {}).get(name, 0) != (now or {}).get(name, 0))
                           for key, (was, now) in changed.items()}
            if changed:
                found[what] = changed
        elif was != now and what not in LISTS:
            found[what] = (was, now)
        elif was != now:
            found[what] = {"gone": [each for each in was if each not in now],
                           "new": [each for each in now if each not in was]}
    return found

start = picture()
codes = [run()]
between = picture()
codes.append(run())
end = picture()
print("found:", json.dumps({
    "codes": codes,
    # What is loaded with the first test of all stays: modules, and what they keep open for themselves.
    "since the start": differences(start, between, *LOADED_ONCE, loaded_later=False),
    "since the first run": differences(between, end),
    "patched": [f"{name}.{key}" for name, module in list(sys.modules.items()) if name.partition(".")[0] in PACKAGES
                for owner in [module, *[cls for cls in vars(module).values() if isinstance(cls, type)]]
                for key, value in list(vars(owner).items()) if type(value).__module__.startswith("lambda_mock")],
    "mocks": end["mocks"],
}))
"""


def test_a_process_is_after_its_tests_what_it_was_before(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = pytester.mkdir("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    pytester.makepyfile(test_everything=EVERYTHING)
    done = pytester.run(sys.executable, pytester.makepyfile(program=PROGRAM))
    text = str(done.stdout)
    found = json.loads(text.rpartition("found: ")[2])
    # What was interrupted is kept until the next run by pytest 8.
    assert len(found.pop("mocks")) <= (pytest.version_tuple < (9,))
    nothing: dict[str, object] = {"since the start": {}, "since the first run": {}, "patched": []}
    assert found == {"codes": [pytest.ExitCode.INTERRUPTED] * 2, **nothing}, text
    assert text.count("1 failed, 8 passed") == 2
