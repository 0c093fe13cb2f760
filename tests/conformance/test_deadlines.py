"""Functions that take too long: the answer comes at the deadline, and whatever the function does later is nobody's.

The time passes on the mock's clock; what stands in a function's way meanwhile is an event that the test sets.
"""

from __future__ import annotations

import _thread
import asyncio
import json
import os
import pdb  # noqa: T100  # a debugger in a function is what is tested
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import mock_lambda as new_mock
from lambda_mock.execution import lineage

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

PATIENCE = 30
CALLER: ContextVar[str] = ContextVar("caller")

LATE = """
def handler(event, context):
    test.pass_time(61)
    test.wait()
    print("too late")
    return "too late"
"""
RUNNING_AWAY = """
def handler(event, context):
    test.pass_time(61)
    try:
        while True:
            pass
    except Exception:
        return "caught"
"""
COUNTING = """
import os
import tempfile

runs = 0

def handler(event, context):
    global runs
    runs += 1
    kept = os.path.join(tempfile.gettempdir(), context.function_name + event["name"])
    with open(kept, "a") as file:
        file.write("x")
    if event.get("late"):
        test.pass_time(61)
        test.wait()
    return [runs, os.path.getsize(kept), os.unlink(kept)] if event.get("last") else runs
"""


class InTheWay:
    """What functions find as `test`."""

    def __init__(self, mock: LambdaMock) -> None:
        self._mock = mock
        self.released = threading.Event()
        self.threads: list[threading.Thread] = []

    def pass_time(self, seconds: float) -> None:
        self.threads.append(threading.current_thread())
        self._mock.clock.advance(seconds)

    def wait(self) -> None:
        assert self.released.wait(PATIENCE)

    def release(self) -> None:
        self.released.set()
        for thread in self.threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()


@pytest.fixture
def in_the_way(mock_lambda: LambdaMock, monkeypatch: pytest.MonkeyPatch) -> Iterator[InTheWay]:
    found = InTheWay(mock_lambda)
    monkeypatch.setattr("builtins.test", found, raising=False)
    yield found
    found.released.set()


def invoked(aws: Account, event: object = None) -> Any:
    answer = aws.client.invoke(FunctionName="orders", Payload=json.dumps({} if event is None else event))
    return json.load(answer["Payload"])


def timed_out(payload: Any, seconds: int = 60) -> bool:
    text = f"Error: Task timed out after {seconds}.00 seconds"
    return payload["errorType"] == "Sandbox.Timedout" and str(payload["errorMessage"]).endswith(text)


def test_a_function_that_takes_too_long_is_answered_at_its_deadline(aws: Account, in_the_way: InTheWay) -> None:
    aws.create(code=LATE, Timeout=60)
    assert timed_out(invoked(aws))
    assert not in_the_way.released.is_set()


def test_what_a_late_function_does_after_its_deadline_reaches_nobody(
    aws: Account, mock_lambda: LambdaMock, in_the_way: InTheWay
) -> None:
    aws.create(code=LATE, Timeout=60)
    invoked(aws)
    before = list(mock_lambda.invocations)
    in_the_way.release()
    assert list(mock_lambda.invocations) == before
    assert "too late" not in before[0].log
    assert before[0].duration == 60_000


@pytest.mark.skipif(
    sys.version_info[:2] == (3, 11) and sys.gettrace() is not None,
    reason="in Python 3.11 a traced process can't interrupt a thread",
)
def test_a_function_that_never_comes_back_is_ended(aws: Account, in_the_way: InTheWay) -> None:
    aws.create(code=RUNNING_AWAY, Timeout=60)
    assert timed_out(invoked(aws))
    in_the_way.release()


