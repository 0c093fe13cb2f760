"""Beside freezegun and time-machine: what is dated follows the test's time, and what takes time really takes it."""

from __future__ import annotations

import io
import json
import sys
import threading
import time
import zipfile
from datetime import datetime, timedelta, timezone
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import time_machine
from freezegun import freeze_time
from moto import mock_aws

from lambda_mock import LambdaMock, current, mock_lambda
from lambda_mock.domain import times

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from lambda_mock.config import Execution

NEW_YEAR = datetime(2024, 1, 1, tzinfo=timezone.utc)
SHOWN = "2024-01-01T00:00:00.000+0000"
ENDLESS = "import time\n\ndef handler(event, context):\n    while True:\n        time.sleep(0.01)\n"
PROMPT = "def handler(event, context):\n    return context.get_remaining_time_in_millis()\n"

MOVED = pytest.mark.parametrize(
    "moved",
    [
        pytest.param(lambda: freeze_time(NEW_YEAR), id="freezegun"),
        pytest.param(lambda: freeze_time(NEW_YEAR, auto_tick_seconds=60), id="freezegun, by leaps"),
        pytest.param(lambda: time_machine.travel(NEW_YEAR, tick=False), id="time-machine"),
    ],
)


def client() -> Any:
    return boto3.client("lambda", region_name="us-east-1")


def deploy(code: str, **members: Any) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", code)
    runtime = f"python3.{sys.version_info.minor}"
    client().create_function(
        FunctionName="orders",
        Runtime=runtime,
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/orders",
        Code={"ZipFile": file.getvalue()},
        **members,
    )


def answer() -> Any:
    reply = client().invoke(FunctionName="orders")
    return json.loads(reply["Payload"].read())


def last_modified() -> str:
    return str(client().get_function_configuration(FunctionName="orders")["LastModified"])


# What is dated -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moved", [lambda: freeze_time(NEW_YEAR), lambda: time_machine.travel(NEW_YEAR, tick=False)], ids=["fg", "tm"]
)
def test_the_clock_shows_the_tests_time_whichever_was_begun_first(
    moved: Callable[[], AbstractContextManager[object]],
) -> None:
    with mock_lambda() as mock, moved():
        mock.function("orders", returns=None)
        assert last_modified() == SHOWN
        mock.clock.advance(5)
        assert mock.clock.now() == NEW_YEAR + timedelta(seconds=5)
    with moved(), mock_lambda() as mock:
        mock.function("orders", returns=None)
        assert last_modified() == SHOWN
    with mock_lambda() as mock:
        with moved():
            assert mock.clock.now() == NEW_YEAR
        assert abs(mock.clock.time() - time.time()) < 60


def test_decorators_may_stand_in_either_order() -> None:
    @mock_lambda
    @freeze_time(NEW_YEAR)
    def inside() -> datetime:
        return current().clock.now()

    @freeze_time(NEW_YEAR)
    @mock_lambda
    def outside() -> datetime:
        return current().clock.now()

    assert inside() == outside() == NEW_YEAR


def test_a_frozen_time_that_is_moved_moves_the_clock_back_as_well(mock_lambda: LambdaMock) -> None:
    with freeze_time(NEW_YEAR) as frozen:
        mock_lambda.clock.advance(1)
        frozen.tick(timedelta(hours=1))
        assert mock_lambda.clock.now() == NEW_YEAR + timedelta(hours=1, seconds=1)
        frozen.move_to(NEW_YEAR - timedelta(days=365))
        assert mock_lambda.clock.now() == NEW_YEAR - timedelta(days=365) + timedelta(seconds=1)
    with freeze_time(NEW_YEAR, tick=True):
        begun = mock_lambda.clock.now()
        assert timedelta(0) < mock_lambda.clock.now() - begun < timedelta(minutes=1)


def test_a_clock_that_the_mock_has_frozen_stays_where_it_is(mock_lambda: LambdaMock) -> None:
    mock_lambda.clock.freeze(at=NEW_YEAR)
    with freeze_time("2030-01-01"):
        assert mock_lambda.clock.now() == NEW_YEAR


def test_every_thread_sees_the_same_time_whatever_freezegun_is_told_to_ignore(mock_lambda: LambdaMock) -> None:
    seen = []
    with freeze_time(NEW_YEAR, tz_offset=-4, ignore=["botocore", "tests"]):
        thread = threading.Thread(target=lambda: seen.append(mock_lambda.clock.now()))
        thread.start()
        thread.join()
        assert seen == [mock_lambda.clock.now()] == [NEW_YEAR]


def test_a_time_that_the_test_has_replaced_itself_is_the_clocks_too(
    mock_lambda: LambdaMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 86_400.0)
    assert mock_lambda.clock.now() == datetime(1970, 1, 2, tzinfo=timezone.utc)


# What takes time -----------------------------------------------------------------------------------------------------


@MOVED
@pytest.mark.parametrize("execution", ["inline", "process"])
def test_a_function_has_its_time_while_the_tests_time_stands_or_leaps(
    moved: Callable[[], AbstractContextManager[object]], execution: Execution
) -> None:
    with mock_lambda(execution=execution) as mock:
        deploy(PROMPT, Timeout=20)
        with moved():
            assert 5_000 < answer() <= 20_000
            [run] = mock.invocations
            assert 0 < run.duration < 15_000


