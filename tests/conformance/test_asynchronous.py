"""The queue of events: when they run, with which code, and what becomes of those that Lambda can't run now."""

from __future__ import annotations

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockError
from lambda_mock import mock_lambda as new_mock

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.conformance.conftest import Account

QUEUE = "arn:aws:sqs:us-east-1:123456789012:dead"
SIX_HOURS = 21_600
PATIENCE = 30

manual = pytest.mark.lambda_mock(async_mode="manual")
in_both_modes = pytest.mark.parametrize(
    "mode", [pytest.param(mode, marks=pytest.mark.lambda_mock(async_mode=mode)) for mode in ("eager", "manual")]
)


@pytest.fixture(autouse=True)
def _at_one_moment(mock_lambda: LambdaMock) -> None:
    """Only what Lambda waits for moves the clock."""
    mock_lambda.clock.freeze()


def send(aws: Account, event: Any = None, name: str = "orders") -> str:
    """Send an event, and give its request id."""
    payload = json.dumps({} if event is None else event)
    answer = aws.client.invoke(FunctionName=name, InvocationType="Event", Payload=payload)
    assert answer["StatusCode"] == 202
    assert answer["Payload"].read() == b""
    return str(answer["ResponseMetadata"]["RequestId"])


def put(aws: Account, name: str = "orders", **members: Any) -> None:
    aws.call("put_function_event_invoke_config", FunctionName=name, **members)


def failures_to(destination: str) -> dict[str, Any]:
    return {"DestinationConfig": {"OnFailure": {"Destination": destination}}}


def reserve(aws: Account, number: int, name: str = "orders") -> None:
    aws.call("put_function_concurrency", FunctionName=name, ReservedConcurrentExecutions=number)


def provision_all(aws: Account) -> None:
    """Leave no room for `$LATEST`: what is reserved is provisioned for version 1."""
    reserve(aws, 2)
    aws.call(
        "put_provisioned_concurrency_config", FunctionName="orders", Qualifier="1", ProvisionedConcurrentExecutions=2
    )


class Watch:
    """Seconds on the mock's clock since it was made."""

    def __init__(self, mock: LambdaMock) -> None:
        self._mock = mock
        self._began = mock.clock.time()

    def __call__(self) -> float:
        return round(self._mock.clock.time() - self._began, 3)


# Waiting for drain ----------------------------------------------------------------------------------------------------


@manual
def test_events_wait_until_they_are_drained(aws: Account, mock_lambda: LambdaMock) -> None:
    seen: list[Any] = []
    mock_lambda.function("orders", lambda event, context: seen.append(event))
    send(aws, {"number": 1})
    send(aws, {"number": 2})
    assert seen == []
    mock_lambda.drain()
    assert seen == [{"number": 1}, {"number": 2}]
    mock_lambda.drain()
    assert len(seen) == 2