def test_a_late_function_changes_nothing_in_lambda_any_more(aws: Account, in_the_way: InTheWay) -> None:
    # The function catches what ends its thread, so only the refusal of its call keeps it from deleting.
    code = """
import boto3
def handler(event, context):
    client = boto3.client("lambda", region_name="us-east-1")
    test.pass_time(61)
    try:
        test.wait()
    finally:
        client.delete_function(FunctionName="orders")
"""
    aws.create(code=code, Timeout=60)
    assert timed_out(invoked(aws))
    in_the_way.release()
    assert aws.shown()["FunctionName"] == "orders"


def test_a_call_of_lambda_that_ends_after_the_deadline_ends_the_function(
    aws: Account, mock_lambda: LambdaMock, in_the_way: InTheWay
) -> None:
    went_on: list[object] = []

    def slow(event: object, context: object) -> None:
        caller = lineage.running().parent
        in_the_way.pass_time(61)
        wait_until(lambda: caller is not None and caller.given_up)

    mock_lambda.function("slow", slow, Timeout=900)
    mock_lambda.function("note", lambda event, context: went_on.append(event), Timeout=900)
    code = """
import boto3
def handler(event, context):
    client = boto3.client("lambda", region_name="us-east-1")
    try:
        client.invoke(FunctionName="slow")
    finally:
        client.invoke(FunctionName="note")
"""
    aws.create(code=code, Timeout=60)
    # Lambda lets the inner function run to its end; so does the mock, before it answers.
    assert timed_out(invoked(aws))
    in_the_way.release()
    assert went_on == []
    assert [run.function for run in mock_lambda.invocations] == ["slow", "orders"]


def test_after_a_timeout_the_environment_is_a_new_one_that_has_the_old_ones_files(
    aws: Account, in_the_way: InTheWay
) -> None:
    aws.create(code=COUNTING, Timeout=60)
    name = f"-{os.getpid()}"
    assert [invoked(aws, {"name": name}), invoked(aws, {"name": name})] == [1, 2]
    assert timed_out(invoked(aws, {"name": name, "late": True}))
    assert invoked(aws, {"name": name, "last": True}) == [1, 4, None]


def test_an_initialisation_may_take_ten_seconds_whatever_the_timeout_is(aws: Account, in_the_way: InTheWay) -> None:
    aws.create(code="test.pass_time(5)\ndef handler(event, context): return 1\n", Timeout=4)
    assert invoked(aws) == 1


def test_an_initialisation_that_takes_longer_ends_in_a_timeout(aws: Account, in_the_way: InTheWay) -> None:
    aws.create(code="test.pass_time(61)\ntest.wait()\ndef handler(event, context): return 1\n", Timeout=60)
    assert timed_out(invoked(aws))
    in_the_way.release()
    aws.update_code("def handler(event, context): return 2\n")
    assert invoked(aws) == 2


@pytest.mark.parametrize(
    ("log_format", "told"),
    [
        ("Text", r"so far\nINIT_REPORT Init Duration: 60000\.00 ms\tPhase: init\tStatus: timeout\nSTART RequestId: .*"),
        (
            "JSON",
            r'{"time":.*\nso far\n.*"platform.initReport",.*"status":"timeout","metrics":{"durationMs":60000\.0}}}\n.*',
        ),
    ],
)
def test_the_log_tells_of_an_initialisation_that_took_too_long(
    aws: Account, mock_lambda: LambdaMock, in_the_way: InTheWay, log_format: Any, told: str
) -> None:
    code = "print('so far')\ntest.pass_time(61)\ntest.wait()\ndef handler(event, context): return 1\n"
    aws.create(code=code, Timeout=60, LoggingConfig={"LogFormat": log_format})
    assert timed_out(invoked(aws))
    assert re.fullmatch(told, mock_lambda.invocations[0].log, re.DOTALL)
    in_the_way.release()
    assert "_X_AMZN_TRACE_ID" not in os.environ


def test_a_longer_timeout_is_time_for_the_initialisation_too(aws: Account, in_the_way: InTheWay) -> None:
    aws.create(code="test.pass_time(31)\ndef handler(event, context): return 1\n", Timeout=90)
    assert invoked(aws) == 1