@MOVED
def test_so_does_a_callable_that_is_caught_in_the_leap(moved: Callable[[], AbstractContextManager[object]]) -> None:
    def handler(event: object, context: Any) -> bool:
        before = context.get_remaining_time_in_millis()
        with moved():
            return bool(0 <= before - context.get_remaining_time_in_millis() < 1_000)

    with mock_lambda() as mock:
        mock.function("orders", handler)
        assert answer() is True


@pytest.mark.parametrize("execution", ["inline", "process"])
def test_a_deadline_comes_for_real_while_the_tests_time_stands(execution: Execution) -> None:
    with mock_lambda(execution=execution):
        deploy(ENDLESS, Timeout=1)
        with freeze_time(NEW_YEAR):
            assert answer()["errorType"] == "Sandbox.Timedout"


@pytest.mark.parametrize("timeout", [1, 900])
def test_what_passes_on_the_mocks_clock_counts_for_a_deadline(timeout: int) -> None:
    with freeze_time(NEW_YEAR) as frozen, mock_lambda() as mock:

        def handler(event: object, context: object) -> str:
            frozen.tick(10_000)
            mock.clock.advance(5)
            return "in time"

        mock.function("orders", handler, Timeout=timeout)
        assert (answer() == "in time") is (timeout == 900)


@pytest.mark.parametrize(
    "moved", [lambda: freeze_time(NEW_YEAR), lambda: time_machine.travel(NEW_YEAR)], ids=["fg", "tm"]
)
def test_a_process_has_the_real_time(moved: Callable[[], AbstractContextManager[object]]) -> None:
    before = time.time()
    with moved():
        assert before <= times.time_of_the_machine() + 1
    assert times.time_of_the_machine() <= time.time() + 1


def test_what_is_first_imported_while_time_stands_measures_all_the_same() -> None:
    spec: Any = spec_from_file_location("lambda_mock_times_anew", times.__file__)
    with freeze_time(NEW_YEAR):
        anew = module_from_spec(spec)
        spec.loader.exec_module(anew)
        first = anew.measured()
        assert abs(first - times.measured()) < 60
        assert anew.measured() > first


# What waits ----------------------------------------------------------------------------------------------------------


def test_waiters_and_backoff_pass_on_the_mocks_clock_while_the_tests_time_stands(mock_lambda: LambdaMock) -> None:
    with freeze_time(NEW_YEAR):
        mock_lambda.function("orders", returns=None)
        mock_lambda.fail("GetFunction", "TooManyRequestsException", times=2)
        client().get_waiter("function_active_v2").wait(FunctionName="orders")
        assert mock_lambda.clock.now() > NEW_YEAR
        assert time.time() == NEW_YEAR.timestamp()


def test_retries_of_an_event_pass_on_the_mocks_clock_while_the_tests_time_stands(mock_lambda: LambdaMock) -> None:
    with freeze_time(NEW_YEAR):
        mock_lambda.function("orders", raises=ValueError)
        client().invoke(FunctionName="orders", InvocationType="Event")
        dates = [datetime.fromtimestamp(run.time, tz=timezone.utc) for run in mock_lambda.invocations]
        assert [(date - NEW_YEAR).total_seconds() for date in dates] == [0, 60, 180]


def test_a_schedule_that_has_come_due_runs_at_the_next_look(mock_lambda: LambdaMock) -> None:
    with freeze_time(NEW_YEAR) as frozen, mock_aws():
        arn = mock_lambda.function("orders", returns=None)
        events = boto3.client("events", region_name="us-east-1")
        events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
        events.put_targets(Rule="hourly", Targets=[{"Id": "orders", "Arn": arn}])
        frozen.tick(3601)
        assert len(mock_lambda.invocations) == 0
        mock_lambda.clock.advance(0)
        [run] = mock_lambda.invocations
        assert json.loads(run.payload)["time"] == "2024-01-01T01:00:00Z"


@pytest.mark.parametrize(
    "moved", [lambda: freeze_time(NEW_YEAR), lambda: time_machine.travel(NEW_YEAR, tick=False)], ids=["fg", "tm"]
)
def test_a_message_that_failed_comes_again_while_the_tests_time_stands(
    mock_lambda: LambdaMock, moved: Callable[[], AbstractContextManager[object]]
) -> None:
    with moved(), mock_aws():
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName="jobs", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
        mock_lambda.function("orders", returns=None)
        arn = "arn:aws:sqs:us-east-1:123456789012:jobs"
        client().create_event_source_mapping(FunctionName="orders", EventSourceArn=arn)
        mock_lambda.fail_run("orders", "Runtime.ExitError")
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        mock_lambda.clock.advance(60)
        moments = [run.time - NEW_YEAR.timestamp() for run in mock_lambda.invocations]
        sent = {run.event["Records"][0]["attributes"]["SentTimestamp"] for run in mock_lambda.invocations}
        assert (moments, sent) == ([0, 60], {str(int(NEW_YEAR.timestamp()) * 1000)})
