"""What becomes of messages whose batch fails: they come back after their visibility timeout, until they are dead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lambda_mock import LambdaMockWarning
from tests.polling.queues.conftest import REPORTS, bodies_of, failing, reporting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.polling.queues.conftest import Queues


def dead(queue_arn: str) -> str:
    return queue_arn.replace("jobs", "dead")


def test_what_succeeds_is_deleted(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a", "b")
    assert orders.batches == [["a", "b"]]
    assert queues.counts(jobs) == (0, 0)


def test_any_answer_is_a_success_where_no_reports_are_expected(queues: Queues) -> None:
    queues.function(reporting("a"))
    jobs = queues.queue()
    queues.map(jobs)
    with pytest.warns(LambdaMockWarning, match=r"lacks FunctionResponseTypes=\['ReportBatchItemFailures'\]"):
        queues.send(jobs, "a")
    assert queues.counts(jobs) == (0, 0)


def test_answers_that_name_no_message_of_the_batch_are_nobodys_mistake(queues: Queues) -> None:
    answers: Iterator[Any] = iter([{"batchItemFailures": []}, {"batchItemFailures": [{"itemIdentifier": "other"}]}])
    queues.function(lambda _: next(answers))
    jobs = queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.send(jobs, "b")
    assert queues.counts(jobs) == (0, 0)


def test_all_messages_of_a_batch_that_fails_stay_in_flight(queues: Queues) -> None:
    orders, jobs = queues.function(failing("a")), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a", "b")
    assert (orders.batches, queues.counts(jobs), queues.now) == ([["a", "b"]], (0, 2), 0)


def test_a_batch_that_failed_is_tried_again_after_the_visibility_timeout(queues: Queues) -> None:
    orders, jobs = queues.function(failing(times=1)), queues.queue(VisibilityTimeout=40)
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(39)
    assert len(orders.events) == 1
    queues.mock.clock.advance(1)
    assert orders.receives == ["1", "2"]
    assert queues.counts(jobs) == (0, 0)


def test_a_dead_letter_queue_gets_what_was_received_as_often_as_it_says(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.with_dead_letters(2)
    queues.map(jobs, BatchSize=1)
    queues.send(jobs, '{"fail_attempts": 2}')
    assert orders.receives == ["1", "2"]
    assert (queues.bodies(dead(jobs)), queues.counts(jobs)) == (['{"fail_attempts": 2}'], (0, 0))
    assert queues.now == pytest.approx(60)


def test_retries_that_a_redrive_policy_counts_happen_before_the_sending_call_returns(queues: Queues) -> None:
    orders, jobs = queues.function(failing(times=2)), queues.with_dead_letters(3, VisibilityTimeout=45)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert (orders.receives, queues.now) == (["1", "2", "3"], pytest.approx(90))
    assert (queues.bodies(dead(jobs)), queues.counts(jobs)) == ([], (0, 0))


def test_a_dead_letter_queue_that_is_gone_gets_nothing(queues: Queues) -> None:
    orders, jobs = queues.function(failing()), queues.with_dead_letters(1)
    queues.map(jobs)
    queues.sqs().delete_queue(QueueUrl=queues.url(dead(jobs)))
    queues.send(jobs, "a")
    queues.mock.clock.advance(30)
    assert (orders.receives, queues.counts(jobs)) == (["1", "2"], (0, 1))


def test_an_empty_redrive_policy_counts_nothing(queues: Queues) -> None:
    queues.function(failing())
    jobs = queues.with_dead_letters(1)
    queues.sqs().set_queue_attributes(QueueUrl=queues.url(jobs), Attributes={"RedrivePolicy": ""})
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(30)
    assert (queues.bodies(dead(jobs)), queues.counts(jobs)) == ([], (0, 1))


def test_only_what_a_report_names_comes_back(queues: Queues) -> None:
    orders, jobs = queues.function(reporting("b")), queues.with_dead_letters(2)
    queues.map(jobs, **REPORTS)
    queues.send(jobs, "a", "b", "c")
    assert orders.batches == [["a", "b", "c"], ["b"]]
    assert queues.bodies(dead(jobs)) == ["b"]


def test_all_messages_come_back_when_a_reporting_function_fails(queues: Queues) -> None:
    queues.function(failing())
    jobs = queues.with_dead_letters(1)
    queues.map(jobs, **REPORTS)
    queues.send(jobs, "{not a json body", '{"message": 2}')
    assert queues.bodies(dead(jobs)) == ["{not a json body", '{"message": 2}']


@pytest.mark.parametrize("answer", [None, {}, [], "", {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_a_report_that_names_nothing_is_a_success(queues: Queues, answer: Any) -> None:
    queues.function(lambda _: answer)
    jobs = queues.with_dead_letters(1)
    queues.map(jobs, **REPORTS)
    queues.send(jobs, "a", "b")
    assert (queues.bodies(dead(jobs)), queues.counts(jobs)) == ([], (0, 0))


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"itemIdentifier": 7}]},
        {"batchItemFailures": [{"itemIdentifier": "unknown"}]},
        {"batchItemFailures": [{"wrong": "key"}]},
        {"batchItemFailures": "all"},
        {"batchItemFailures": {}},
        "(^_^)",
        42,
    ],
    ids=json.dumps,
)
def test_a_report_that_lambda_cant_read_is_the_failure_of_all(queues: Queues, answer: Any) -> None:
    queues.function(lambda _: answer)
    jobs = queues.with_dead_letters(1)
    queues.map(jobs, **REPORTS)
    queues.send(jobs, "a", "b")
    assert queues.bodies(dead(jobs)) == ["a", "b"]


def test_a_run_that_takes_too_long_fails(queues: Queues) -> None:
    queues.function(lambda _: queues.mock.clock.advance(4), Timeout=3)
    jobs = queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    assert queues.mock.invocations[0].function_error == "Unhandled"
    assert queues.counts(jobs) == (0, 1)


def test_the_visibility_timeout_begins_when_a_message_is_received(queues: Queues) -> None:
    def slow(_: Any) -> None:
        queues.mock.clock.advance(2)
        raise ValueError("intentional failure")

    orders, jobs = queues.function(slow), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(27)
    assert len(orders.events) == 1
    queues.mock.clock.advance(1)
    assert len(orders.events) == 2


def test_a_handler_may_delete_what_it_has_done_by_itself(queues: Queues) -> None:
    def half(event: Any) -> None:
        record = event["Records"][0]
        queues.sqs().delete_message(QueueUrl=queues.url(jobs), ReceiptHandle=record["receiptHandle"])
        raise ValueError("intentional failure")

    jobs = queues.with_dead_letters(1)
    queues.function(half)
    queues.map(jobs)
    queues.send(jobs, "a", "b")
    assert queues.bodies(dead(jobs)) == ["b"]


def test_a_handler_may_delete_everything_and_succeed(queues: Queues) -> None:
    def everything(event: Any) -> None:
        for record in event["Records"]:
            queues.sqs().delete_message(QueueUrl=queues.url(jobs), ReceiptHandle=record["receiptHandle"])

    jobs = queues.queue()
    orders = queues.function(everything)
    queues.map(jobs)
    queues.send(jobs, "a", "b")
    assert (orders.batches, queues.counts(jobs)) == ([["a", "b"]], (0, 0))


def test_a_message_that_lambda_has_deleted_can_be_deleted_again(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    handle = orders.events[0]["Records"][0]["receiptHandle"]
    answer = queues.sqs().delete_message(QueueUrl=queues.url(jobs), ReceiptHandle=handle)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_handler_may_choose_when_its_message_comes_back(queues: Queues) -> None:
    """It sets the visibility timeout of its message, and fails."""

    def patient(event: Any) -> None:
        handle = event["Records"][0]["receiptHandle"]
        queues.sqs().change_message_visibility(QueueUrl=queues.url(jobs), ReceiptHandle=handle, VisibilityTimeout=300)
        raise ValueError("intentional failure")

    jobs = queues.queue()
    orders = queues.function(patient)
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(290)
    assert len(orders.events) == 1
    queues.mock.clock.advance(10)
    assert len(orders.events) == 2


def test_a_dead_letter_queue_can_be_mapped_itself(queues: Queues) -> None:
    queues.function(failing(), "fails")
    orders, jobs = queues.function(), queues.with_dead_letters(1)
    queues.map(jobs, "fails")
    queues.map(dead(jobs))
    queues.send(jobs, "a", "b")
    assert orders.batches == [["a", "b"]]
    assert queues.counts(dead(jobs)) == (0, 0)


def test_an_error_that_speaks_to_the_test_reaches_it_and_leaves_the_message_in_flight(queues: Queues) -> None:
    queues.function()
    jobs = queues.queue()
    queues.map(jobs)
    with queues.mock.override("orders", lambda *_: pytest.fail("seen")), pytest.raises(pytest.fail.Exception):
        queues.send(jobs, "a")
    assert queues.counts(jobs) == (0, 1)
    queues.mock.clock.advance(30)
    assert queues.counts(jobs) == (0, 0)


def test_a_mapping_without_reserved_concurrency_for_its_function_keeps_its_messages(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert (orders.events, queues.counts(jobs), queues.now) == ([], (0, 1), 0)


def test_a_throttled_batch_is_tried_again_without_being_received_again(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.aws.delete_function_concurrency(FunctionName="orders")
    queues.mock.clock.advance(1)
    assert (orders.receives, queues.counts(jobs)) == (["1"], (0, 0))


def test_tries_at_a_throttled_batch_are_ever_further_apart(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.mock.clock.advance(1)
    queues.aws.delete_function_concurrency(FunctionName="orders")
    queues.mock.clock.advance(1)
    assert orders.events == []
    queues.mock.clock.advance(1)
    assert orders.receives == ["1"]


def test_a_throttled_batch_is_received_anew_after_its_visibility_timeout(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.aws.delete_function_concurrency(FunctionName="orders")
    queues.mock.clock.advance(30)
    assert orders.receives == ["2"]


def test_throttled_messages_become_dead_letters(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.with_dead_letters(2)
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert (orders.events, queues.bodies(dead(jobs))) == ([], ["a"])
    assert queues.now == pytest.approx(60)


def test_a_function_that_is_busy_with_the_sender_runs_when_that_has_ended(queues: Queues) -> None:
    jobs = queues.with_dead_letters(1)

    def sends(event: Any) -> None:
        if "Records" not in event:
            queues.send(jobs, "a")

    orders = queues.function(sends)
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=1)
    queues.map(jobs)
    queues.aws.invoke(FunctionName="orders", Payload=b"{}")
    assert [bodies_of(event) for event in orders.events[1:]] == [["a"]]
    assert queues.bodies(dead(jobs)) == []


def test_a_mapping_whose_function_is_gone_reads_nothing(queues: Queues) -> None:
    queues.function()
    jobs = queues.with_dead_letters(1)
    uuid = queues.map(jobs)
    queues.aws.delete_function(FunctionName="orders")
    queues.send(jobs, "a")
    assert queues.aws.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"
    assert queues.counts(jobs) == (1, 0)


def test_a_mapping_whose_function_is_back_goes_on(queues: Queues) -> None:
    queues.function()
    jobs = queues.queue()
    queues.map(jobs)
    queues.aws.delete_function(FunctionName="orders")
    queues.send(jobs, "a")
    orders = queues.function()
    queues.mock.clock.advance(1)
    assert orders.batches == [["a"]]


def test_a_mapping_of_an_alias_that_is_gone_reads_nothing(queues: Queues) -> None:
    queues.function()
    jobs = queues.queue()
    queues.aws.publish_version(FunctionName="orders")
    queues.aws.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    queues.map(jobs, "orders:live")
    queues.aws.delete_alias(FunctionName="orders", Name="live")
    queues.send(jobs, "a")
    assert queues.counts(jobs) == (1, 0)


def test_a_function_whose_key_is_gone_is_tried_again(queues: Queues) -> None:
    kms = queues.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    jobs = queues.queue()
    orders = queues.function(KMSKeyArn=key, Environment={"Variables": {"PLACE": "north"}})
    queues.map(jobs)
    kms.disable_key(KeyId=key.rpartition("/")[2])
    queues.send(jobs, "a")
    assert (orders.events, queues.counts(jobs)) == ([], (0, 1))
    kms.enable_key(KeyId=key.rpartition("/")[2])
    queues.mock.clock.advance(1)
    assert orders.receives == ["1"]