def test_an_interrupted_test_leaves_the_function_and_the_process_as_before(
    aws: Account, mock_lambda: LambdaMock, in_the_way: InTheWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_the_way, "interrupt", _thread.interrupt_main, raising=False)
    aws.create(code="runs = []\ndef handler(event, context):\n    runs.append(1)\n    return len(runs)\n", Timeout=60)
    interrupted = "def handler(event, context):\n    test.pass_time(0)\n    test.interrupt()\n    test.wait()\n"
    aws.create("interrupted", code=interrupted, Timeout=60)
    assert invoked(aws) == 1
    with pytest.raises(KeyboardInterrupt):
        aws.client.invoke(FunctionName="interrupted")
    assert invoked(aws) == 2
    assert len(mock_lambda.invocations) == 2


@pytest.mark.lambda_mock(timeouts=False)
def test_without_timeouts_a_function_has_all_the_time_it_needs(aws: Account, in_the_way: InTheWay) -> None:
    in_the_way.released.set()
    aws.create(code="test.pass_time(61)\n" + LATE, Timeout=60)
    assert invoked(aws) == "too late"


@pytest.mark.lambda_mock(timeouts=False)
def test_without_timeouts_a_callable_has_all_the_time_it_needs(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: mock_lambda.clock.advance(61), Timeout=60)
    assert invoked(aws) is None


@pytest.mark.lambda_mock(timeouts=False)
def test_without_timeouts_a_function_runs_in_the_thread_of_its_caller(aws: Account) -> None:
    aws.create(code="import threading\ndef handler(event, context): return threading.current_thread().name\n")
    assert invoked(aws) == threading.current_thread().name


class Debugger(pdb.Pdb):
    """Somebody at a prompt, who lets time pass until nobody waits any more, and then goes on."""

    def __init__(self, test: InTheWay) -> None:
        super().__init__(nosigint=True, readrc=False)
        self._test = test

    def cmdloop(self, intro: str | None = None) -> None:
        run = lineage.running()
        self._test.pass_time(61)
        looked_at = threading.Event()
        while not run.timeless:
            looked_at.wait(0.001)
        self.set_continue()


def test_a_function_that_stands_in_a_debugger_is_not_timed_out(aws: Account, in_the_way: InTheWay) -> None:
    in_the_way.debug = lambda: Debugger(in_the_way).set_trace()  # type: ignore[attr-defined]
    aws.create(code="def handler(event, context):\n    test.debug()\n    return 'went on'\n", Timeout=60)
    assert invoked(aws) == "went on"


def test_nor_is_the_one_that_waits_for_it(aws: Account, mock_lambda: LambdaMock, in_the_way: InTheWay) -> None:
    in_the_way.debug = lambda: Debugger(in_the_way).set_trace()  # type: ignore[attr-defined]
    aws.create("inner", code="def handler(event, context):\n    test.debug()\n    return 'went on'\n", Timeout=60)

    def outer(event: object, context: object) -> Any:
        return json.load(aws.client.invoke(FunctionName="inner")["Payload"])

    mock_lambda.function("orders", outer, Timeout=60)
    assert invoked(aws) == "went on"


def test_pytests_own_debugger_lets_a_callable_have_all_the_time_it_needs(
    aws: Account, mock_lambda: LambdaMock, request: pytest.FixtureRequest
) -> None:
    def handler(event: object, context: object) -> str:
        request.config.hook.pytest_enter_pdb(config=request.config, pdb=pdb.Pdb(nosigint=True, readrc=False))
        mock_lambda.clock.advance(30)
        return "went on"

    mock_lambda.function("orders", handler, Timeout=1)
    assert invoked(aws) == "went on"
    request.config.hook.pytest_enter_pdb(config=request.config, pdb=pdb.Pdb(nosigint=True, readrc=False))
    mock_lambda.function("orders", lambda event, context: mock_lambda.clock.advance(30), Timeout=1)
    assert timed_out(invoked(aws), 1)


