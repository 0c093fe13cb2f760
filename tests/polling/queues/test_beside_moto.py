"""Queues are moto's: without it nothing is read, and what it keeps in another way is a warning and no more."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import boto3
import moto
import pytest
from moto import mock_aws
from moto.sqs.models import Message, Queue

from lambda_mock import LambdaMockWarning, mock_lambda
from lambda_mock.domain.neighbours.port import MissingError
from lambda_mock.integrations.moto import moto_where_active
from tests.polling.queues.conftest import ACCOUNT, OTHER_ACCOUNT, REGION, beside_moto

if TYPE_CHECKING:
    from lambda_mock import LambdaMock
    from tests.polling.queues.conftest import Queues

JOBS = f"arn:aws:sqs:{REGION}:{ACCOUNT}:jobs"


def test_without_moto_nothing_is_read(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    mock_lambda.function("orders", lambda *_: None)
    lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=JOBS)
    mock_lambda.clock.advance(100_000)
    assert list(mock_lambda.drain()) == []
    assert "SQS jobs ──▶ orders: " not in mock_lambda.describe()
    assert lambda_client.list_event_source_mappings()["EventSourceMappings"][0]["State"] == "Enabled"


def test_a_queue_that_comes_after_its_mapping_is_read(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    seen: list[Any] = []
    mock_lambda.function("orders", lambda event, _: seen.append(event))
    lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=JOBS)
    with mock_aws():
        sqs = boto3.client("sqs", region_name=REGION)
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="a")
    assert len(seen) == 1


def test_a_queue_of_another_moto_is_another_one(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    seen: list[Any] = []

    def fails(event: Any, _: Any) -> None:
        seen.append(event)
        raise ValueError("intentional failure")

    mock_lambda.function("orders", fails)
    lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=JOBS)
    for body in "ab":
        with mock_aws():
            sqs = boto3.client("sqs", region_name=REGION)
            url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=body)
    mock_lambda.clock.advance(60)
    assert [event["Records"][0]["body"] for event in seen] == ["a", "b"]


def test_a_queue_may_be_of_another_account(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue(account=OTHER_ACCOUNT)
    queues.map(jobs)
    queues.send(jobs, "a")
    assert orders.events[0]["Records"][0]["eventSourceARN"] == jobs
    assert queues.counts(jobs) == (0, 0)


def test_a_region_of_its_own_has_its_own_queues(queues: Queues) -> None:
    orders = queues.function()
    queues.map(queues.queue())
    queues.send(queues.queue(region="eu-west-1"), "a")
    assert orders.events == []


def test_a_mock_inside_a_mock_reads_for_its_own_mappings(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    with mock_lambda():
        queues.send(jobs, "a")
    assert orders.events == []
    queues.mock.clock.advance(1)
    assert orders.batches == [["a"]]


def test_a_moto_that_leaves_sqs_alone_is_none(mock_lambda: LambdaMock, lambda_client: Any) -> None:
    with mock_aws(config={"core": {"service_whitelist": ["s3"]}}):
        mock_lambda.function("orders", lambda *_: None)
        lambda_client.create_event_source_mapping(FunctionName="orders", EventSourceArn=JOBS)
        mock_lambda.clock.advance(1)
        assert len(mock_lambda.invocations) == 0


def test_only_a_queue_that_is_there_is_known(queues: Queues) -> None:
    neighbours = moto_where_active()
    assert neighbours is not None
    jobs = queues.queue()
    assert neighbours.queue(jobs) == neighbours.queue(jobs)
    assert len({neighbours.queue(jobs), neighbours.queue(jobs)}) == 1
    assert neighbours.queue(jobs) != neighbours.queue(queues.queue("other"))
    with pytest.raises(MissingError):
        neighbours.queue(JOBS.replace("jobs", "gone"))
    with pytest.raises(MissingError):
        neighbours.queue(JOBS.replace(REGION, "eu-west-1"))


def strange(name: str) -> str:
    return rf"moto {moto.__version__} keeps sqs in a way .*{name}.* Event source mappings of {JOBS} read nothing"


@pytest.mark.parametrize("name", ["_pending_messages", "_messages", "visibility_timeout", "redrive_policy"])
def test_a_queue_that_moto_keeps_in_another_way_is_one_warning(
    queues: Queues, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    other = queues.queue("other")
    queues.map(other)
    kept = Queue.__getattribute__

    def differs(queue: Any, wanted: str) -> Any:
        if wanted == name and kept(queue, "_name") == "jobs" and _is_ours():
            raise AttributeError(f"no {name} here")
        return kept(queue, wanted)

    monkeypatch.setattr(Queue, "__getattribute__", differs)
    with pytest.warns(LambdaMockWarning, match=strange(name)) as warned:
        queues.send(jobs, "a")
    assert len(warned) == 1
    queues.send(jobs, "b")
    queues.send(other, "c")
    assert orders.batches == [["c"]]
    monkeypatch.undo()
    assert queues.counts(jobs)[0] + queues.counts(jobs)[1] == 2


def _is_ours() -> bool:
    return any("lambda_mock/integrations" in sys._getframe(depth).f_code.co_filename for depth in (2, 3))


def test_a_message_that_moto_keeps_in_another_way_is_a_warning(queues: Queues, monkeypatch: pytest.MonkeyPatch) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    monkeypatch.delattr(Message, "mark_received")
    with pytest.warns(LambdaMockWarning, match=strange("mark_received")):
        queues.send(jobs, "a")
    assert orders.events == []


def test_threads_may_send_at_the_same_time(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)

    def send(thread: int) -> None:
        for place in range(5):
            queues.send(jobs, f"{thread} {place}")

    threads = [threading.Thread(target=send, args=[thread]) for thread in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = [body for batch in orders.batches for body in batch]
    assert sorted(seen) == sorted(f"{thread} {place}" for thread in range(4) for place in range(5))
    assert queues.counts(jobs) == (0, 0)


def test_a_function_in_a_process_of_its_own_is_given_batches() -> None:
    with mock_lambda(execution="process") as mock, beside_moto(mock) as queues:
        jobs = queues.queue()
        orders = queues.function()
        queues.map(jobs)
        queues.send(jobs, "a")
        assert orders.batches == [["a"]]
