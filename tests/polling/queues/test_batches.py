"""How messages become batches: their number, their size, the time they are gathered for, and what filters leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock.polling.batches import LARGEST_EVENT, event, fitting, written
from tests.polling.queues.conftest import ORDERS, failing

if TYPE_CHECKING:
    from tests.polling.queues.conftest import Queues


def late(queues: Queues, *bodies: str, **members: Any) -> tuple[Any, str]:
    """A function and a queue that has these messages when it is mapped."""
    orders, jobs = queues.function(), queues.queue()
    for place in range(0, len(bodies), 10):
        queues.send(jobs, *bodies[place : place + 10])
    queues.map(jobs, **members)
    return orders, jobs


def test_a_batch_has_ten_messages_by_default(queues: Queues) -> None:
    orders, _ = late(queues, *map(str, range(23)))
    assert [len(batch) for batch in orders.batches] == [10, 10, 3]
    assert [body for batch in orders.batches for body in batch] == [str(place) for place in range(23)]


def test_a_batch_has_as_many_messages_as_its_mapping_says(queues: Queues) -> None:
    orders, _ = late(queues, "a", "b", "c", BatchSize=2)
    assert orders.batches == [["a", "b"], ["c"]]


def test_a_batching_window_is_waited_for(queues: Queues) -> None:
    orders, _ = late(queues, *map(str, range(23)), BatchSize=100, MaximumBatchingWindowInSeconds=20)
    assert [len(batch) for batch in orders.batches] == [23]
    assert queues.now == pytest.approx(20)


def test_a_full_batch_doesnt_wait_for_its_window(queues: Queues) -> None:
    orders, _ = late(queues, *map(str, range(12)), BatchSize=12, MaximumBatchingWindowInSeconds=20)
    assert ([len(batch) for batch in orders.batches], queues.now) == ([12], 0)


def test_messages_that_come_in_time_are_of_the_same_batch(drained: Queues) -> None:
    orders, jobs = drained.function(), drained.queue()
    drained.map(jobs, BatchSize=100, MaximumBatchingWindowInSeconds=20)
    drained.send(jobs, "a")
    drained.send(jobs, "b", "c")
    assert orders.batches == []
    drained.mock.drain()
    assert orders.batches == [["a", "b", "c"]]


def test_a_gathered_message_that_is_deleted_meanwhile_is_of_no_batch(drained: Queues) -> None:
    orders, jobs, other = drained.function(), drained.queue(), drained.queue("other")
    deleting = drained.function(lambda _: drained.sqs().purge_queue(QueueUrl=drained.url(jobs)) and None, "deletes")
    drained.map(jobs, MaximumBatchingWindowInSeconds=20)
    drained.map(other, "deletes")
    drained.send(jobs, "a")
    drained.sqs().send_message(QueueUrl=drained.url(other), MessageBody="go", DelaySeconds=10)
    drained.mock.drain()
    assert (deleting.batches, orders.batches) == ([["go"]], [])


def test_a_batch_is_no_larger_than_lambda_takes(queues: Queues) -> None:
    bodies = [f"{place}{'x' * 200_000}" for place in range(40)]
    orders, jobs = queues.function(), queues.queue()
    for body in bodies:
        queues.send(jobs, body)
    queues.map(jobs, BatchSize=100, MaximumBatchingWindowInSeconds=5)
    assert [body for batch in orders.batches for body in batch] == bodies
    first, _ = queues.mock.invocations
    assert len(first.payload) <= LARGEST_EVENT < len(first.payload) + 201_000
    # What didn't fit was received with the rest, and waits for more until its window is over.
    assert (len(orders.batches[1]), orders.receives, queues.now) == (9, ["1", "1"], pytest.approx(5))


def test_as_many_records_are_a_batch_as_fit() -> None:
    record = written({"body": "grüße"})
    around = len(event([]))
    most = (LARGEST_EVENT - around + 1) // (len(record) + 1)
    assert fitting([len(record)] * (most + 5), 10**9) == most
    assert len(event([record] * most)) <= LARGEST_EVENT < len(event([record] * (most + 1)))


def test_a_record_that_alone_is_too_large_is_a_batch_of_its_own() -> None:
    assert fitting([LARGEST_EVENT + 1, 1], 10) == 1
    assert fitting([1, LARGEST_EVENT + 1], 10) == 1


def test_a_batch_has_no_more_records_than_it_may() -> None:
    assert fitting([1] * 30, 10) == 10
    assert fitting([], 10) == 0


def test_an_event_is_the_records_as_json() -> None:
    records = [{"body": "ü\ud800"}, {"body": ""}]
    text = event([written(record) for record in records])
    assert json.loads(text.decode("utf-8", "surrogatepass")) == {"Records": records}


FILTER: Any = {"FilterCriteria": {"Filters": [{"Pattern": json.dumps({"body": {"kind": ["good"]}})}]}}
GOOD, BAD = '{"kind": "good"}', '{"kind": "bad"}'


def test_what_the_filters_leave_out_is_deleted(queues: Queues) -> None:
    orders, jobs = late(queues, BAD, GOOD, "no json", **FILTER)
    assert (orders.batches, queues.counts(jobs)) == ([[GOOD]], (0, 0))


def test_a_batch_is_filled_with_what_passes_the_filters(queues: Queues) -> None:
    orders, _ = late(queues, GOOD, BAD, GOOD, BAD, BAD, GOOD, BatchSize=2, **FILTER)
    assert orders.batches == [[GOOD, GOOD], [GOOD]]


def test_nothing_runs_where_nothing_passes_the_filters(queues: Queues) -> None:
    orders, jobs = late(queues, *[BAD] * 15, **FILTER)
    assert (orders.batches, queues.counts(jobs)) == ([], (0, 0))


def test_what_the_filters_leave_out_is_on_record(queues: Queues) -> None:
    late(queues, BAD, GOOD, **FILTER)
    (left_out,) = queues.mock.deliveries.filter(kind="discarded")
    assert (left_out.condition, left_out.target, left_out.error) == ("FilteredOut", "", None)
    assert (f"{ORDERS}:{left_out.qualifier}", left_out.record["body"]) == (f"{ORDERS}:$LATEST", BAD)
    assert left_out.request_id == left_out.record["messageId"]
    assert left_out.record["eventSource"] == "aws:sqs"


def test_filters_that_change_count_for_what_comes_then(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    uuid = queues.map(jobs, **FILTER)
    queues.send(jobs, BAD)
    queues.aws.update_event_source_mapping(UUID=uuid, FilterCriteria={"Filters": []})
    queues.send(jobs, BAD)
    assert orders.batches == [[BAD]]


def test_a_batch_of_a_window_is_tried_again_with_the_rest(queues: Queues) -> None:
    orders, jobs = queues.function(failing(times=1)), queues.with_dead_letters(3)
    queues.map(jobs, MaximumBatchingWindowInSeconds=20)
    queues.send(jobs, "a")
    assert (orders.receives, queues.now) == (["1", "2"], pytest.approx(50))


@pytest.mark.parametrize("visibility_timeout", [5, 60])
def test_a_window_that_is_as_long_as_the_visibility_timeout_or_longer_ends_in_one_run(
    queues: Queues, visibility_timeout: int
) -> None:
    orders = queues.function()
    jobs = queues.queue(VisibilityTimeout=visibility_timeout)
    queues.map(jobs, MaximumBatchingWindowInSeconds=60)
    queues.send(jobs, "a")
    queues.mock.drain()
    assert (orders.batches, orders.receives) == ([["a"]], ["1"])
    assert queues.counts(jobs) == (0, 0)