# The thread in which a function runs --------------------------------------------------------------------------------


def test_a_function_runs_in_its_main_thread(aws: Account) -> None:
    code = """
import threading
def handler(event, context):
    seen = []
    started = threading.Thread(target=lambda: seen.append(threading.main_thread()))
    started.start()
    started.join()
    return [threading.current_thread() is threading.main_thread(), seen == [threading.current_thread()]]
"""
    aws.create(code=code)
    before = threading.main_thread
    assert invoked(aws) == [True, True]
    assert threading.main_thread is before


def test_a_callable_runs_in_its_main_thread_wherever_it_is_invoked(aws: Account, mock_lambda: LambdaMock) -> None:
    def handler(event: object, context: object) -> bool:
        return threading.main_thread() is threading.current_thread()

    mock_lambda.function("orders", handler)
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(invoked(aws)))
    thread.start()
    thread.join(PATIENCE)
    assert answers == [True]


def test_a_function_has_an_event_loop_as_old_code_expects_it_and_keeps_it(aws: Account) -> None:
    code = """
import asyncio
import warnings
warnings.simplefilter("ignore")
try:
    loop = asyncio.get_event_loop()
except RuntimeError:  # Python 3.14 makes none
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
async def answer():
    return 1
def handler(event, context):
    assert asyncio.get_event_loop() is loop
    loops.append(loop)
    return loop.run_until_complete(answer())
"""
    loops: list[asyncio.AbstractEventLoop] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.loops", loops, raising=False)
        with new_mock():
            aws.create("looping", code=code)
            assert [json.load(aws.client.invoke(FunctionName="looping")["Payload"]) for _ in range(2)] == [1, 1]
            assert not loops[0].is_closed()
    assert [loop.is_closed() for loop in loops] == [True, True]


def test_what_a_function_opened_for_its_thread_serves_its_later_runs(aws: Account) -> None:
    code = """
import threading
connections = threading.local()
connections.one = 1
def handler(event, context):
    return connections.one
"""
    aws.create("inner", code=code)
    relay = "import json, boto3\n\ndef handler(event, context):\n    client = boto3.client('lambda')\n"
    aws.create(code=relay + "    return json.load(client.invoke(FunctionName='inner')['Payload'])\n")
    assert invoked(aws) == 1
    assert json.load(aws.client.invoke(FunctionName="inner")["Payload"]) == 1


def test_a_function_knows_the_context_variables_of_its_caller_and_leaves_them_alone(
    aws: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.caller", CALLER, raising=False)
    aws.create(code="def handler(event, context):\n    found = caller.get()\n    caller.set('f')\n    return found\n")
    token = CALLER.set("test")
    try:
        assert [invoked(aws), CALLER.get()] == ["test", "test"]
    finally:
        CALLER.reset(token)


def test_no_thread_is_left_when_the_mock_ends(aws: Account) -> None:
    def ours() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name.startswith("lambda_mock: left")]

    names = [f"left{number}" for number in range(70)]
    with new_mock():
        for name in names:
            aws.create(name)
            aws.client.invoke(FunctionName=name)
        wait_until(lambda: len(ours()) <= 64)
        assert len(ours()) == 64
        aws.call("delete_function", FunctionName="left69")
        wait_until(lambda: len(ours()) <= 63)
        assert "lambda_mock: left69:$LATEST" not in ours()
    assert ours() == []


def wait_until(true: Callable[[], bool]) -> None:
    """For threads that were told to end, and end when they get round to it."""
    never = threading.Event()
    for _ in range(PATIENCE * 100):
        if true():
            break
        never.wait(0.01)


def test_a_function_that_deletes_itself_runs_to_its_end(aws: Account) -> None:
    code = """
import boto3
def handler(event, context):
    boto3.client("lambda").delete_function(FunctionName="orders")
    return "deleted"
"""
    aws.create(code=code)
    assert invoked(aws) == "deleted"
