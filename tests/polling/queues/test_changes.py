"""Mappings, functions and queues that change while messages come, in the midst of a run too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from lambda_mock import mock_lambda
from tests.polling.queues.conftest import ACCOUNT, REGION, REPORTS, failing, reporting

if TYPE_CHECKING:
    from tests.polling.queues.conftest import Queues


def test_a_mapping_that_is_switched_off_reads_nothing_until_it_is_on_again(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    uuid = queues.map(jobs, Enabled=False)
    queues.send(jobs, "a")
    assert (orders.events, queues.counts(jobs)) == ([], (1, 0))
    queues.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert orders.batches == [["a"]]


def test_a_mapping_that_is_deleted_reads_nothing(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.aws.delete_event_source_mapping(UUID=queues.map(jobs))
    queues.send(jobs, "a")
    assert (orders.events, queues.counts(jobs)) == ([], (1, 0))


def test_an_alias_leads_to_wherever_it_points_when_a_batch_runs(queues: Queues) -> None:
    first = queues.function()
    queues.aws.publish_version(FunctionName="orders")
    second = queues.function()
    queues.aws.publish_version(FunctionName="orders")
    queues.aws.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    jobs = queues.queue()
    queues.map(jobs, "orders:live")
    queues.send(jobs, "a")
    queues.aws.update_alias(FunctionName="orders", Name="live", FunctionVersion="2")
    queues.send(jobs, "b")
    queues.aws.update_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    queues.send(jobs, "c")
    assert (first.batches, second.batches) == ([["a"], ["c"]], [["b"]])
    assert {(run.qualifier, run.version) for run in queues.mock.invocations} == {("live", "1"), ("live", "2")}


def test_a_weighted_alias_draws_for_each_batch(queues: Queues) -> None:
    first = queues.function()
    queues.aws.publish_version(FunctionName="orders")
    second = queues.function()
    queues.aws.publish_version(FunctionName="orders")
    weights = {"AdditionalVersionWeights": {"2": 0.5}}
    queues.aws.create_alias(FunctionName="orders", Name="live", FunctionVersion="1", RoutingConfig=weights)
    jobs = queues.queue()
    queues.map(jobs, "orders:live", BatchSize=1)
    queues.send(jobs, *map(str, range(10)))
    queues.send(jobs, *map(str, range(10)))
    assert len(first.events) + len(second.events) == 20
    assert min(len(first.events), len(second.events)) > 3


def test_a_mapping_moves_to_another_function_at_the_next_batch(queues: Queues) -> None:
    orders, bills, jobs = queues.function(), queues.function(name="bills"), queues.queue()
    uuid = queues.map(jobs)
    queues.send(jobs, "a")
    queues.aws.update_event_source_mapping(UUID=uuid, FunctionName="bills")
    queues.send(jobs, "b")
    assert (orders.batches, bills.batches) == ([["a"]], [["b"]])


def test_a_batch_that_failed_is_run_by_the_function_that_is_mapped_by_then(queues: Queues) -> None:
    orders, bills, jobs = queues.function(failing()), queues.function(name="bills"), queues.queue()
    uuid = queues.map(jobs)
    queues.send(jobs, "a")
    queues.aws.update_event_source_mapping(UUID=uuid, FunctionName="bills")
    queues.mock.clock.advance(30)
    assert (orders.receives, bills.receives) == (["1"], ["2"])


def test_mappings_of_one_queue_share_its_messages(queues: Queues) -> None:
    orders, bills, jobs = queues.function(), queues.function(name="bills"), queues.queue()
    queues.send(jobs, *"abcd")
    queues.map(jobs, "orders", BatchSize=1, Enabled=False)
    uuid = queues.map(jobs, "bills", BatchSize=1, Enabled=False)
    for mapping in queues.aws.list_event_source_mappings()["EventSourceMappings"]:
        queues.aws.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    queues.send(jobs, *"efgh")
    assert uuid
    assert sorted(body for each in (orders, bills) for batch in each.batches for body in batch) == list("abcdefgh")
    assert orders.events
    assert bills.events


def test_a_handler_may_delete_its_own_mapping(queues: Queues) -> None:
    jobs = queues.queue()
    orders = queues.function(lambda _: queues.aws.delete_event_source_mapping(UUID=uuid) and None)
    queues.send(jobs, "a", "b")
    uuid = ""
    uuid = queues.map(jobs, BatchSize=1, Enabled=False)
    queues.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert orders.batches == [["a"]]
    assert queues.counts(jobs) == (1, 0)
    assert queues.aws.list_event_source_mappings()["EventSourceMappings"] == []


def test_a_handler_may_switch_its_own_mapping_off(queues: Queues) -> None:
    jobs = queues.queue()
    orders = queues.function(lambda _: queues.aws.update_event_source_mapping(UUID=uuid, Enabled=False) and None)
    queues.send(jobs, "a", "b")
    uuid = queues.map(jobs, BatchSize=1, Enabled=False)
    queues.aws.update_event_source_mapping(UUID=uuid, Enabled=True)
    assert (orders.batches, queues.counts(jobs)) == ([["a"]], (1, 0))


def test_a_handler_may_delete_its_own_function(queues: Queues) -> None:
    jobs = queues.queue()
    orders = queues.function(lambda _: queues.aws.delete_function(FunctionName="orders") and None)
    queues.send(jobs, "a", "b")
    queues.map(jobs, BatchSize=1)
    assert (orders.batches, queues.counts(jobs)) == ([["a"]], (1, 0))


def test_messages_wait_for_an_alias_that_comes_again(queues: Queues) -> None:
    orders, jobs = queues.function(Publish=True), queues.queue()
    alias = {"FunctionName": "orders", "Name": "live", "FunctionVersion": "1"}
    queues.aws.create_alias(**alias)
    queues.map(jobs, "orders:live")
    queues.aws.delete_alias(FunctionName="orders", Name="live")
    queues.send(jobs, "a")
    assert (orders.events, queues.counts(jobs)) == ([], (1, 0))
    queues.aws.create_alias(**alias)
    assert (orders.batches, queues.counts(jobs)) == ([["a"]], (0, 0))


def test_a_handler_may_delete_its_own_queue(queues: Queues) -> None:
    jobs = queues.queue()
    orders = queues.function(lambda _: queues.sqs().delete_queue(QueueUrl=queues.url(jobs)) and None)
    queues.send(jobs, "a", "b")
    uuid = queues.map(jobs, BatchSize=1)
    assert orders.batches == [["a"]]
    assert queues.aws.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"


def test_a_mapping_reads_a_queue_of_its_name_that_comes_again(queues: Queues) -> None:
    orders, jobs = queues.function(failing("a")), queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    queues.sqs().delete_queue(QueueUrl=queues.url(jobs))
    queues.queue()
    queues.send(jobs, "b")
    queues.mock.clock.advance(60)
    assert orders.batches == [["a"], ["b"]]


def test_what_a_handler_sends_is_handled_when_its_run_is_over(queues: Queues) -> None:
    jobs, order = queues.queue(), []
    other = queues.queue("other")

    def first(_: Any) -> None:
        queues.send(other, "b")
        order.append("first")

    queues.function(first)
    queues.function(lambda _: order.append("second"), "bills")
    queues.map(jobs)
    queues.map(other, "bills")
    queues.send(jobs, "a")
    assert order == ["first", "second"]


def test_the_description_tells_what_is_in_a_queue(queues: Queues) -> None:
    queues.function(failing("a"))
    jobs = queues.queue()
    queues.map(jobs, BatchSize=1)
    queues.send(jobs, "a")
    assert "\n  SQS jobs ──▶ orders: 1 in flight, until 30.0 s from now" in queues.mock.describe()
    queues.aws.delete_function(FunctionName="orders")
    queues.send(jobs, "b", "c")
    assert "\n  SQS jobs ──▶ orders: 2 to be received, and there is no function" in queues.mock.describe()


def test_the_description_tells_what_waits_to_be_drained(drained: Queues) -> None:
    drained.function()
    jobs = drained.queue()
    drained.map(jobs)
    drained.send(jobs, "a")
    assert "\n  SQS jobs ──▶ orders: 1 to be received" in drained.mock.describe()
    drained.mock.drain()
    assert "SQS jobs ──▶ orders: " not in drained.mock.describe()


def test_the_description_tells_why_a_batch_was_refused(queues: Queues) -> None:
    queues.function()
    queues.aws.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    jobs = queues.queue()
    queues.map(jobs)
    queues.send(jobs, "a")
    assert "1 in flight, until 30.0 s from now, refused: TooManyRequestsException: Rate" in queues.mock.describe()


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (failing("a"), "the last run failed"),
        (reporting("a"), "the last answer names them as failed"),
        (lambda _: "done", "the last answer isn't one that Lambda can read, so all of its batch has failed"),
        (
            lambda _: {"batchItemFailures": [{"itemIdentifier": "other"}]},
            "the last answer names what isn't in its batch, so all of it has failed",
        ),
    ],
)
def test_the_description_tells_why_messages_come_back(queues: Queues, answers: Any, why: str) -> None:
    queues.function(answers)
    jobs = queues.queue()
    queues.map(jobs, **REPORTS)
    queues.send(jobs, "a")
    assert queues.mock.describe().endswith(f"SQS jobs ──▶ orders: 1 in flight, until 30.0 s from now, {why}")


def test_the_description_tells_that_nobody_reads_for_a_mapping_that_is_disabled(queues: Queues) -> None:
    queues.function()
    jobs = queues.queue()
    queues.aws.update_event_source_mapping(UUID=queues.map(jobs), Enabled=False)
    queues.send(jobs, "a")
    assert queues.mock.describe().endswith("SQS jobs ──▶ orders: 1 to be received, and the mapping is disabled")


def test_the_description_tells_what_was_in_a_queue_of_a_moto_that_has_ended() -> None:
    with mock_lambda() as mock:
        mock.function("orders", raises=ValueError("no honey"))
        with mock_aws():
            sqs = boto3.client("sqs", region_name=REGION)
            url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
            aws = boto3.client("lambda", region_name=REGION)
            aws.create_event_source_mapping(
                FunctionName="orders", EventSourceArn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"
            )
            mock.clock.freeze()
            sqs.send_message(QueueUrl=url, MessageBody="a")
        assert mock.describe().endswith("SQS jobs ──▶ orders: 1 in flight, until 30.0 s from now, the last run failed")
