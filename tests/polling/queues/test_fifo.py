"""FIFO queues: a message waits until those before it in its group are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_mock.polling import batches
from tests.polling.queues.conftest import REPORTS, bodies_of, failing, reporting

if TYPE_CHECKING:
    import pytest

    from tests.polling.queues.conftest import Queues


def test_a_batch_may_have_messages_of_several_groups(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue("jobs.fifo")
    queues.send_to_group(jobs, "north", "1", "2")
    queues.send_to_group(jobs, "south", "1")
    queues.send_to_group(jobs, "north", "3")
    queues.map(jobs)
    assert orders.batches == [["1", "2", "1", "3"]]


def test_a_group_keeps_its_order_over_batches(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue("jobs.fifo")
    queues.send_to_group(jobs, "north", "1", "2", "3", "4", "5")
    queues.map(jobs, BatchSize=2)
    assert orders.batches == [["1", "2"], ["3", "4"], ["5"]]


def test_a_group_waits_for_its_messages_that_failed(queues: Queues) -> None:
    orders, jobs = queues.function(failing("1")), queues.queue("jobs.fifo")
    queues.send_to_group(jobs, "north", "1", "2")
    queues.send_to_group(jobs, "south", "a", "b")
    queues.map(jobs, BatchSize=1)
    assert orders.batches == [["1"], ["a"], ["b"]]
    assert queues.counts(jobs) == (1, 1)


def test_a_group_goes_on_when_what_failed_succeeds(queues: Queues) -> None:
    orders, jobs = queues.function(failing("1", times=1)), queues.queue("jobs.fifo")
    queues.send_to_group(jobs, "north", "1", "2")
    queues.map(jobs, BatchSize=1)
    queues.mock.clock.advance(30)
    assert orders.batches == [["1"], ["1"], ["2"]]


def test_a_group_goes_on_when_what_failed_is_a_dead_letter(queues: Queues) -> None:
    orders, jobs = queues.function(failing("1")), queues.with_dead_letters(2, "jobs.fifo")
    queues.send_to_group(jobs, "north", "1", "2")
    queues.map(jobs, BatchSize=1)
    assert orders.batches == [["1"], ["1"], ["2"]]
    assert queues.bodies(jobs.replace("jobs", "dead")) == ["1"]


def test_what_a_report_leaves_out_is_gone_even_behind_a_failure(queues: Queues) -> None:
    """It is for the function to stop at the first failure, and to name all that it hasn't done."""
    orders, jobs = queues.function(reporting("2")), queues.queue("jobs.fifo")
    queues.send_to_group(jobs, "north", "1", "2", "3")
    queues.map(jobs, **REPORTS)
    queues.mock.clock.advance(30)
    assert orders.batches == [["1", "2", "3"], ["2"]]


def test_a_group_whose_messages_the_test_has_received_waits(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue("jobs.fifo")
    queues.send_to_group(jobs, "north", "1")
    (message,) = queues.receive(jobs)
    queues.send_to_group(jobs, "north", "2")
    queues.send_to_group(jobs, "south", "a")
    queues.map(jobs)
    assert orders.batches == [["a"]]
    queues.sqs().delete_message(QueueUrl=queues.url(jobs), ReceiptHandle=message["ReceiptHandle"])
    assert orders.batches == [["a"], ["2"]]


def test_a_group_in_flight_is_closed_to_other_consumers(queues: Queues) -> None:
    jobs = queues.queue("jobs.fifo")
    received: list[Any] = []
    queues.function(lambda _: received.extend(queues.bodies(jobs)))
    queues.send_to_group(jobs, "north", "1", "2")
    queues.send_to_group(jobs, "south", "a")
    queues.map(jobs, BatchSize=1)
    assert received == ["a"]


def test_messages_that_didnt_fit_into_a_batch_that_fails_wait_for_it(
    queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were received with it, and would overtake it."""
    monkeypatch.setattr(batches, "LARGEST_EVENT", 700_000)
    bodies = [f"{place}{'x' * 100_000}" for place in range(8)]
    orders, jobs = queues.function(failing(bodies[0], times=1)), queues.queue("jobs.fifo")
    for body in bodies:
        queues.send_to_group(jobs, "north", body)
    queues.map(jobs)
    assert [[body[0] for body in batch] for batch in orders.batches] == [["0", "1", "2", "3", "4", "5"]]
    queues.mock.clock.advance(30)
    seen = [body[0] for event in orders.events[1:] for body in bodies_of(event)]
    assert seen == [str(place) for place in range(8)]
