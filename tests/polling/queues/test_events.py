"""What a function is given of a queue, whole as AWS was recorded."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.polling.queues.conftest import NOW, Handler, failing

if TYPE_CHECKING:
    from tests.polling.queues.conftest import Queues

UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


def only_record(handler: Handler) -> Any:
    """The one record of the one event, without what is drawn by chance."""
    (event,) = handler.events
    assert list(event) == ["Records"]
    (record,) = event["Records"]
    assert UUID.fullmatch(record.pop("messageId"))
    assert len(record.pop("receiptHandle")) > 100
    return record


def near(timestamp: str) -> bool:
    """Whether it is a moment of the frozen clock in milliseconds: a message is sent a little before it is received."""
    return abs(int(timestamp) - NOW * 1000) < 60_000


def test_an_event_holds_the_messages_of_a_batch(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.send(jobs, '{"foo": "bar"}')
    record = only_record(orders)
    attributes = record.pop("attributes")
    assert record == {
        "body": '{"foo": "bar"}',
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(b'{"foo": "bar"}', usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": jobs,
        "awsRegion": "us-east-1",
    }
    assert list(attributes) == [
        "ApproximateReceiveCount",
        "SentTimestamp",
        "SenderId",
        "ApproximateFirstReceiveTimestamp",
    ]
    assert attributes["ApproximateReceiveCount"] == "1"
    assert near(attributes["SentTimestamp"])
    assert attributes["ApproximateFirstReceiveTimestamp"] == str(NOW * 1000)


def test_a_mapping_with_a_batching_window_says_that_no_attributes_have_no_md5(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs, MaximumBatchingWindowInSeconds=1)
    queues.send(jobs, "a")
    record = only_record(orders)
    assert list(record) == [
        "body",
        "attributes",
        "messageAttributes",
        "md5OfMessageAttributes",
        "md5OfBody",
        "eventSource",
        "eventSourceARN",
        "awsRegion",
    ]
    assert record["md5OfMessageAttributes"] is None


def test_attributes_of_a_message_reach_the_function(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    attributes = {
        "Title": {"DataType": "String", "StringValue": "The Whistler"},
        "Author": {"DataType": "String", "StringValue": "John Grisham"},
        "WeeksOn": {"DataType": "Number", "StringValue": "6"},
    }
    queues.send(jobs, "a", MessageAttributes=attributes)
    record = only_record(orders)
    assert record["md5OfMessageAttributes"] == "d25a6aea97eb8f585bfa92d314504a92"
    assert record["messageAttributes"] == {
        name: {
            "stringValue": value["StringValue"],
            "stringListValues": [],
            "binaryListValues": [],
            "dataType": value["DataType"],
        }
        for name, value in attributes.items()
    }


def test_a_binary_attribute_comes_in_base64(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.sqs().send_message(
        QueueUrl=queues.url(jobs),
        MessageBody="a",
        MessageAttributes={"seal": {"DataType": "Binary.wax", "BinaryValue": b"\x00\xff"}},
    )
    assert only_record(orders)["messageAttributes"] == {
        "seal": {"binaryValue": "AP8=", "stringListValues": [], "binaryListValues": [], "dataType": "Binary.wax"}
    }


def test_the_trace_header_of_a_message_is_an_attribute_of_its_record(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.sqs().send_message(
        QueueUrl=queues.url(jobs),
        MessageBody="a",
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": TRACE}},
    )
    assert only_record(orders)["attributes"]["AWSTraceHeader"] == TRACE


def test_a_message_of_a_fifo_queue_tells_its_group_and_its_place(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue("jobs.fifo")
    queues.map(jobs)
    queues.send_to_group(jobs, "north", "a")
    attributes = only_record(orders)["attributes"]
    assert list(attributes) == [
        "ApproximateReceiveCount",
        "SentTimestamp",
        "SequenceNumber",
        "MessageGroupId",
        "SenderId",
        "MessageDeduplicationId",
        "ApproximateFirstReceiveTimestamp",
    ]
    assert (attributes["MessageGroupId"], attributes["MessageDeduplicationId"]) == ("north", "northa")
    assert re.fullmatch(r"\d{20}", attributes["SequenceNumber"])


def test_a_message_whose_body_tells_its_duplicates_has_a_sequence_number_too(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue("jobs.fifo", ContentBasedDeduplication="true")
    queues.map(jobs)
    queues.sqs().send_message(QueueUrl=queues.url(jobs), MessageBody="a", MessageGroupId="north")
    attributes = only_record(orders)["attributes"]
    assert attributes["MessageDeduplicationId"] == hashlib.sha256(b"a").hexdigest()
    assert re.fullmatch(r"188\d{17}", attributes["SequenceNumber"])


@pytest.mark.parametrize("body", ['<a href="x">&amp;\r\n</a>', "grüße 💌", '{"a": "\\u0001"}', "\t"])
def test_a_body_reaches_the_function_as_it_was_sent(queues: Queues, body: str) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.map(jobs)
    queues.send(jobs, body)
    assert orders.batches == [[body]]


def test_the_event_is_compact_json(queues: Queues) -> None:
    jobs = queues.queue()
    queues.function()
    queues.map(jobs)
    queues.send(jobs, "grüße")
    (run,) = queues.mock.invocations
    assert run.payload == json.dumps(json.loads(run.payload), ensure_ascii=False, separators=(",", ":")).encode()


def test_a_run_of_a_batch_tells_its_queue(queues: Queues) -> None:
    jobs = queues.queue()
    queues.function()
    queues.map(jobs)
    queues.send(jobs, "a")
    (run,) = queues.mock.invocations
    assert (run.source_arn, run.invocation_type, run.qualifier, run.attempt) == (jobs, "RequestResponse", None, 1)


def test_what_is_received_once_more_tells_how_often_and_since_when(queues: Queues) -> None:
    orders, jobs = queues.function(failing(times=1)), queues.with_dead_letters(3)
    queues.map(jobs)
    queues.send(jobs, "a")
    first, second = (event["Records"][0] for event in orders.events)
    assert first["messageId"] == second["messageId"]
    assert first["receiptHandle"] != second["receiptHandle"]
    assert second["attributes"] == {**first["attributes"], "ApproximateReceiveCount": "2"}


def test_a_message_that_a_consumer_of_the_tests_own_had_is_received_for_the_second_time(queues: Queues) -> None:
    orders, jobs = queues.function(), queues.queue()
    queues.send(jobs, "a")
    queues.receive(jobs, VisibilityTimeout=0)
    queues.mock.clock.advance(500)
    queues.map(jobs)
    attributes = only_record(orders)["attributes"]
    assert attributes["ApproximateReceiveCount"] == "2"
    assert near(attributes["ApproximateFirstReceiveTimestamp"])
    assert near(attributes["SentTimestamp"])


def test_a_dead_letter_tells_which_queue_it_was_in(queues: Queues) -> None:
    queues.function(failing(), "fails")
    orders, jobs = queues.function(), queues.with_dead_letters(1)
    queues.map(jobs, "fails")
    dead = jobs.replace("jobs", "dead")
    queues.map(dead)
    queues.send(jobs, "a")
    record = only_record(orders)
    assert record["attributes"]["DeadLetterQueueSourceArn"] == jobs
    assert record["eventSourceARN"] == dead
