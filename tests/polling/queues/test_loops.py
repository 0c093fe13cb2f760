"""A function whose messages lead back to itself is stopped, and its message stays in the queue."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockError
from lambda_mock.execution import runner

if TYPE_CHECKING:
    from tests.polling.queues.conftest import Queues

MOST = runner.MOST_RUNS_IN_A_LOOP


def test_a_function_that_sends_to_its_own_queue_is_stopped(queues: Queues) -> None:
    jobs = queues.with_dead_letters(2)
    orders = queues.function(lambda _: queues.send(jobs, "again"))
    queues.map(jobs)
    queues.send(jobs, "a")
    assert len(orders.events) == MOST
    assert queues.bodies(jobs.replace("jobs", "dead")) == ["again"]


def test_a_message_of_a_loop_stays_in_a_queue_without_dead_letters(queues: Queues) -> None:
    jobs = queues.queue()
    orders = queues.function(lambda _: queues.send(jobs, "again"))
    queues.map(jobs)
    queues.send(jobs, "a")
    assert (len(orders.events), queues.counts(jobs), queues.now) == (MOST, (0, 1), 0)


def test_a_loop_through_a_topic_is_stopped(queues: Queues) -> None:
    jobs, sns = queues.with_dead_letters(1), queues.client("sns")
    topic = sns.create_topic(Name="news")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=jobs, Attributes={"RawMessageDelivery": "true"})
    orders = queues.function(lambda _: sns.publish(TopicArn=topic, Message="again") and None)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert len(orders.events) == MOST
    assert queues.bodies(jobs.replace("jobs", "dead")) == ["again"]


def test_a_loop_through_a_destination_is_stopped(queues: Queues) -> None:
    """What Lambda tells of an event comes of that event's run."""
    jobs = queues.with_dead_letters(1)
    orders = queues.function(
        lambda event: (
            "Records" in event
            and queues.aws.invoke(FunctionName="orders", InvocationType="Event", Payload=b"{}")
            and None
        )
    )
    queues.aws.put_function_event_invoke_config(
        FunctionName="orders", DestinationConfig={"OnSuccess": {"Destination": jobs}}
    )
    queues.map(jobs)
    queues.send(jobs, "a")
    assert len(orders.events) == MOST


def test_a_loop_in_manual_mode_is_stopped(drained: Queues) -> None:
    jobs = drained.with_dead_letters(1)
    orders = drained.function(lambda _: drained.send(jobs, "again"))
    drained.map(jobs)
    drained.send(jobs, "a")
    assert orders.events == []
    drained.mock.drain()
    assert len(orders.events) == MOST


def test_a_batch_of_several_senders_counts_the_longest_chain(drained: Queues) -> None:
    jobs = drained.with_dead_letters(1)
    drained.function(lambda _: drained.send(jobs, "fresh"), "sender")

    def again(_: Any) -> None:
        if len(orders.events) > MOST + 4:
            return
        unrelated = threading.Thread(target=lambda: drained.aws.invoke(FunctionName="sender"))
        unrelated.start()
        unrelated.join()
        drained.send(jobs, "again")

    orders = drained.function(again)
    drained.map(jobs)
    drained.send(jobs, "a")
    drained.mock.drain()
    assert orders.batches == [["a"], *[["fresh", "again"]] * (MOST - 1)]


def test_messages_of_the_test_are_no_loop(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    for place in range(MOST + 1):
        queues.send(jobs, str(place))
    assert len(orders.events) == MOST + 1


def test_tries_of_one_message_are_no_loop(queues: Queues) -> None:
    def fails(_: Any) -> None:
        raise ValueError("intentional failure")

    orders, jobs = queues.function(fails), queues.with_dead_letters(MOST + 4)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert len(orders.events) == MOST + 4


def test_whoever_allows_an_endless_loop_is_told_so(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MOST_RUNS_IN_AN_ALLOWED_LOOP", 40)
    jobs = queues.queue()
    orders = queues.function(lambda _: queues.send(jobs, "again"))
    queues.aws.put_function_recursion_config(FunctionName="orders", RecursiveLoop="Allow")
    queues.map(jobs)
    with pytest.raises(LambdaMockError, match="has led back to itself 40 times"):
        queues.send(jobs, "a")
    assert (len(orders.events), queues.counts(jobs)) == (40, (0, 1))
