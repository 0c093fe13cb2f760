"""Tumbling windows: what a function makes of one batch it is given with the next, until the window is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockWarning
from tests.polling.streams.conftest import NOW, data_of, failing, to

if TYPE_CHECKING:
    from tests.polling.streams.conftest import Handler, Streams

# The moment at which the tests begin is 20 s into a window of a minute.
START, END = "2033-05-18T03:33:00Z", "2033-05-18T03:34:00Z"


def counting(event: Any) -> Any:
    """Count by data what there has been in the window."""
    state = event["state"]
    for data in data_of(event):
        state[data] = state.get(data, 0) + 1
    return {"state": state}


def told(orders: Handler) -> list[Any]:
    """What each event says beside its records."""
    return [{name: value for name, value in event.items() if name != "Records"} for event in orders.events]


def window(arn: str, state: Any, *, final: bool = False, early: bool = False) -> Any:
    return {
        "window": {"start": START, "end": END},
        "state": state,
        "shardId": "shardId-000000000000",
        "eventSourceARN": arn,
        "isFinalInvokeForWindow": final,
        "isWindowTerminatedEarly": early,
    }


def test_the_state_goes_from_batch_to_batch_and_to_a_final_invocation(streams: Streams) -> None:
    orders = streams.function(counting)
    arn = streams.stream()
    streams.map(arn, TumblingWindowInSeconds=60)
    streams.put("a", "b")
    streams.put("a")
    streams.mock.clock.advance(39)
    assert orders.batches == [["a", "b"], ["a"]]
    streams.mock.clock.advance(1)
    assert orders.batches == [["a", "b"], ["a"], []]
    assert told(orders) == [
        window(arn, {}),
        window(arn, {"a": 1, "b": 1}),
        window(arn, {"a": 2, "b": 1}, final=True),
    ]


def test_the_next_window_begins_with_no_state(streams: Streams) -> None:
    orders = streams.function(counting)
    streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.mock.clock.advance(60)
    streams.put("b")
    assert [event["state"] for event in orders.events] == [{}, {"a": 1}, {}]
    assert orders.events[-1]["window"] == {"start": "2033-05-18T03:34:00Z", "end": "2033-05-18T03:35:00Z"}


def test_a_drain_waits_for_the_end_of_the_window(streams: Streams) -> None:
    orders = streams.function(counting)
    streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.mock.drain()
    assert [event["isFinalInvokeForWindow"] for event in orders.events] == [False, True]
    assert streams.mock.clock.time() == NOW + 40


@pytest.mark.lambda_mock(async_mode="manual")
def test_a_batch_has_the_records_of_one_window(streams: Streams) -> None:
    orders = streams.function(counting)
    streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.mock.clock.advance(60)
    streams.put("b")
    streams.mock.drain()
    assert orders.batches == [["a"], [], ["b"], []]
    assert [event["isFinalInvokeForWindow"] for event in orders.events] == [False, True, False, True]


def test_an_answer_without_a_state_is_a_failure(streams: Streams) -> None:
    orders = streams.function(lambda _: {"batchItemFailures": []})
    streams.map(
        streams.stream(), TumblingWindowInSeconds=60, MaximumRetryAttempts=1, DestinationConfig=to(streams.queue())
    )
    streams.put("a")
    assert orders.batches == [["a"], ["a"]]
    (body,) = streams.bodies()
    assert body["responseContext"]["functionError"] is None


def test_what_fails_does_not_change_the_state(streams: Streams) -> None:
    fails = {"b"}

    def answer(event: Any) -> Any:
        failing(fails)(event)
        return counting(event)

    orders = streams.function(answer)
    streams.map(streams.stream(), TumblingWindowInSeconds=60, BatchSize=1)
    streams.put("a", "b")
    fails.clear()
    streams.mock.clock.advance(1)
    assert [event["state"] for event in orders.events] == [{}, {"a": 1}, {"a": 1}]


def test_what_is_reported_to_have_succeeded_counts_in_the_state(streams: Streams) -> None:
    def answer(event: Any) -> Any:
        if len(event["Records"]) == 2:
            return {"state": {"first": True}, "batchItemFailures": [{"itemIdentifier": "2"}]}
        return counting(event)

    orders = streams.function(answer)
    streams.map(streams.stream(), TumblingWindowInSeconds=60, FunctionResponseTypes=["ReportBatchItemFailures"])
    streams.put("a", "b")
    assert orders.batches == [["a", "b"], ["b"]]
    assert [event["state"] for event in orders.events] == [{}, {"first": True}]


def test_a_state_that_is_too_large_ends_the_window_before_its_time(streams: Streams) -> None:
    def answer(event: Any) -> Any:
        return {"state": {"much": "x" * 1_048_576} if data_of(event) == ["a"] else {}}

    orders = streams.function(answer)
    streams.map(streams.stream(), TumblingWindowInSeconds=60, BatchSize=1)
    streams.put("a", "b")
    assert orders.batches == [["a"], [], ["b"]]
    assert [(event["isFinalInvokeForWindow"], event["isWindowTerminatedEarly"]) for event in orders.events] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert orders.events[2]["state"] == {}
    assert orders.events[2]["window"] == {"start": START, "end": END}


def test_what_is_left_of_a_batch_comes_in_a_new_window_when_the_state_was_too_large(streams: Streams) -> None:
    def answer(event: Any) -> Any:
        if data_of(event) == ["a", "b"]:
            return {"state": "x" * 1_048_577, "batchItemFailures": [{"itemIdentifier": "2"}]}
        return {"state": {}}

    orders = streams.function(answer)
    streams.map(streams.stream(), TumblingWindowInSeconds=60, FunctionResponseTypes=["ReportBatchItemFailures"])
    streams.put("a", "b")
    assert orders.batches == [["a", "b"], [], ["b"]]
    assert orders.events[2]["state"] == {}


def test_a_final_invocation_that_fails_holds_up_what_comes_behind_it(streams: Streams) -> None:
    final_fails = [True]

    def answer(event: Any) -> Any:
        if event["isFinalInvokeForWindow"] and final_fails:
            raise ValueError
        return counting(event)

    orders = streams.function(answer)
    streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.mock.clock.advance(60)
    streams.put("b")
    assert orders.batches == [["a"], []]
    final_fails.clear()
    streams.mock.clock.advance(1)
    assert orders.batches == [["a"], [], [], ["b"]]
    assert [event["state"] for event in orders.events] == [{}, {"a": 1}, {"a": 1}, {}]


def test_a_final_invocation_is_given_up_when_its_retries_are_exhausted(streams: Streams) -> None:
    def answer(event: Any) -> Any:
        if event["isFinalInvokeForWindow"]:
            raise ValueError
        return counting(event)

    orders = streams.function(answer)
    streams.map(streams.stream(), TumblingWindowInSeconds=60, MaximumRetryAttempts=1)
    streams.put("a")
    with pytest.warns(LambdaMockWarning, match="final invocation of .* is given up: its retries are exhausted"):
        streams.mock.drain()
    assert orders.batches == [["a"], [], []]


def test_a_final_invocation_is_given_up_when_it_gets_too_old(streams: Streams) -> None:
    streams.function(counting)
    streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.aws.delete_function(FunctionName="orders")
    with pytest.warns(LambdaMockWarning, match="final invocation of .* is given up: it has become too old"):
        streams.mock.drain()


def test_a_window_ends_with_its_shard(streams: Streams) -> None:
    orders = streams.function(counting)
    streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.client("kinesis").split_shard(
        StreamName="clicks", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127)
    )
    assert [event["isFinalInvokeForWindow"] for event in orders.events] == [False, True]


def test_a_window_ends_when_the_mapping_has_none_any_more(streams: Streams) -> None:
    orders = streams.function(counting)
    uuid = streams.map(streams.stream(), TumblingWindowInSeconds=60)
    streams.put("a")
    streams.aws.update_event_source_mapping(UUID=uuid, TumblingWindowInSeconds=0)
    assert [event["isFinalInvokeForWindow"] for event in orders.events] == [False, True]
    streams.put("b")
    assert list(orders.events[-1]) == ["Records"]
