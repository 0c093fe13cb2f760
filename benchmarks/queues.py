"""What a message takes from a queue of moto to a function, beside what moto itself takes to send and receive one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3
from moto import mock_aws

from benchmarks.execution import Figure
from benchmarks.tasks import ROLE
from lambda_mock import mock_lambda

_ACCOUNT, _REGION = "123456789012", "us-east-1"
_QUEUE = f"arn:aws:sqs:{_REGION}:{_ACCOUNT}:jobs"
_MANY, _LONGEST = 10_000, 20
_TIMES = 4
_BATCH = 10
_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def measure(rounds: int, messages: int) -> list[Figure]:
    """One message after the other, and many at once."""
    wanted = _LONGEST if messages == _MANY else None
    return [
        Figure(title="a message sent, run by a callable and deleted", value=_ratio(rounds), unit="x", wanted=_TIMES),
        Figure(title=f"{messages:,} messages, drained", value=_drained(messages), unit="s", wanted=wanted),
        Figure(title=f"{messages:,} messages, as they are sent", value=_eager(messages), unit="s", wanted=wanted),
    ]


def _ratio(rounds: int) -> float:
    """In times of moto's SendMessage and ReceiveMessage."""
    with mock_aws(), mock_lambda() as mock:
        sqs, url = _queue()

        def moto_alone() -> None:
            sqs.send_message(QueueUrl=url, MessageBody="a")
            received.extend(sqs.receive_message(QueueUrl=url)["Messages"])

        received: list[Any] = []
        alone = 0.0
        for _ in range(rounds):
            alone += _seconds(moto_alone)
            sqs.delete_message(QueueUrl=url, ReceiptHandle=received.pop()["ReceiptHandle"])
        _map(mock, [])
        return sum(_seconds(lambda: sqs.send_message(QueueUrl=url, MessageBody="a")) for _ in range(rounds)) / alone


def _drained(messages: int) -> float:
    """Put there by hand: moto's SendMessage takes the longer, the more there are."""
    from moto.sqs.models import Message, sqs_backends

    with mock_aws(), mock_lambda(async_mode="manual") as mock:
        _queue()
        seen: list[Any] = []
        _map(mock, seen)
        for number in range(messages):
            message = Message(str(number), "a")
            message.mark_sent()
            sqs_backends[_ACCOUNT][_REGION].queues["jobs"]._messages.append(message)
        seconds = _seconds(mock.drain)
        _check(seen, messages)
        return seconds


def _eager(messages: int) -> float:
    with mock_aws(), mock_lambda() as mock:
        sqs, url = _queue()
        seen: list[Any] = []
        _map(mock, seen)
        entries = [{"Id": str(number), "MessageBody": "a"} for number in range(_BATCH)]

        def send() -> None:
            for _ in range(messages // _BATCH):
                sqs.send_message_batch(QueueUrl=url, Entries=entries)

        seconds = _seconds(send)
        _check(seen, messages)
        return seconds


def _queue() -> tuple[Any, str]:
    iam = boto3.client("iam", region_name=_REGION)
    iam.create_role(RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps({"Statement": [_TRUST]}))
    sqs = boto3.client("sqs", region_name=_REGION)
    return sqs, sqs.create_queue(QueueName="jobs")["QueueUrl"]


def _map(mock: Any, seen: list[Any]) -> None:
    mock.function("orders", lambda event, _: seen.extend(event["Records"]), Role=ROLE)
    client = boto3.client("lambda", region_name=_REGION)
    client.create_event_source_mapping(EventSourceArn=_QUEUE, FunctionName="orders", BatchSize=_BATCH)


def _check(seen: list[Any], messages: int) -> None:
    if len({record["messageId"] for record in seen}) != messages or len(seen) != messages:
        raise RuntimeError(f"{len(seen)} of {messages} messages were seen")


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
