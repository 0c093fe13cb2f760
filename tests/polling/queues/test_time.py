"""Delays, visibility timeouts and retention pass on the mock's clock, for the test's own consumers too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import mock_lambda
from tests.polling.queues.conftest import beside_moto, failing

if TYPE_CHECKING:
    from tests.polling.queues.conftest import Queues

FOUR_DAYS = 4 * 86_400


def test_a_delayed_message_is_waited_for(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a", DelaySeconds=90)
    assert (orders.batches, queues.now) == ([["a"]], pytest.approx(90, abs=5))


def test_a_delay_of_the_queue_is_waited_for(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue(DelaySeconds=60)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert (orders.batches, queues.now) == ([["a"]], pytest.approx(60, abs=5))


def test_in_manual_mode_a_delayed_message_waits_for_the_drain(drained: Queues) -> None:
    orders, jobs = drained.function(), drained.queue()
    drained.map(jobs)
    drained.send(jobs, "a", DelaySeconds=90)
    drained.mock.clock.advance(100)
    assert orders.events == []
    (run,) = drained.mock.drain()
    assert (run.source_arn, orders.batches) == (jobs, [["a"]])


def test_a_drain_waits_for_what_is_delayed(drained: Queues) -> None:
    orders, jobs = drained.function(), drained.queue()
    drained.map(jobs)
    drained.send(jobs, "a", DelaySeconds=90)
    drained.mock.drain()
    assert (orders.batches, drained.now) == ([["a"]], pytest.approx(90, abs=5))


def test_what_a_consumer_of_the_tests_own_has_received_is_not_waited_for(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.send(jobs, "a")
    (message,) = queues.receive(jobs)
    queues.map(jobs)
    assert (orders.events, queues.now) == ([], 0)
    queues.sqs().delete_message(QueueUrl=queues.url(jobs), ReceiptHandle=message["ReceiptHandle"])
    queues.mock.clock.advance(60)
    assert orders.events == []


def test_what_a_consumer_of_the_tests_own_lets_go_reaches_the_function(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.send(jobs, "a")
    queues.receive(jobs)
    queues.map(jobs)
    queues.mock.clock.advance(31)
    assert orders.receives == ["2"]


def test_what_a_consumer_of_the_tests_own_gives_back_reaches_the_function(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.send(jobs, "a")
    (message,) = queues.receive(jobs)
    queues.map(jobs)
    queues.sqs().change_message_visibility(
        QueueUrl=queues.url(jobs), ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
    )
    queues.mock.clock.advance(0.001)
    assert orders.receives == ["2"]


def test_what_is_in_flight_is_hidden_from_other_consumers(queues: Queues) -> None:
    jobs = queues.queue()
    received: list[Any] = []
    queues.function(lambda _: received.append(queues.receive(jobs)))
    queues.map(jobs)
    queues.send(jobs, "a")
    assert received == [[]]


def test_a_mapping_that_is_switched_off_leaves_what_failed_to_others(queues: Queues) -> None:
    queues.function(failing())
    jobs = queues.queue()
    uuid = queues.map(jobs)
    queues.send(jobs, "a")
    queues.aws.update_event_source_mapping(UUID=uuid, Enabled=False)
    queues.mock.clock.advance(29)
    assert queues.bodies(jobs) == []
    queues.mock.clock.advance(1)
    assert queues.bodies(jobs) == ["a"]


def test_a_mapping_that_is_deleted_leaves_what_failed_to_others(queues: Queues) -> None:
    queues.function(failing())
    jobs = queues.queue()
    uuid = queues.map(jobs)
    queues.send(jobs, "a")
    queues.aws.delete_event_source_mapping(UUID=uuid)
    queues.mock.clock.advance(30)
    assert queues.bodies(jobs) == ["a"]


def test_a_message_that_always_fails_is_tried_once_whenever_the_test_lets_time_pass(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    for tries in (1, 2, 3):
        assert (len(orders.events), queues.now) == (tries, pytest.approx(30 * (tries - 1)))
        queues.mock.clock.advance(30)


def test_draining_doesnt_try_for_days_what_always_fails(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    assert list(queues.mock.drain()) == []
    assert (len(orders.events), queues.now, queues.counts(jobs)) == (1, 0, (0, 1))


def test_a_visibility_timeout_of_nothing_doesnt_go_on_for_ever(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.queue()
    queues.map(jobs)
    queues.sqs().set_queue_attributes(QueueUrl=queues.url(jobs), Attributes={"VisibilityTimeout": "0"})
    queues.send(jobs, "a")
    assert orders.receives == ["1"]
    queues.mock.clock.advance(1)
    assert orders.receives == ["1", "2"]


def test_a_message_that_is_too_old_is_discarded(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(FOUR_DAYS)
    assert (len(orders.events), queues.counts(jobs)) == (1, (0, 0))
    (discarded,) = queues.mock.deliveries
    assert (discarded.kind, discarded.condition) == ("discarded", "MessageRetentionPeriodExceeded")
    assert discarded.record["body"] == "a"


def test_a_message_is_as_old_as_its_queue_lets_it_be(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.queue(MessageRetentionPeriod=60)
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(30)
    assert len(orders.events) == 2
    queues.mock.clock.advance(30)
    assert (len(orders.events), queues.counts(jobs)) == (2, (0, 0))


def test_a_message_that_waited_for_its_mapping_for_too_long_is_discarded(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.send(jobs, "a")
    queues.mock.clock.advance(FOUR_DAYS)
    queues.send(jobs, "b")
    queues.map(jobs)
    assert orders.batches == [["b"]]


def test_an_observed_mapping_reads_once_it_is_enabled() -> None:
    with mock_lambda(lifecycle="observed") as mock, beside_moto(mock) as queues:
        orders, jobs = queues.function(), queues.queue()
        queues.aws.get_function(FunctionName="orders")
        uuid = queues.map(jobs)
        queues.send(jobs, "a")
        assert orders.events == []
        queues.aws.get_event_source_mapping(UUID=uuid)
        assert orders.batches == [["a"]]