@manual
def test_invoke_async_waits_as_well(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    aws.client.invoke_async(FunctionName="orders", InvokeArgs=b"{}")
    assert len(mock_lambda.invocations) == 0
    mock_lambda.drain()
    mock_lambda.invocations.assert_invoked("orders", times=1)


@manual
def test_requests_are_answered_while_events_wait(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: event["number"])
    send(aws, {"number": 1})
    assert json.load(aws.client.invoke(FunctionName="orders", Payload=b'{"number": 2}')["Payload"]) == 2
    assert [invocation.event["number"] for invocation in mock_lambda.drain()] == [1]


def test_an_eager_mock_has_nothing_to_drain(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    send(aws)
    assert list(mock_lambda.drain()) == []
    mock_lambda.invocations.assert_invoked("orders", times=1)


@manual
def test_moving_the_clock_runs_nothing(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    send(aws)
    mock_lambda.clock.advance(3600)
    assert len(mock_lambda.invocations) == 0
    mock_lambda.drain().assert_invoked("orders", times=1)


@manual
def test_an_event_that_was_not_drained_in_time_is_too_old(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None, DeadLetterConfig={"TargetArn": QUEUE})
    send(aws)
    mock_lambda.clock.advance(SIX_HOURS)
    assert list(mock_lambda.drain()) == []
    mock_lambda.deliveries.assert_delivered(QUEUE, condition="EventAgeExceeded", times=1)


@manual
def test_draining_passes_the_delays_and_gives_every_attempt(aws: Account, mock_lambda: LambdaMock) -> None:
    watch = Watch(mock_lambda)
    moments: list[float] = []

    def fail(event: Any, context: Any) -> None:
        moments.append(watch())
        raise ValueError

    mock_lambda.function("orders", fail)
    request_id = send(aws)
    attempts = mock_lambda.drain()
    assert moments == [0, 60, 180]
    assert [(attempt.attempt, attempt.request_id) for attempt in attempts] == [(n, request_id) for n in (1, 2, 3)]


@manual
def test_attempts_run_in_the_order_in_which_they_are_due(aws: Account, mock_lambda: LambdaMock) -> None:
    order: list[str] = []

    def handler(event: Any, context: Any) -> None:
        order.append(event["name"])
        if event["name"] in ("b", "a"):
            mock_lambda.clock.advance(1)
            raise ValueError

    mock_lambda.function("orders", handler)
    for name in ("b", "a", "c"):
        send(aws, {"name": name})
    mock_lambda.drain()
    assert order == ["b", "a", "c", "b", "a", "b", "a"]


@manual
def test_what_a_handler_sends_is_drained_too(aws: Account, mock_lambda: LambdaMock) -> None:
    def handler(event: Any, context: Any) -> None:
        if event["left"]:
            send(aws, {"left": event["left"] - 1})

    mock_lambda.function("orders", handler)
    send(aws, {"left": 3})
    assert [attempt.event["left"] for attempt in mock_lambda.drain()] == [3, 2, 1, 0]


@manual
def test_what_a_request_sends_waits(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("bills", returns=None)
    mock_lambda.function("orders", lambda event, context: send(aws, name="bills"))
    aws.client.invoke(FunctionName="orders")
    mock_lambda.invocations.assert_not_invoked("bills")
    mock_lambda.drain().assert_invoked("bills")


@manual
def test_destinations_are_drained_too(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("told", returns=None)
    mock_lambda.function("orders", returns="done")
    put(aws, DestinationConfig={"OnSuccess": {"Destination": aws.arn("told")}})
    send(aws)
    assert [attempt.function for attempt in mock_lambda.drain()] == ["orders", "told"]


@manual
def test_all_accounts_and_regions_have_one_queue(mock_lambda: LambdaMock, aws: Account) -> None:
    order: list[str] = []
    mock_lambda.function("orders", lambda event, context: order.append("here"))
    arn = mock_lambda.function("orders", lambda event, context: order.append("there"), region="eu-west-1")
    mock_lambda.function("bills", returns=None)
    put(aws, "bills", DestinationConfig={"OnSuccess": {"Destination": arn}})
    send(aws, name="bills")
    send(aws)
    mock_lambda.drain()
    assert order == ["here", "there"]


@manual
def test_events_that_wait_while_a_function_is_updated_run_the_new_code(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.create(code="def handler(event, context):\n    return 'old'\n")
    send(aws)
    aws.update_code("def handler(event, context):\n    return 'new'\n")
    assert [attempt.response for attempt in mock_lambda.drain()] == ["new"]


@manual
def test_events_that_wait_follow_the_alias_and_the_config_of_their_turn(aws: Account, mock_lambda: LambdaMock) -> None:
    aws.release("one", "two")
    aws.alias("live", "1")
    send(aws, name="orders:live")
    aws.call("update_alias", FunctionName="orders", Name="live", FunctionVersion="2")
    put(aws, "orders:live", DestinationConfig={"OnSuccess": {"Destination": QUEUE}})
    assert [attempt.response for attempt in mock_lambda.drain()] == ["two"]
    mock_lambda.deliveries.assert_delivered(QUEUE, qualifier="live")


@manual
def test_events_for_a_function_that_was_deleted_are_dropped(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None, DeadLetterConfig={"TargetArn": QUEUE})
    send(aws)
    aws.call("delete_function", FunctionName="orders")
    assert list(mock_lambda.drain()) == []
    assert list(mock_lambda.deliveries) == []


@manual
def test_a_handler_that_drains_the_queue_that_runs_it_is_told_so(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", lambda event, context: mock_lambda.drain())
    send(aws)
    with pytest.raises(LambdaMockError, match="orders asks for a queue to be drained that is being drained"):
        mock_lambda.drain()


@manual
def test_draining_gives_the_runs_of_events_and_no_others(aws: Account, mock_lambda: LambdaMock) -> None:
    def handler(event: Any, context: Any) -> None:
        with pytest.raises(LambdaMockError, match="is being drained"):
            mock_lambda.drain()
        aws.client.invoke(FunctionName="bills")

    mock_lambda.function("bills", returns=None)
    mock_lambda.function("orders", handler)
    for number in (1, 2):
        send(aws, number)
    assert [(attempt.function, attempt.event) for attempt in mock_lambda.drain()] == [("orders", 1), ("orders", 2)]
    mock_lambda.invocations.assert_invoked("bills", times=2)


@manual
def test_a_handler_that_was_waited_for_may_drain(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("bills", raises=ValueError)

    def handler(event: Any, context: Any) -> int:
        send(aws, name="bills")
        left = context.get_remaining_time_in_millis()
        assert len(mock_lambda.drain()) == 3
        return int(left - context.get_remaining_time_in_millis())

    mock_lambda.function("orders", handler)
    assert json.load(aws.client.invoke(FunctionName="orders")["Payload"]) < 1000


@manual
def test_what_the_test_is_told_leaves_the_rest_of_the_queue(aws: Account, mock_lambda: LambdaMock) -> None:
    seen: list[int] = []

    def handler(event: Any, context: Any) -> None:
        seen.append(event)
        if event == 1:
            pytest.fail("seen by the test")

    mock_lambda.function("orders", handler)
    for number in (1, 2):
        send(aws, number)
    with pytest.raises(pytest.fail.Exception, match="seen by the test"):
        mock_lambda.drain()
    assert [attempt.event for attempt in mock_lambda.drain()] == [2]


@manual
def test_two_threads_that_drain_share_the_events(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    for number in range(20):
        send(aws, number)
    with ThreadPoolExecutor(2) as pool:
        drained = [found.result(PATIENCE) for found in [pool.submit(mock_lambda.drain) for _ in range(2)]]
    assert sorted(attempt.event for attempts in drained for attempt in attempts) == list(range(20))


@manual
def test_events_come_from_any_thread(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: send(aws, number), range(40)))
    assert sorted(attempt.event for attempt in mock_lambda.drain()) == list(range(40))


# The end of the mock --------------------------------------------------------------------------------------------------


@manual
def test_the_picture_says_how_many_events_wait(aws: Account, mock_lambda: LambdaMock) -> None:
    mock_lambda.function("orders", returns=None, Publish=True)
    mock_lambda.function("bills", returns=None)
    assert "wait" not in mock_lambda.describe()
    for name in ("orders", "bills", "orders:1"):
        send(aws, name=name)
    picture = "\n".join(
        ["Events that wait for mock.drain():", f"  2 for {aws.arn('orders')}", f"  1 for {aws.arn('bills')}"]
    )
    assert mock_lambda.describe().endswith(f"\n\n{picture}")
    mock_lambda.drain()
    assert "wait" not in mock_lambda.describe()


def test_events_that_still_wait_when_a_mock_ends_are_dropped(aws: Account) -> None:
    with new_mock(async_mode="manual") as mock:
        mock.function("orders", returns=None)
        send(aws)
    assert "Events that still waited when the mock ended, and were dropped:\n  1 for arn:" in mock.describe()
    with pytest.raises(LambdaMockError, match="This mock has ended"):
        mock.drain()
    with mock:
        assert list(mock.drain()) == []
        assert "Events" not in mock.describe()
    assert len(mock.invocations) == 0


# What can't run now ---------------------------------------------------------------------------------------------------


@pytest.fixture
def told(mock_lambda: LambdaMock) -> list[Any]:
    """The records that come to the function `told`."""
    records: list[Any] = []
    mock_lambda.function("told", lambda event, context: records.append(event))
    return records


@pytest.mark.parametrize("age", [60, 3600, None])
@in_both_modes
def test_an_event_without_room_is_given_up_when_it_has_reached_its_age(
    aws: Account, mock_lambda: LambdaMock, told: list[Any], mode: str, age: int | None
) -> None:
    assert mock_lambda.config.async_mode == mode
    mock_lambda.function("orders", returns=None, Publish=True)
    provision_all(aws)
    settings: dict[str, Any] = {} if age is None else {"MaximumEventAgeInSeconds": age}
    put(aws, **settings, **failures_to(aws.arn("told")))
    watch = Watch(mock_lambda)
    request_id = send(aws, {"item": "honey"})
    mock_lambda.drain()
    assert watch() == age or SIX_HOURS
    assert told == [
        {
            "version": "1.0",
            "timestamp": told[0]["timestamp"],
            "requestContext": {
                "requestId": request_id,
                "functionArn": aws.arn(qualifier="$LATEST"),
                "condition": "EventAgeExceeded",
                "approximateInvokeCount": 0,
            },
            "requestPayload": {"item": "honey"},
        }
    ]
    mock_lambda.invocations.assert_not_invoked("orders")


@manual
def test_an_event_without_room_runs_when_there_is_some(aws: Account, mock_lambda: LambdaMock) -> None:
    watch = Watch(mock_lambda)
    moments: list[float] = []
    mock_lambda.function("orders", lambda event, context: moments.append(watch()), Publish=True)
    provision_all(aws)

    def make_room(event: Any, context: Any) -> None:
        if watch() < 60:
            raise ValueError
        reserve(aws, 3)

    mock_lambda.function("admin", make_room)
    send(aws)
    send(aws, name="admin")
    attempts = mock_lambda.drain()
    assert moments == [63]
    assert [(attempt.function, attempt.attempt) for attempt in attempts] == [
        ("admin", 1),
        ("admin", 2),
        ("orders", 1),
    ]


@manual
def test_a_throttled_try_is_no_attempt(aws: Account, mock_lambda: LambdaMock, told: list[Any]) -> None:
    watch = Watch(mock_lambda)

    def fail(event: Any, context: Any) -> None:
        raise ValueError

    mock_lambda.function("orders", fail, Publish=True)
    provision_all(aws)
    put(aws, **failures_to(aws.arn("told")))

    def make_room(event: Any, context: Any) -> None:
        if watch() < 180:
            raise ValueError
        reserve(aws, 3)

    mock_lambda.function("admin", make_room)
    send(aws)
    send(aws, name="admin")
    mock_lambda.drain()
    assert [record["requestContext"]["approximateInvokeCount"] for record in told] == [3]
    assert [attempt.attempt for attempt in mock_lambda.invocations.filter(function="orders")] == [1, 2, 3]


def test_an_event_without_room_in_the_account_waits_for_some(aws: Account, told: list[Any]) -> None:
    limits = {"concurrent_executions": 10, "unreserved_concurrent_executions": 0}
    with new_mock(limits=limits) as mock:
        mock.clock.freeze()
        mock.function("orders", returns=None, DeadLetterConfig={"TargetArn": QUEUE})
        mock.function("others", returns=None)
        reserve(aws, 10, "others")
        send(aws)
        mock.invocations.assert_not_invoked("orders")
        (delivery,) = mock.deliveries
    assert delivery.condition == "EventAgeExceeded"
    assert delivery.attributes == {
        "RequestID": delivery.request_id,
        "ErrorCode": "429",
        "ErrorMessage": "Rate Exceeded.",
    }


@manual
def test_with_one_run_reserved_an_event_that_a_run_sends_waits_for_its_end(
    aws: Account, mock_lambda: LambdaMock
) -> None:
    order: list[str] = []

    def handler(event: Any, context: Any) -> None:
        order.append(f"begin {event}")
        if event == 1:
            send(aws, 2)
            refusal = aws.refusal("invoke", FunctionName="orders")
            expected = aws.error("TooManyRequestsException", "Rate Exceeded.")
            assert refusal == expected | {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}
        order.append(f"end {event}")

    mock_lambda.function("orders", handler, Timeout=900)  # botocore's retries take their time
    reserve(aws, 1)
    send(aws, 1)
    mock_lambda.drain()
    assert order == ["begin 1", "end 1", "begin 2", "end 2"]


# Many -----------------------------------------------------------------------------------------------------------------


@pytest.mark.lambda_mock(async_mode="manual", seed=7)
def test_every_one_of_many_events_ends_in_exactly_one_destination(aws: Account, mock_lambda: LambdaMock) -> None:
    events = 5_000
    draws = random.Random(7)  # noqa: S311 - the same for every run
    succeeded: Counter[int] = Counter()
    failed: Counter[int] = Counter()

    def handler(event: int, context: Any) -> None:
        if draws.random() < 0.5:
            raise ValueError

    mock_lambda.function("orders", handler)
    mock_lambda.function("done", lambda event, context: succeeded.update([event["requestPayload"]]))
    mock_lambda.function("alarm", lambda event, context: failed.update([event["requestPayload"]]))
    destinations = {"OnSuccess": {"Destination": aws.arn("done")}, "OnFailure": {"Destination": aws.arn("alarm")}}
    put(aws, MaximumEventAgeInSeconds=SIX_HOURS, DestinationConfig=destinations)
    for number in range(events):
        send(aws, number)
    mock_lambda.drain()
    assert succeeded + failed == Counter(range(events))
    assert 0.1 < len(failed) / events < 0.15
    assert len(mock_lambda.deliveries) + mock_lambda.deliveries.dropped == events
